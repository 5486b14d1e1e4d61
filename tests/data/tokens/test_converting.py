"""A conversion of text that is stopped goes on; a damaged one is not read."""

import contextlib
from pathlib import Path
from typing import Any

import pytest

from rnnkit.data import cache
from rnnkit.data.tokens import pieces
from rnnkit.tasks.next_token.dataset import outline
from tests.data.on_disk import Disk
from tests.data.tokens.small import config_of
from tests.tasks.next_token.test_on_disk import TEXT, assert_alike, loaded


def begin_and_stop(monkeypatch: pytest.MonkeyPatch, *, after: int) -> list[pieces.Place]:
    """Readings stop after so many pieces as Ctrl-C would; gives where each begins."""
    begins: list[pieces.Place] = []
    read_pieces = pieces.read_pieces

    def stopping(source: Any, level: Any, begin: pieces.Place) -> Any:
        begins.append(begin)
        for number, piece in enumerate(read_pieces(source, level, begin)):
            if number == after:
                raise KeyboardInterrupt
            yield piece

    monkeypatch.setattr("rnnkit.data.tokens.reading.read_pieces", stopping)
    return begins


@pytest.mark.parametrize("level", ["character", "word"])
def test_a_conversion_that_was_stopped_goes_on_where_it_was(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    many = "".join(chr(0x4E00 + n) + " " for n in range(400))  # more than one byte can number
    (folder / "a.txt").write_bytes(TEXT.encode())
    (folder / "b.txt").write_bytes((TEXT + many + TEXT).encode())
    config = config_of(folder, level=level, window=4, split={"validation": 0.1})
    in_memory = loaded(config, disk.place)
    disk()
    monkeypatch.setattr(pieces, "PIECE", 200)
    monkeypatch.setattr(cache, "_SAVE_EVERY", 0.0)
    monkeypatch.setattr(cache, "_SAVE_SHARE", 0)
    begins = begin_and_stop(monkeypatch, after=3)
    found = None
    while found is None:
        with contextlib.suppress(KeyboardInterrupt):
            found = loaded(config, disk.place)
    assert len(begins) > 5
    assert begins == sorted(set(begins))  # none begins where another one did
    assert_alike(in_memory, found)


def test_what_was_written_after_the_last_save_is_written_again(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT.encode() * 3)
    config = config_of(path, level="word", window=4)
    in_memory = loaded(config, disk.place)
    disk()
    monkeypatch.setattr(pieces, "PIECE", 100)
    saves = iter([False, False, True, *[False] * 1000])
    monkeypatch.setattr(cache.Progress, "due", property(lambda progress: next(saves)))
    begin_and_stop(monkeypatch, after=8)
    with pytest.raises(KeyboardInterrupt):
        loaded(config, disk.place)
    [codes] = tmp_path.glob("cache/.writing-*/codes.uint8")
    codes.write_bytes(codes.read_bytes() + b"half a piece")
    begins = begin_and_stop(monkeypatch, after=1000)
    assert_alike(in_memory, loaded(config, disk.place))
    assert [200 < begin.offset <= 300 for begin in begins] == [True]


def test_what_is_converted_is_not_read_again(
    tmp_path: Path, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "t.txt"
    source.write_text("to be or not to be\n" * 30)
    config = config_of(source, level="word", window=4, split={"validation": 0.2}, min_count=2)
    in_memory = outline(config, disk.place)
    disk()
    assert outline(config, disk.place) == in_memory
    loaded(config, disk.place)
    monkeypatch.setattr("rnnkit.data.tokens.reading.read_pieces", None)
    loaded(config, disk.place)
    assert outline(config, disk.place) == in_memory
