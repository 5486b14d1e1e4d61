"""A source of text -> its text, a piece at a time or whole.

A piece ends where no token is cut: before a character that nothing joins to the one before it, or
after white space.
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterator
from pathlib import Path

from rnnkit.data import files
from rnnkit.data.files import Source
from rnnkit.data.ram import ram_size
from rnnkit.data.tokens.splitting import Level, begins_anew
from rnnkit.data.tokens.text import MARK, PIECE, Folder, is_tunes, no_text, read_text
from rnnkit.errors import DataError

LONGEST_WORD = 1 << 28  # bytes without white space, which must fit the RAM

# bytes of RAM for each byte of a text that is read whole, at most (measured)
RAM = {"character": 45, "word": 20, "item": 20}
SEQUENCE_RAM = 200  # bytes of RAM for each sequence
TOKEN_RAM = 8  # and for the code and the id of a token
SYMBOL_RAM = 200  # and for each different one, about


def refuse_many(size: int, sequences: int, level: Level, where: str) -> None:
    """Raise a DataError where a text that must be read whole would not fit the RAM.

    Args:
        size: bytes.
        sequences: that it is cut into, at most.
        level: what one token is.
        where: the source, for messages.
    """
    needed, ram = RAM[level] * size + SEQUENCE_RAM * sequences, ram_size()
    if ram is not None and needed > ram:
        raise DataError(
            f"{where}: its tokens take about {needed:,} bytes of RAM, more than this machine "
            f"has ({ram:,} bytes). Only the text of .txt files stays on disk, so give fewer "
            "sequences"
        )


def text_size(source: Source) -> int:
    """Bytes of all files; one that cannot be read counts nothing here."""
    sizes = 0
    for path in source.files:
        try:
            sizes += path.stat().st_size
        except OSError:
            continue
    return sizes


def count_lines(source: Source) -> int:
    """Line ends in all files.

    Raises:
        DataError: one cannot be read.
    """
    found = 0
    for path in source.files:
        with files.open_file(path) as file:
            while piece := file.read(PIECE):
                found += piece.count(b"\n")
    return found


def read_source(source: Source) -> str:
    """All text of a source.

    Raises:
        DataError: a file that is no UTF-8 text, or nothing but white space.
    """
    text = "".join(read_pieces(source, "character"))
    if not text.strip():
        raise is_empty(source, white_space=bool(text))
    return text


def read_pieces(source: Source, level: Level) -> Iterator[str]:
    """All text, a piece at a time; tunes, whose comments are left out, a file at a time.

    Line ends become \\n, and each file of a folder ends its last line, or tune.

    Raises:
        DataError: a file that cannot be read, or is no UTF-8 text.
    """
    for path in source.files:
        text = ""
        for text in [_tunes_of(path)] if is_tunes(path) else _pieces_of(path, level):
            yield text
        ends = len(text) - len(text.rstrip("\n"))
        if isinstance(source, Folder) and text and ends < (wanted := 1 + is_tunes(path)):
            yield "\n" * (wanted - ends)


def is_empty(source: Source, *, white_space: bool) -> DataError:
    """Of a source that holds nothing, or nothing else."""
    return DataError(f"{source.where} is empty" + (": it holds only white space" * white_space))


def _tunes_of(path: Path) -> str:
    return "".join(line for line in read_text(path).splitlines(True) if not line.startswith("%"))


def _pieces_of(path: Path, level: Level) -> Iterator[str]:
    with files.open_file(path) as file:
        offset, size, want = 0, os.fstat(file.fileno()).st_size, PIECE
        while offset < size:
            file.seek(offset)
            raw = file.read(min(want, size - offset))
            if len(raw) < min(want, size - offset):
                raise DataError(f"{path}: it became shorter while it was read: start again")
            is_last = offset + len(raw) == size
            text, used = _decode(path, raw, offset, level, is_last=is_last)
            if used:
                yield text
                offset, want = offset + used, PIECE
            elif want < LONGEST_WORD:
                want *= 2
            else:
                raise DataError(
                    f"{path}: no white space in {want:,} bytes from offset {offset:,} on, too "
                    "much for one word: set data.level: character"
                )


def _decode(path: Path, raw: bytes, offset: int, level: Level, *, is_last: bool) -> tuple[str, int]:
    """The text at the beginning of `raw` that no later byte can change, and its bytes."""
    mark = len(MARK) if offset == 0 and raw.startswith(MARK) else 0
    try:
        text, used = codecs.utf_8_decode(raw[mark:] if mark else raw, "strict", is_last)
    except UnicodeDecodeError as error:
        raise no_text(path, offset + mark + error.start) from None
    if "\0" in text:
        raise no_text(path, offset + raw.index(b"\0"))
    if not is_last:
        end = _last_cut(text, level)
        used -= len(text[end:].encode())
        text = text[:end]
    return text.replace("\r\n", "\n").replace("\r", "\n"), mark + used


def _last_cut(text: str, level: Level) -> int:
    """Before a letter, whose marks may follow, or a \\r; of words, after white space."""
    if text.endswith("\r"):
        return len(text) - 1
    if level == "character":
        places = range(len(text) - 1, 0, -1)
        return next((i for i in places if begins_anew(text[i]) and text[i - 1] != "\r"), 0)
    if text[-1:].isspace():
        return len(text)
    return len(text) - len((text.rsplit(maxsplit=1) or [""])[-1])
