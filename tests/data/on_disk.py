"""Makes every array and table count as too large for the memory."""

from collections.abc import Callable
from pathlib import Path

import pytest

from rnnkit.data import cache
from rnnkit.data import ram as memory

Disk = Callable[[], list[str]]


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """From its call on everything stays on disk; gives the lines of progress."""
    lines: list[str] = []
    places = []

    def begin() -> list[str]:
        monkeypatch.setattr(memory, "SHARE", 1 << 60)
        place = cache.conversions_in(tmp_path / "cache", lines.append)
        place.__enter__()
        places.append(place)
        return lines

    yield begin
    for place in places:
        place.__exit__(None, None, None)


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
