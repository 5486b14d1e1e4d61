"""Delimited text as Python reads it: its rows, and how its beginning seems to be written."""

from __future__ import annotations

import codecs
import contextlib
import csv
import dataclasses
import gzip
import io
import itertools
import os
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import PACKED, suffix_of
from rnnkit.data.tables.encodings import likely_encodings
from rnnkit.data.tables.engine import Engine, text
from rnnkit.data.tables.layout import BLANKS, of_text, one_blank
from rnnkit.data.tables.proposal import Proposed, because, block
from rnnkit.errors import DataError
from rnnkit.words import brief

NUMBER = re.compile(r"[ +\-0-9.,'eE]*")  # or nearly one: the engine looks again
SCAN = 1 << 20  # bytes read at once where a file is only looked through
LOOKED_AT = 100  # rows at the beginning
FIELDS_LOOKED_AT = 20_000
MAX_HEADER = 1 << 24  # characters of the first line
MAX_EMPTY = 1 << 16  # bytes of the last row where it holds nothing
_BEGINNING = 1 << 20  # bytes that are looked at
_LINES = "auto_detect=false, delim='\x01', quote='', escape='', header=false"
_BEGINNINGS = {
    b"PK\x03\x04": "a ZIP file, such as a spreadsheet: save the table as CSV, UTF-8",
    b"PAR1": "a .parquet file: name it so",
}
_JOINED = re.compile(rb"_(?<=[0-9]_)[0-9]")  # begins with a sign that is soon found
_WHOLE = re.compile(r'"[^"]*"')
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclasses.dataclass(frozen=True)
class Delimited:
    """A file of delimited text, packed or not.

    Args:
        path: the file.
        options: how it is written.
        engine: unpacks .zst, which Python does from 3.14 on; None: that is not read.
    """

    path: Path
    options: TableFormat
    engine: Engine | None = None

    @property
    def separator(self) -> str:
        """Between fields."""
        return self.options.separator or ("\t" if suffix_of(self.path) == ".tsv" else ",")

    @property
    def is_packed(self) -> bool:
        return self.path.suffix.lower() in PACKED

    @contextlib.contextmanager
    def lines(self) -> Iterator[IO[str]]:
        """The text; what goes wrong in the body is explained too."""
        with self._explained(), self._open_text() as file:
            yield file

    @contextlib.contextmanager
    def rows(self) -> Iterator[Any]:
        """The rows that are not blank, as lists of their fields, by the standard library."""
        with self.lines() as file:
            for _ in range(self.options.skip_rows):
                file.readline(MAX_HEADER)
            lines: Iterator[str] = file
            if (mark := self.options.comment) is not None:
                lines = ("\n" if line.startswith(mark) else line for line in file)
            reader = self.cut(lines)
            yield _NotBlank(reader, empty_too=self.ends_empty)

    def cut(self, lines: Iterable[str]) -> Any:
        """A reader of the standard library's, of lines."""
        quote = self.options.quotation_mark
        return csv.reader(lines, delimiter=self.separator, quotechar=quote, skipinitialspace=True)

    @property
    def ends_empty(self) -> bool:
        """Whether it may end with rows that hold nothing; of what is packed it is not known."""
        if self.is_packed:
            return True
        with self.path.open("rb") as file:
            file.seek(-min(self.path.stat().st_size, MAX_EMPTY), os.SEEK_END)
            end = file.read().replace(b"\0", b"").rstrip(b"\r\n")
        last = end[max(end.rfind(b"\n"), end.rfind(b"\r")) + 1 :]
        return bool(last) and not last.strip(
            f"{self.separator}{self.options.quotation_mark} ".encode()
        )

    def joins_digits(self) -> bool:
        """Whether a `_` stands between two digits somewhere, as in a code.

        Raises:
            DataError: it is not in its encoding.
        """
        plain = self.options.encoding == "utf-8" and self.path.suffix.lower() != ".zst"
        with self._explained(), self._open_bytes() if plain else self._open_text() as file:
            end, ascii_only = b"", True
            while piece := file.read(SCAN):
                found = end + (piece if isinstance(piece, bytes) else piece.encode())
                if b"_" in found and _JOINED.search(found):
                    return True
                end, ascii_only = found[-2:], ascii_only and found.isascii()
        if plain and not ascii_only and (said := self.not_text()):
            raise DataError(said)
        return False

    def proposed(self) -> list[Proposed]:
        """What its beginning says of how it is written, beyond what is stated.

        Raises:
            DataError: it cannot be read, or is no such text by its first bytes.
        """
        with self._explained(), self._open_bytes() as file:
            begins = file.read(_BEGINNING)
        for mark, what in _BEGINNINGS.items():
            if begins.startswith(mark):
                raise DataError(f"{self.path}: it is {what}")
        if self.path.suffix.lower() == ".zst":
            return []
        found = [] if self.options.encoding != "utf-8" else _encoding(begins)
        encoding = str(found[0].value) if found else self._codec
        lines = io.StringIO(begins.decode(encoding, "replace"), newline="").readlines()
        if len(begins) == _BEGINNING:
            lines = lines[:-1]
        fields = itertools.accumulate(line.count(self.separator) + 1 for line in lines)
        looked_at = sum(1 for _ in itertools.takewhile(lambda n: n <= FIELDS_LOOKED_AT, fields))
        lines = lines[: max(2, min(looked_at, LOOKED_AT + self.options.skip_rows))]
        whole = [line.strip() for line in lines if line.strip() and self.options.quote is None]
        for sign in ",;\t|" if len(whole) > 2 and all(map(_WHOLE.fullmatch, whole)) else "":
            if len(counts := {line.count(sign) for line in whole}) == 1 and counts != {0}:
                raise DataError(
                    f"{self.path}: each line as a whole stands within quotation marks, so that it "
                    "is one field: take them away, as with: "
                    f"sed -i 's/^\"//; s/\"\\r\\?$//' {self.path.name} (if it "
                    "is one: format: {quote: '\"'})"
                )
        with self._explained():
            return found + of_text(lines, self.options, self.separator)

    def check_beginning(self) -> None:
        """Refuse what is no such text by its first bytes, or seems to be written in another way."""
        if found := self.proposed():
            raise DataError(
                f"{self.path}: it seems to be written in another way than stated: "
                f"{because(found)}. State how it is written, under `data:`\n"
                f"{block(found, self.options)}"
            )

    def not_text(self) -> str | None:
        """Where it is not in its encoding; reads it once more, a piece at a time."""
        encoding = self.options.encoding
        decoder, line = codecs.getincrementaldecoder(encoding)(), 1
        with self._open_bytes() as file:
            while piece := file.read(SCAN):
                try:
                    line += decoder.decode(piece).count("\n")
                except UnicodeDecodeError as error:
                    line += error.object.count(b"\n", 0, error.start)
                    byte = error.object[error.start]
                    readings = likely_encodings(error.object, error.start)
                    stated = self.options.model_copy(update={"encoding": next(iter(readings))})
                    return (
                        f"{self.path}, line {line:,}: byte 0x{byte:02x} is not "
                        f"{encoding.upper()}: save the file as UTF-8 text, or state the encoding "
                        f"that reads right ({_shown(readings)}), under `data:`\n{block([], stated)}"
                    )
        return None

    @property
    def _codec(self) -> str:
        return "utf-8-sig" if self.options.encoding == "utf-8" else self.options.encoding

    def _open_bytes(self) -> IO[bytes]:
        if self.path.suffix.lower() == ".gz":
            return cast("IO[bytes]", gzip.open(self.path, "rb"))
        return self.path.open("rb")

    def _open_text(self) -> IO[str]:
        found: IO[str]
        if self.engine is not None and self.path.suffix.lower() == ".zst":
            columns = "columns={'line': 'VARCHAR'}"
            read = f"FROM read_csv({text(str(self.path))}, {_LINES}, {columns})"
            lines = "\n".join(line or "" for (line,) in self.engine.run(read))
            found = io.StringIO(lines, newline="")
        else:
            found = io.TextIOWrapper(self._open_bytes(), encoding=self._codec, newline="")
        if self.separator != BLANKS:
            return found
        with found:
            return io.StringIO("".join(map(one_blank, found)), newline="")

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except UnicodeDecodeError as error:
            raise DataError(self.not_text() or f"{self.path}: {error}") from None
        except (csv.Error, OSError, EOFError, zlib.error) as error:
            raise DataError(f"{self.path}: cannot be read: {error}") from None


class _NotBlank:
    """A csv.reader without its blank rows, or those after the first that hold nothing."""

    def __init__(self, rows: Any, *, empty_too: bool) -> None:
        self._rows, self._empty_too, self._begun = rows, empty_too, False

    @property
    def line_num(self) -> int:
        """Of the line on which the last row ended."""
        return int(self._rows.line_num)

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        for row in self._rows:
            if any(row) or (row and not (self._empty_too and self._begun)):
                self._begun = True
                found: list[str] = row
                return found
        raise StopIteration


def _shown(readings: dict[str, str]) -> str:
    return ", ".join(f"{name}: '{brief(word)}'" for name, word in readings.items())


def _encoding(begins: bytes) -> list[Proposed]:
    """What is not UTF-8."""
    if begins.startswith(_UTF_16):
        return [Proposed("encoding", "utf-16", "its encoding is UTF-16")]
    if begins.count(b"\0") * 3 > len(begins):
        name = "utf-16-le" if begins[1::2].count(b"\0") > begins[::2].count(b"\0") else "utf-16-be"
        return [Proposed("encoding", name, "its encoding is UTF-16")]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(begins)
    except UnicodeDecodeError as error:
        line = begins.count(b"\n", 0, error.start) + 1
        readings = likely_encodings(begins, error.start)
        why = f"byte 0x{begins[error.start]:02x} in line {line:,} is not UTF-8: state the encoding "
        why += f"that reads right ({_shown(readings)})"
        return [Proposed("encoding", next(iter(readings)), why)]
    return []
