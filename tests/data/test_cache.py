"""Conversions are made once, whole or not at all, by one process at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from rnnkit.data import cache
from rnnkit.errors import DataError, RunError

KEY = {"sha256": "0" * 64}


def write(folder: Path, written) -> None:
    (folder / "x").write_text("content")
    written(7)


def read(folder: Path) -> Path:
    (folder / "x").read_text()
    return folder


def convert(place, fill=write, *, size=7, **key) -> Path:
    return cache.converted(place, {**KEY, **key}, fill, read, size=size, what="a.npz: x")


def test_once_for_each_key(tmp_path):
    calls, lines = [], []

    def fill(folder, written):
        calls.append(folder)
        write(folder, written)

    place = cache.Place(tmp_path / "cache", lines.append)
    first = convert(place, fill)
    assert convert(place, fill) == first
    assert (first / "x").read_text() == "content"
    assert convert(place, fill, ids=True) != first
    assert len(calls) == 2
    assert lines[0] == f"converting a.npz: x once, up to 0.0 MB into {tmp_path / 'cache'}"


def test_there_must_be_a_place(tmp_path):
    with pytest.raises(DataError, match="too large for the RAM and must be converted first"):
        convert(None)


def test_a_conversion_that_fails_leaves_nothing(tmp_path):
    def fill(folder, written):
        write(folder, written)
        raise DataError("damaged")

    with pytest.raises(DataError, match="damaged"):
        convert(cache.Place(tmp_path), fill)
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_what_a_killed_conversion_left(tmp_path):
    code = (
        "import os, sys, pathlib; from rnnkit.data import cache\n"
        "def fill(folder, written): (folder / 'x').write_text('half'); os.kill(os.getpid(), 9)\n"
        "place = cache.Place(pathlib.Path(sys.argv[1]))\n"
        f"cache.converted(place, {KEY!r}, fill, str, size=4, what='x')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert done.returncode == -9
    assert [path.read_text() for path in tmp_path.glob(".writing-*/x")] == ["half"]

    found = convert(cache.Place(tmp_path))
    assert (found / "x").read_text() == "content"  # it begins again
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "other")], check=False)
    other = convert(cache.Place(tmp_path / "other"), ids=True)
    assert (other / "x").read_text() == "content"
    assert not list(tmp_path.glob("**/.writing-*"))  # another one deletes it


def test_progress(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "_EVERY", 0.0)
    lines: list[str] = []

    def fill(folder, written):
        write(folder, lambda size: None)
        for _ in range(2):
            written(500_000_000)

    convert(cache.Place(tmp_path, lines.append), fill, size=1_000_000_000)
    assert lines[1:] == [
        "converting a.npz: x: 0.5 GB of 1.0 GB",
        "converting a.npz: x: 1.0 GB of 1.0 GB",
    ]


def test_a_full_disk(tmp_path):
    def fill(folder, written):
        raise OSError(28, "No space left on device")

    with pytest.raises(RunError, match="No space left on device"):
        convert(cache.Place(tmp_path), fill)


@pytest.mark.parametrize("name", ["x", "key.json"])
def test_a_damaged_one_is_written_again(tmp_path, name):
    lines: list[str] = []
    place = cache.Place(tmp_path, lines.append)
    folder = convert(place)
    assert cache.existing(place, lambda: KEY, read) == folder
    (folder / name).unlink()
    assert cache.existing(place, lambda: KEY, read) is None
    assert (convert(place) / "x").read_text() == "content"
    assert lines[1] == f"{folder} is damaged: it is written again"
    assert len(lines) == 3


def test_what_cannot_be_read_after_it_was_written_is_an_error(tmp_path):
    def nothing(folder, written):
        pass

    with pytest.raises(FileNotFoundError):
        convert(cache.Place(tmp_path), nothing)


def test_json_behind_its_checksum(tmp_path):
    cache.write_checked(tmp_path / "a", {"ü": [1, 2]})
    assert cache.read_checked(tmp_path / "a") == {"ü": [1, 2]}
    (tmp_path / "a").write_text((tmp_path / "a").read_text().replace("2]", "3]"))
    with pytest.raises(ValueError, match="CRC-32"):
        cache.read_checked(tmp_path / "a")
