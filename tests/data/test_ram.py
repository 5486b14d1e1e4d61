"""What memory there is, of the machine and within limits set on the process."""

import os
from pathlib import Path

import pytest

from rnnkit.data import ram

MACHINE = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the limits of control groups lie; the process is in none yet."""
    monkeypatch.setattr(ram, "_OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(ram, "_GROUPS", tmp_path / "groups")
    (tmp_path / "groups").mkdir()
    return tmp_path / "groups"


def test_memory_size(monkeypatch):
    assert 2**27 < ram.ram_size() <= MACHINE

    def unknown(name: str) -> int:
        raise ValueError(name)

    monkeypatch.setattr("os.sysconf", unknown)
    assert ram.ram_size() is None
    assert not ram.is_large(2**60)


@pytest.mark.parametrize(
    ("own", "limits", "expected"),
    [
        ("0::/\n", {"memory.max": "1000000\n"}, 1000000),  # a container
        ("0::/\n", {"memory.max": "max\n"}, MACHINE),
        ("0::/a/b\n", {"a/b/memory.max": "max\n", "a/memory.max": "3000\n"}, 3000),
        ("3:cpu,memory:/job_1\n0::/\n", {"memory/job_1/memory.limit_in_bytes": "2000\n"}, 2000),
        ("4:memory:/docker/ab\n", {"memory/memory.limit_in_bytes": "2000\n"}, 2000),
        ("4:memory:/\n", {"memory/memory.limit_in_bytes": "9223372036854771712\n"}, MACHINE),
        ("1:cpu:/\n", {"memory.max": "1000\n"}, MACHINE),
    ],
)
def test_limits_of_control_groups(
    own: str, limits: dict[str, str], expected: int, groups: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").write_text(own)
    for name, text in limits.items():
        (groups / name).parent.mkdir(parents=True, exist_ok=True)
        (groups / name).write_text(text)
    assert ram.ram_size() == expected


def test_without_control_groups(groups: Path) -> None:
    assert ram.ram_size() == MACHINE
