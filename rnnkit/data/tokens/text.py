"""A .txt file, or a folder of them -> one text, which is UTF-8 and has something in it."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from functools import cached_property
from pathlib import Path

from rnnkit.config.next_token import Separator
from rnnkit.data import files
from rnnkit.data.wording import counted
from rnnkit.errors import DataError

TASK = "next_token"
TEXT = ".txt"
TUNES = ".abc"  # melodies in ABC notation; lines that begin with % are comments
KINDS = (TEXT, TUNES, *files.TABLES)


@dataclasses.dataclass(frozen=True)
class Folder:
    """The .txt files of a folder, in the order of their names; as a Source."""

    path: Path
    embedded: None = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def where(self) -> str:
        return str(self.path)

    @cached_property
    def files(self) -> list[Path]:
        return sorted(file for file in self.path.iterdir() if file.suffix.lower() == TEXT)

    def checksum(self) -> str:
        """The sha256 of all files, end to end, in hex."""
        digest = hashlib.sha256()
        for file in self.files:
            digest.update(files.read_bytes(file))
        return digest.hexdigest()


def find_source(source: str | Path) -> files.Source | Folder:
    """The embedded data of this name, the folder, or the file at this path.

    Raises:
        DataError: it is not there, cannot be read, or is data for another task.
    """
    path = Path(source)
    if not path.is_dir():
        return files.find_source(str(source), TASK, kinds=KINDS)
    folder = Folder(path)
    if not folder.files:
        raise DataError(f"{path} is a folder without {TEXT} files")
    return folder


def read_source(source: files.Source | Folder) -> str:
    """All of its text; line ends become \\n, and each file of a folder ends its last line.

    Raises:
        DataError: a file that is no UTF-8 text, or nothing but white space.
    """
    if isinstance(source, Folder):
        texts = [read_text(file) for file in source.files]
        text = "".join(t if t.endswith("\n") or not t else t + "\n" for t in texts)
    else:
        text = read_text(source.path)
    if source.path.suffix.lower() == TUNES:
        text = "".join(line for line in text.splitlines(True) if not line.startswith("%"))
    if not text.strip():
        raise DataError(f"{source.where} is empty" + (": it holds only white space" * bool(text)))
    return text


def read_text(path: Path) -> str:
    """One file's text, without a byte order mark.

    Raises:
        DataError: it cannot be read, is binary, or is not UTF-8; with the byte and its place.
    """
    raw = files.read_bytes(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise DataError(f"{path} is UTF-16: save the file as UTF-8 text") from None
        if b"\0" in raw:
            raise _binary(path, raw) from None
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        line = raw.count(b"\n", 0, start) + 1
        raise DataError(
            f"{path}, line {line:,}: byte 0x{raw[start]:02x} at offset {start:,} is not UTF-8: "
            "save the file as UTF-8 text"
        ) from None
    if "\0" in text:
        raise _binary(path, raw)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def separate(text: str, separator: Separator) -> list[str]:
    """The sequences of a text: its lines, or its blocks between blank lines; empty ones skipped."""
    pieces = text.split("\n") if separator == "line" else re.split(r"\n[^\S\n]*(?:\n|$)", text)
    return [piece.strip("\n") for piece in pieces if piece.strip()]


def _binary(path: Path, raw: bytes) -> DataError:
    offset = raw.index(b"\0")
    return DataError(
        f"{path} is a binary file, not text: byte 0x00 at offset {offset:,} of "
        f"{counted(len(raw), 'byte')}"
    )
