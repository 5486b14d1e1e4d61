"""Text files and folders, and what is no text."""

import hashlib
from pathlib import Path

import pytest

from rnnkit.data.tokens.pieces import read_source
from rnnkit.data.tokens.text import find_source, read_text, separate
from rnnkit.errors import DataError


def said(path: Path) -> str:
    with pytest.raises(DataError) as caught:
        read_source(find_source(path))
    return str(caught.value)


def test_line_ends_and_the_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")
    assert read_text(path) == "one\ntwo\nthree\n"


def test_a_folder_is_read_in_the_order_of_names(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("second")
    (tmp_path / "a.txt").write_text("first")
    (tmp_path / "c.md").write_text("not text for us")
    source = find_source(tmp_path)
    assert read_source(source) == "first\nsecond\n"
    assert source.checksum() == hashlib.sha256(b"firstsecond").hexdigest()


def test_a_folder_without_text(tmp_path: Path) -> None:
    assert "is a folder without .txt or .abc files" in said(tmp_path)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.touch()
    assert said(path) == f"{path} is empty"
    path.write_text(" \n\n")
    assert said(path) == f"{path} is empty: it holds only white space"


def test_a_binary_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"PNG\x00\x01\x02")
    assert said(path) == f"{path} is a binary file, not text: byte 0x00 at offset 3 of 6 bytes"
    path.write_bytes(b"\x89PNG\x00\x01\x02")
    assert "is a binary file" in said(path)


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_utf8(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(mark + b"one\ntw\xe4\n")
    offset = len(mark) + 6
    assert said(path) == (
        f"{path}, line 2: byte 0xe4 at offset {offset} is not UTF-8: save the file as UTF-8 text"
    )


def test_utf16_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("häuser".encode("utf-16"))
    assert said(path) == f"{path} is UTF-16: save the file as UTF-8 text"


def test_a_near_miss_of_an_embedded_name() -> None:
    with pytest.raises(DataError, match="Did you mean 'shakespeare'"):
        find_source("shakespear")


def test_a_file_of_another_kind(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_text("x")
    assert "cannot read '.pdf' files: expected .txt, " in said(path)


def test_sequences_in_a_text() -> None:
    text = "a b\n\nc\nd\n \n\n\ne"
    assert separate(text, "line") == ["a b", "c", "d", "e"]
    assert separate(text, "blank_line") == ["a b", "c\nd", "e"]


def test_the_tunes_of_a_folder_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text("X:1\nK:C\nC4|")
    (tmp_path / "b.abc").write_bytes("X:2\nT:Für\nK:G\nG4|\n".encode("latin-1"))
    text = read_source(find_source(tmp_path))
    assert separate(text, "blank_line") == ["X:1\nK:C\nC4|", "X:2\nT:Für\nK:G\nG4|"]


def test_comments_of_tunes_are_left_out(tmp_path: Path) -> None:
    text = "% whose they are\n%\n\nX:1\nK:C\nC2%D2|\n% in between\nE4|]\n"
    (tmp_path / "a.abc").write_text(text)
    (tmp_path / "a.txt").write_text(text)
    tunes = read_source(find_source(tmp_path / "a.abc"))
    assert separate(tunes, "blank_line") == ["X:1\nK:C\nC2%D2|\nE4|]"]
    assert read_source(find_source(tmp_path / "a.txt")) == text
    (tmp_path / "none.abc").write_text("% nothing else\n")
    assert said(tmp_path / "none.abc") == f"{tmp_path / 'none.abc'} is empty"
