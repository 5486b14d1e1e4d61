"""A .txt or .abc file, or a folder of them, and what is text in it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from rnnkit.data import files
from rnnkit.data.tables import suffix_of
from rnnkit.data.tokens.section import Separator
from rnnkit.errors import DataError
from rnnkit.words import counted

TEXT = ".txt"
TUNES = ".abc"  # melodies in ABC notation; lines that begin with % are comments
KINDS = (TEXT, TUNES, *files.TABLES)
MARK = b"\xef\xbb\xbf"  # the byte order mark of UTF-8
PIECE = 1 << 24  # bytes of text read at once where it is not read whole


@dataclasses.dataclass(frozen=True)
class Folder(files.Source):
    """The .txt and .abc files of a folder, in the order of their names; as a Source."""

    @cached_property
    def files(self) -> tuple[Path, ...]:
        found = (f for f in self.path.iterdir() if f.suffix.lower() in (TEXT, TUNES))
        return tuple(sorted(found))


def find_source(source: str | Path | Sequence[str]) -> files.Source:
    """The embedded data of this name, the folder, or the file at this path.

    Raises:
        DataError: it is not there, cannot be read, or is data for another task.
    """
    if not isinstance(source, str | Path):
        return files.find_source(source, "text", kinds=files.TABLES)
    path = Path(source)
    if not path.is_dir():
        return files.find_source(str(source), "text", kinds=KINDS)
    folder = Folder(path, path.name)
    if not folder.files:
        raise DataError(f"{path} is a folder without {TEXT} or {TUNES} files")
    return folder


def is_tunes(path: Path) -> bool:
    """Whether a file holds tunes in ABC notation."""
    return path.suffix.lower() == TUNES


def read_text(path: Path) -> str:
    """One file's text, without a byte order mark; tunes that are not UTF-8 are Latin-1.

    Raises:
        DataError: it cannot be read, is binary, or is not UTF-8; with the byte and its place.
    """
    raw = files.read_bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not is_tunes(path):
            raise no_text(path, error.start + len(MARK) * raw.startswith(MARK)) from None
        text = raw.decode("latin-1")  # as ABC was before its version 2.1
    if "\0" in text:
        raise no_text(path, raw.index(b"\0"))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def only_text(path: Path) -> bool:
    """Whether the file or folder holds text rather than a table."""
    return path.is_dir() or suffix_of(path) not in files.TABLES


def is_utf8(path: Path) -> bool:
    """Whether all of a file is UTF-8."""
    try:
        files.read_bytes(path).decode()
    except UnicodeDecodeError:
        return False
    return True


def separate(text: str, separator: Separator) -> list[str]:
    """The sequences of a text: its lines, or its blocks between blank lines; empty ones skipped."""
    pieces = text.split("\n") if separator == "line" else re.split(r"\n[^\S\n]*(?:\n|$)", text)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def whole(texts: Iterable[str], separator: Separator) -> Iterator[str]:
    """A text that comes in pieces, in others that end where a sequence does."""
    rest = ""
    for text in texts:
        rest += text
        end = rest.rfind("\n") + 1
        if separator != "line":
            end = max((found.end() for found in re.finditer(r"\n[^\S\n]*\n", rest)), default=0)
        yield rest[:end]
        rest = rest[end:]
    yield rest


def no_text(path: Path, offset: int) -> DataError:
    """Why a file is no text, whose byte at `offset` cannot be in one; reads it once more."""
    size, line, head, byte, zero = 0, 1, b"", 0, -1
    with files.open_file(path) as file:
        while piece := file.read(PIECE):
            if zero < 0 and (place := piece.find(b"\0")) >= 0:
                zero = size + place
            line += piece.count(b"\n", 0, max(0, offset - size))
            if size <= offset < size + len(piece):
                byte = piece[offset - size]
            head = head or piece[:2]
            size += len(piece)
    if head in (b"\xff\xfe", b"\xfe\xff"):
        return DataError(f"{path} is UTF-16: save the file as UTF-8 text")
    if zero >= 0:
        return DataError(
            f"{path} is a binary file, not text: byte 0x00 at offset {zero:,} of "
            f"{counted(size, 'byte')}"
        )
    return DataError(
        f"{path}, line {line:,}: byte 0x{byte:02x} at offset {offset:,} is not UTF-8: "
        "save the file as UTF-8 text"
    )
