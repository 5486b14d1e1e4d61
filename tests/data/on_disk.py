"""Makes every array and table count as too large for the RAM."""

import json
from pathlib import Path
from typing import Any

import pytest

import rnnkit
from rnnkit.data import ram
from rnnkit.data.cache import Place


class Disk:
    """From its call on everything stays on disk; gives the lines of progress."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.lines: list[str] = []
        self.place = Place(folder, self.lines.append)
        self._monkeypatch = monkeypatch

    def __call__(self) -> list[str]:
        self._monkeypatch.setattr(ram, "SHARE", 1 << 60)
        return self.lines


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(tmp_path / "cache", monkeypatch)


def ended_alike(first: rnnkit.Run, second: rnnkit.Run) -> dict[str, Any]:
    """What both runs found, which had the same state at the end, to the bit."""
    state = [run.checkpoints / "last" / "manifest.json" for run in (first, second)]
    sums = [json.loads(path.read_text())["state.npz"] for path in state]
    assert sums[0] == sums[1]
    values = second.read_evaluation()
    assert values is not None
    assert first.read_evaluation() == values
    return values


def cut(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def garble(path: Path) -> None:
    """Put something else into a file."""
    path.write_text("[]")


DAMAGES = [Path.unlink, cut, flip, garble]
