"""Files that are replaced whole, and what is never replaced: pipes, devices, links."""

import os
import threading
from pathlib import Path

import pytest

from rnnkit.errors import RunError
from rnnkit.files import is_stream, replacing, write_text


def read_from(pipe: Path, into: list[str]) -> threading.Thread:
    reader = threading.Thread(target=lambda: into.append(pipe.read_text()), daemon=True)
    reader.start()
    return reader


@pytest.mark.parametrize("by_link", [False, True])
def test_a_pipe_is_written_through(tmp_path: Path, by_link: bool) -> None:
    pipe, link, got = tmp_path / "pipe", tmp_path / "link.csv", list[str]()
    os.mkfifo(pipe)
    link.symlink_to("pipe")
    reader = read_from(pipe, got)
    write_text(link if by_link else pipe, "whole\n")
    reader.join(10)
    assert got == ["whole\n"]
    assert pipe.is_fifo()
    assert link.is_symlink()


def test_a_link_stays_and_its_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    target, link = tmp_path / "data" / "real.txt", tmp_path / "link.txt"
    link.symlink_to("data/real.txt")
    for text in ("made where the link leads to", "replaced"):
        write_text(link, text)
        assert link.is_symlink()
        assert target.read_text() == text
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc")
def test_what_a_process_has_open_is_added_to(tmp_path: Path) -> None:
    log, link = tmp_path / "log.txt", tmp_path / "link"
    log.write_text("before\n")
    with log.open("a") as opened:
        link.symlink_to(f"/dev/fd/{opened.fileno()}")
        write_text(link, "after\n")
        before = os.fstat(opened.fileno()).st_ino
    assert log.read_text() == "before\nafter\n"
    assert log.stat().st_ino == before


def test_nothing_reaches_a_pipe_when_the_body_fails(tmp_path: Path) -> None:
    pipe, got = tmp_path / "pipe", list[str]()
    os.mkfifo(pipe)
    reader = read_from(pipe, got)
    with pytest.raises(ZeroDivisionError), replacing(pipe) as temporary:
        temporary.write_text("half")
        raise ZeroDivisionError
    pipe.write_text("")  # lets the reader go
    reader.join(10)
    assert got == [""]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_device_is_no_file(tmp_path: Path) -> None:
    link = tmp_path / "full.csv"  # a device itself is not put at risk
    link.symlink_to("/dev/full")
    with pytest.raises(RunError, match=r"full\.csv: cannot be written: No space left on device"):
        write_text(link, "x")
    assert link.is_symlink()
    assert Path("/dev/full").is_char_device()


def test_what_is_a_stream(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    assert not any(map(is_stream, (tmp_path, tmp_path / "new", loop, tmp_path / ("x" * 300))))
    assert is_stream(Path("/dev/null"))


def test_half_characters_are_escaped(tmp_path: Path) -> None:
    write_text(tmp_path / "a.json", '"\udcff ü"')
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == '"\\udcff ü"'


def test_a_link_that_leads_nowhere_and_back(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to("loop")
    write_text(loop, "x")
    assert loop.read_text() == "x"
