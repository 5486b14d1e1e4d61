"""Delimited text, packed or not: .csv and .tsv. Its first row names the columns."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import itertools
import re
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import suffix_of
from rnnkit.data.tables.contract import Rejected
from rnnkit.data.tables.engine import Engine, text
from rnnkit.errors import DataError
from rnnkit.words import counted

TYPED = False  # numbers, dates and text look alike
OPTIONS = ("separator", "encoding", "header", "skip_rows", "comment", "bad_rows")

# FRED and SAS write a point
MISSING = ["", ".", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"]
MAX_HEADER = 1 << 24  # characters of the first line
MOST_REJECTED = 1000  # rows of a file that are looked at where one is refused anyway
_LOOKED_AT, _FIELDS_LOOKED_AT = 100, 20_000  # rows at the beginning, and fields
_SEPARATORS = {",": "','", ";": "';'", "\t": "tabs", "|": "'|'"}
SCAN = 1 << 24  # bytes read at once where a file is only looked through
_NUMBER = re.compile(r"[ +\-0-9.,'eE]*")  # or nearly one: the engine looks again
_LINES = "auto_detect=false, delim='\x01', quote='', escape='', header=false"
_BEGINNINGS = {
    b"PK\x03\x04": "a ZIP file, such as a spreadsheet: save the table as CSV, UTF-8",
    b"\xff\xfe": "UTF-16: state data.format.encoding: utf-16, or save it as UTF-8 text",
    b"\xfe\xff": "UTF-16: state data.format.encoding: utf-16, or save it as UTF-8 text",
    b"PAR1": "a .parquet file: name it so",
}


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """The names in the first row, or those that it gets."""
    _check_beginning(path, options)
    with _rows(engine, path, options) as rows:
        first: list[str] = next(rows, [])
        if options.separator is None and len(first) == 1:
            _check_separator(engine, path, options, first[0])
    found = [name.strip() if options.header else "" for name in first]
    if options.header and found.count("") <= 1:
        return found
    return [name or f"column{number}" for number, name in enumerate(found, 1)]


def select(
    engine: Engine,
    path: Path,
    options: TableFormat,
    names: Sequence[str],
    wanted: Mapping[int, bool],
) -> str:
    """The wanted columns, as c0, c1 ...: text, trimmed, where it is asked for; else numbers."""
    numbers = {n for n, is_text in wanted.items() if not is_text}
    numbers -= _not_numbers(engine, path, options)
    if options.missing is not None:  # a number may stand for no value
        numbers.clear()
    kinds = ["DOUBLE" if n in numbers else "VARCHAR" for n in range(len(names))]
    columns = ", ".join(f"'c{n}': '{kind}'" for n, kind in enumerate(kinds))
    arguments = {
        "auto_detect": "false",
        "delim": text(_separator(path, options)),
        "quote": "'\"'",
        "escape": "'\"'",
        "columns": f"{{{columns}}}",
        "header": str(options.header).lower(),
        "skip": str(_before_header(engine, path, options)),
        "decimal_separator": text(options.decimal),
        "encoding": text(options.encoding),
        "store_rejects": "true",
        "rejects_limit": str(0 if options.bad_rows == "skip" else MOST_REJECTED),  # 0: no limit
    }
    if options.thousands is not None:
        arguments["thousands"] = text(options.thousands)
    if options.comment is not None:
        arguments["comment"] = text(options.comment)
    given = ", ".join(f"{key}={value}" for key, value in arguments.items())
    chosen = (f"c{n}" if n in numbers else f"trim(c{n}) AS c{n}" for n in sorted(wanted))
    select = f"SELECT {', '.join(chosen)} FROM read_csv({text(str(path))}, {given})"
    return f"{select} WHERE c0 IS NOT NULL" if len(names) == 1 else select  # a blank line


def rejected(engine: Engine, path: Path, options: TableFormat) -> list[Rejected]:
    """What the engine left out when it read the file last: rows, or fields that are no numbers."""
    found = engine.run(
        "SELECT line, error_type, column_name, error_message FROM reject_errors JOIN reject_scans "
        "USING (scan_id, file_id) ORDER BY line"
    )
    engine.run("DROP TABLE reject_errors")
    engine.run("DROP TABLE reject_scans")
    if options.bad_rows == "refuse" and any(kind == "INVALID ENCODING" for _, kind, *_ in found):
        raise DataError(_not_text(path, options) or f"{path}: not {options.encoding.upper()}")
    return [
        Rejected(line, int(name[1:]) if kind == "CAST" else None, _reason(kind, said, options))
        for line, kind, name, said in found
    ]


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`line 7`, on which a row ends; quoted fields may hold line breaks, blank lines count."""
    with _rows(engine, path, options) as rows:
        begins, number = 1, -1 if options.header else 0
        for _ in rows:
            if begins + options.skip_rows not in left_out:
                if number == row:
                    break
                number += 1
            begins = rows.line_num + 1
        return f"line {rows.line_num + options.skip_rows:,}"


def _before_header(engine: Engine, path: Path, options: TableFormat) -> int:
    """Lines before the first row, blank ones too, but for comments, which the engine leaves out."""
    with _explained(path, options), _text(engine, path, options) as file:
        skipped = 0
        for line in file:
            is_comment = options.comment is not None and line.startswith(options.comment)
            if skipped >= options.skip_rows and line.strip() and not is_comment:
                break
            skipped += not is_comment
        return skipped


def _not_numbers(engine: Engine, path: Path, options: TableFormat) -> set[int]:
    """Columns that hold something else, a mark for no value perhaps, among the first rows."""
    found: set[int] = set()
    with _rows(engine, path, options) as rows:
        seen = 0
        for row in itertools.islice(rows, int(options.header), _LOOKED_AT):
            if (seen := seen + len(row)) > _FIELDS_LOOKED_AT:
                break
            found |= {n for n, field in enumerate(row) if field and not _NUMBER.fullmatch(field)}
    return found


def _reason(kind: str, said: str, options: TableFormat) -> str:
    if kind in ("TOO MANY COLUMNS", "MISSING COLUMNS"):
        expected, found = (int(word) for word in said.split() if word.isdigit())
        what = "the header has" if options.header else "the first row has"
        return f"{counted(found, 'field')}, but {what} {expected}"
    if kind == "UNQUOTED VALUE":
        return "a quotation mark that is not closed, or has something behind it"
    return (said.splitlines() or [kind.lower()])[0]


def _separator(path: Path, options: TableFormat) -> str:
    return options.separator or ("\t" if suffix_of(path) == ".tsv" else ",")


@contextlib.contextmanager
def _rows(engine: Engine, path: Path, options: TableFormat) -> Iterator[Any]:
    """The rows that are not blank, as lists of their fields, by the standard library."""
    with _explained(path, options), _text(engine, path, options) as file:
        for _ in range(options.skip_rows):
            file.readline(MAX_HEADER)
        lines: Iterator[str] = file
        if options.comment is not None:
            mark = options.comment
            lines = ("\n" if line.startswith(mark) else line for line in file)
        yield _NotBlank(
            csv.reader(lines, delimiter=_separator(path, options), skipinitialspace=True)
        )


@contextlib.contextmanager
def _explained(path: Path, options: TableFormat) -> Iterator[None]:
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(_not_text(path, options) or f"{path}: {error}") from None
    except (csv.Error, OSError, EOFError, zlib.error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None


def _not_text(path: Path, options: TableFormat) -> str | None:
    """Where a file is not in its encoding; reads it once more, a piece at a time."""
    decoder, line = codecs.getincrementaldecoder(options.encoding)(), 1
    with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
        while piece := file.read(SCAN):
            try:
                line += decoder.decode(piece).count("\n")
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                name = options.encoding.upper()
                return (
                    f"{path}, line {line:,}: byte 0x{error.object[error.start]:02x} is not {name}: "
                    "save the file as UTF-8 text, or state data.format.encoding: utf-16 or latin-1"
                )
    return None


class _NotBlank:
    """A csv.reader without its blank rows."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows

    @property
    def line_num(self) -> int:
        """Of the line on which the last row ended."""
        return int(self._rows.line_num)

    def __iter__(self) -> Iterator[list[str]]:
        return filter(None, self._rows)

    def __next__(self) -> list[str]:
        return next(iter(self))


def _text(engine: Engine, path: Path, options: TableFormat) -> IO[str]:
    encoding = "utf-8-sig" if options.encoding == "utf-8" else options.encoding
    if path.suffix.lower() == ".gz":
        return gzip.open(path, "rt", encoding=encoding, newline="")
    if path.suffix.lower() == ".zst":  # Python reads it from 3.14 on
        read = f"FROM read_csv({text(str(path))}, {_LINES}, columns={{'line': 'VARCHAR'}})"
        return io.StringIO("\n".join(line or "" for (line,) in engine.run(read)), newline="")
    return path.open(encoding=encoding, newline="")


def _check_beginning(path: Path, options: TableFormat) -> None:
    """Refuse what is no such text by its first bytes."""
    with path.open("rb") as file:
        begins = file.read(4)
    for mark, what in _BEGINNINGS.items():
        if begins.startswith(mark) and options.encoding != "utf-16":
            raise DataError(f"{path}: it is {what}")


def _check_separator(engine: Engine, path: Path, options: TableFormat, header: str) -> None:
    """Refuse a file whose fields are separated by another sign in every row that is looked at."""
    for sign, named in _SEPARATORS.items():
        if sign in header:
            other = options.model_copy(update={"separator": sign})
            with _rows(engine, path, other) as rows:
                lengths = {len(row) for row in itertools.islice(rows, _LOOKED_AT)}
            if len(lengths) == 1:
                stated = '"\\t"' if sign == "\t" else f"'{sign}'"
                raise DataError(
                    f"{path}: its fields are separated by {named}: state data.format.separator: "
                    f"{stated}"
                )
