"""A conversion of text that is stopped begins again; one that is there is not made twice."""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rnnkit.data.tokens import pieces
from rnnkit.tasks.next_token.dataset import outline
from tests.data.on_disk import Disk
from tests.data.tokens.small import config_of
from tests.tasks.next_token.test_on_disk import TEXT, assert_alike, loaded


@pytest.mark.parametrize("level", ["character", "word"])
def test_a_conversion_that_was_stopped_begins_again(
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
    read_pieces = pieces.read_pieces

    def stopping(source: Any, level: Any) -> Iterator[str]:
        yield from itertools.islice(read_pieces(source, level), 3)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("rnnkit.data.tokens.reading.read_pieces", stopping)
        with pytest.raises(KeyboardInterrupt):
            loaded(config, disk.place)
    assert_alike(in_memory, loaded(config, disk.place))
    [kept] = (tmp_path / "cache").glob("[!.]*")
    assert {file.name for file in kept.iterdir()} == {"codes.bin", "key.json", "content.json"}


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
