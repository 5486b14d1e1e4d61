"""Delimited text, packed or not: .csv and .tsv. Its first row names the columns."""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import hashlib
import io
import itertools
import mmap
import os
import re
import shutil
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, cast

from rnnkit.config.tables import TableFormat
from rnnkit.data.tables import PACKED, suffix_of
from rnnkit.data.tables.contract import Rejected, refuse_many
from rnnkit.data.tables.engine import Engine, text
from rnnkit.data.tables.proposal import Proposed, because, block, of_numbers, of_text
from rnnkit.errors import DataError
from rnnkit.words import counted

TYPED = False  # numbers, dates and text look alike
OPTIONS = ("separator", "encoding", "header", "skip_rows", "comment", "bad_rows")

# FRED and SAS write a point
MISSING = ["", ".", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"]
MAX_HEADER = 1 << 24  # characters of the first line
MOST_REJECTED = 1000  # rows of a file that are looked at where one is refused anyway
_LOOKED_AT, _FIELDS_LOOKED_AT = 100, 20_000  # rows at the beginning, and fields
_BEGINNING = 1 << 20  # bytes that are looked at
SCAN = 1 << 24  # bytes read at once where a file is only looked through
_NUMBER = re.compile(r"[ +\-0-9.,'eE]*")  # or nearly one: the engine looks again
_LINES = "auto_detect=false, delim='\x01', quote='', escape='', header=false"
_BEGINNINGS = {
    b"PK\x03\x04": "a ZIP file, such as a spreadsheet: save the table as CSV, UTF-8",
    b"PAR1": "a .parquet file: name it so",
}
MAX_EMPTY = 1 << 16  # bytes of the last row where it holds nothing
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def names(engine: Engine, path: Path, options: TableFormat) -> list[str]:
    """The names in the first row, or those that it gets; "" for a column without name and value."""
    _check_beginning(path, options)
    with _rows(engine, path, options) as rows:
        first: list[str] = next(rows, [])
    refuse_many(path, len(first))
    found = [name.strip() if options.has_header else "" for name in first]
    empty = _empty(engine, path, options, [n for n, name in enumerate(found) if not name], found)
    return [
        "" if number - 1 in empty else name or f"column{number}"
        for number, name in enumerate(found, 1)
    ]


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
    if options.thousands or options.units:  # the engine reads 1,5 as 15 then
        numbers.clear()
    kinds = ["DOUBLE" if n in numbers else "VARCHAR" for n in range(len(names))]
    most = 0 if options.bad_rows == "skip" else MOST_REJECTED  # 0: no limit
    read = _read(engine, path, options, kinds, f"store_rejects=true, rejects_limit={most}")
    chosen = (f"c{n}" if n in numbers else f"trim(c{n}) AS c{n}" for n in sorted(wanted))
    some = "WHERE c0 IS NOT NULL" if len(names) == 1 else ""  # a blank line
    if _ends_empty(path, options):
        some = f"WHERE NOT ({_all_empty(names)})"
    return f"SELECT {', '.join(chosen)} FROM {read} {some}"


def remarks(engine: Engine, path: Path, options: TableFormat, names: Sequence[str]) -> list[str]:
    """What was left out because it holds nothing."""
    found = []
    if empty := names.count(""):
        found.append(f"{counted(empty, 'column')} without a name or a value left out")
    if _ends_empty(path, options) or len(names) == 1:
        read = _read(engine, path, options, ["VARCHAR"] * len(names), "ignore_errors=true")
        [(rows,)] = engine.run(f"SELECT count(*) FROM {read} WHERE {_all_empty(names)}")
        found += [f"{counted(rows, 'row')} without any value left out"] if rows else []
    return found


def padded(
    engine: Engine, path: Path, options: TableFormat, names: Sequence[str], column: int
) -> int:
    """Fields of a column of text that have blanks around them, which are not read."""
    read = _read(engine, path, options, ["VARCHAR"] * len(names), "ignore_errors=true")
    [(fields,)] = engine.run(f"SELECT count(*) FROM {read} WHERE c{column} <> trim(c{column})")
    return int(fields)


def in_groups(
    engine: Engine, path: Path, options: TableFormat, names: Sequence[str], column: int
) -> tuple[int, str | None, str]:
    """Whether points may group thousands in a column of numbers.

    Returns:
        How many fields say that they do not; one in which they may; and what speaks for it.
    """
    read = _read(engine, path, options, ["VARCHAR"] * len(names), "ignore_errors=true")
    field = f"trim(c{column})"
    grouped = f"regexp_full_match({field}, '[-+]?[1-9][0-9]{{0,2}}(\\.[0-9]{{3}})+')"
    whole = f"regexp_full_match({field}, '[-+]?[0-9]{{1,3}}')"
    [(others, one, beside)] = engine.run(
        f"SELECT count(*) FILTER (NOT {grouped} AND NOT {whole} AND {field} NOT IN "
        f"({', '.join(map(text, MISSING))})), any_value({field}) FILTER ({grouped}), "
        f"any_value({field}) FILTER ({whole}) FROM {read}"
    )
    if beside is not None:
        return others, one, f"beside '{beside}'"
    if _separator(path, options) == ";":
        return others, one, "in fields separated by ';', as where a comma is the decimal sign"
    with _rows(engine, path, options) as rows:
        some = list(itertools.islice(rows, int(options.has_header), _LOOKED_AT))
    columns = dict(enumerate(zip(*some, strict=False)))
    return (
        others,
        one,
        f"and {said}" if (said := because(of_numbers(columns, options, only_signs=True))) else "",
    )


def rejected(engine: Engine, path: Path, options: TableFormat, rows: int) -> list[Rejected]:
    """What the engine left out when it read the file last: rows, or fields that are no numbers.

    Raises:
        DataError: a quotation mark that is not closed in its row takes in other rows.
    """
    found = engine.run(
        "SELECT line, error_type, column_name, error_message, csv_line FROM reject_errors "
        "JOIN reject_scans USING (scan_id, file_id) ORDER BY line"
    )
    engine.run("DROP TABLE reject_errors")
    engine.run("DROP TABLE reject_scans")
    for line, kind, _, _, written in found:
        if kind == "INVALID ENCODING" and options.bad_rows == "refuse":
            raise DataError(_not_text(path, options) or f"{path}: not {options.encoding.upper()}")
        if kind == "UNQUOTED VALUE" and (more := (written or "").strip().count("\n")):
            raise DataError(_unclosed(path, line, line + more))
    _check_quotes(engine, path, options, rows + len({line for line, *_ in found}))
    return [
        Rejected(line, int(name[1:]) if kind == "CAST" else None, _reason(kind, said, options))
        for line, kind, name, said, _ in found
    ]


def place(
    engine: Engine, path: Path, options: TableFormat, row: int, left_out: Collection[int]
) -> str:
    """`line 7`, on which a row ends; quoted fields may hold line breaks, blank lines count."""
    with _rows(engine, path, options) as rows:
        begins, number = 1, -int(options.has_header)
        for _ in rows:
            if begins + options.skip_rows not in left_out:
                if number == row:
                    break
                number += 1
            begins = rows.line_num + 1
        return f"line {rows.line_num + options.skip_rows:,}"


def _read(
    engine: Engine, path: Path, options: TableFormat, kinds: Sequence[str], errors: str
) -> str:
    """The engine's call that reads the file, with the types of its columns c0, c1 ..."""
    columns = ", ".join(f"'c{n}': '{kind}'" for n, kind in enumerate(kinds))
    arguments = {
        "auto_detect": "false",
        "delim": text(_separator(path, options)),
        "quote": "'\"'",
        "escape": "'\"'",
        "columns": f"{{{columns}}}",
        "header": str(options.has_header).lower(),
        "skip": str(_before_header(engine, path, options)),
        "decimal_separator": text(options.decimal_sign),
    }
    if options.comment is not None:
        arguments["comment"] = text(options.comment)
    given = ", ".join(f"{key}={value}" for key, value in arguments.items())
    if options.encoding != "utf-8":
        path = _as_utf8(engine, path, options)
    return f"read_csv({text(str(path))}, {given}, {errors})"


def _as_utf8(engine: Engine, path: Path, options: TableFormat) -> Path:
    """A copy beside what the engine spills: it knows few encodings, and utf-16 only in part."""
    copy = engine.scratch / hashlib.sha256(str(path).encode()).hexdigest()
    if not copy.exists():
        copy.parent.mkdir(exist_ok=True)
        with (
            _explained(path, options),
            _text(engine, path, options) as file,
            copy.open("w", encoding="utf-8", newline="") as out,
        ):
            shutil.copyfileobj(file, out, SCAN)
    return copy


def _empty(
    engine: Engine,
    path: Path,
    options: TableFormat,
    unnamed: Sequence[int],
    names: Sequence[str],
) -> set[int]:
    """Those of the columns without a name that hold nothing."""
    with _rows(engine, path, options) as rows:
        for row in itertools.islice(rows, int(options.has_header), _LOOKED_AT):
            unnamed = [n for n in unnamed if n >= len(row) or not row[n].strip()]
    if not unnamed:
        return set()
    read = _read(engine, path, options, ["VARCHAR"] * len(names), "ignore_errors=true")
    [counts] = engine.run(f"SELECT {', '.join(f'count(trim(c{n}))' for n in unnamed)} FROM {read}")
    return {n for n, values in zip(unnamed, counts, strict=True) if values == 0}


def _ends_empty(path: Path, options: TableFormat) -> bool:
    """Whether the file may end with rows that hold nothing; of what is packed it is not known."""
    if path.suffix.lower() in PACKED:
        return True
    with path.open("rb") as file:
        file.seek(-min(path.stat().st_size, MAX_EMPTY), os.SEEK_END)
        end = file.read().replace(b"\0", b"").rstrip(b"\r\n")
    last = end[max(end.rfind(b"\n"), end.rfind(b"\r")) + 1 :]
    return bool(last) and not last.strip(_separator(path, options).encode() + b'" ')


def _all_empty(names: Sequence[str]) -> str:
    return " AND ".join(f"c{n} IS NULL" for n in range(len(names)))


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
        for row in itertools.islice(rows, int(options.has_header), _LOOKED_AT):
            if (seen := seen + len(row)) > _FIELDS_LOOKED_AT:
                break
            found |= {n for n, field in enumerate(row) if field and not _NUMBER.fullmatch(field)}
    return found


def _reason(kind: str, said: str, options: TableFormat) -> str:
    if kind in ("TOO MANY COLUMNS", "MISSING COLUMNS"):
        expected, found = (int(word) for word in said.split() if word.isdigit())
        what = "the header has" if options.has_header else "the first row has"
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
        reader = csv.reader(lines, delimiter=_separator(path, options), skipinitialspace=True)
        yield _NotBlank(reader, empty_too=_ends_empty(path, options))


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
    with _bytes(path) as file:
        while piece := file.read(SCAN):
            try:
                line += decoder.decode(piece).count("\n")
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                byte = error.object[error.start]
                stated = options.model_copy(update={"encoding": "cp1252"})
                return (
                    f"{path}, line {line:,}: byte 0x{byte:02x} is not {options.encoding.upper()}: "
                    "save the file as UTF-8 text, or state another encoding (cp1252: Western "
                    "Europe; others are cp1250, cp1251, shift_jis ...), under `data:`\n"
                    f"{block([], stated)}"
                )
    return None


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


def _codec(options: TableFormat) -> str:
    return "utf-8-sig" if options.encoding == "utf-8" else options.encoding


def _bytes(path: Path) -> IO[bytes]:
    packed = path.suffix.lower() == ".gz"
    return cast("IO[bytes]", gzip.open(path, "rb")) if packed else path.open("rb")


def _text(engine: Engine, path: Path, options: TableFormat) -> IO[str]:
    if path.suffix.lower() == ".zst":  # Python reads it from 3.14 on
        read = f"FROM read_csv({text(str(path))}, {_LINES}, columns={{'line': 'VARCHAR'}})"
        return io.StringIO("\n".join(line or "" for (line,) in engine.run(read)), newline="")
    return io.TextIOWrapper(_bytes(path), encoding=_codec(options), newline="")


def proposed(path: Path, options: TableFormat) -> list[Proposed]:
    """What a file's beginning says of how it is written, beyond what is stated.

    Raises:
        DataError: it cannot be read, or is no such text by its first bytes.
    """
    with _explained(path, options), _bytes(path) as file:
        begins = file.read(_BEGINNING)
    for mark, what in _BEGINNINGS.items():
        if begins.startswith(mark):
            raise DataError(f"{path}: it is {what}")
    if path.suffix.lower() == ".zst":  # Python reads it from 3.14 on
        return []
    found = [] if options.encoding != "utf-8" else _encoding(begins)
    encoding = str(found[0].value) if found else _codec(options)
    lines = io.StringIO(begins.decode(encoding, "replace"), newline="").readlines()
    if len(begins) == _BEGINNING:
        lines = lines[:-1]
    separator = _separator(path, options)
    fields = itertools.accumulate(line.count(separator) + 1 for line in lines)
    looked_at = sum(1 for _ in itertools.takewhile(lambda n: n <= _FIELDS_LOOKED_AT, fields))
    lines = lines[: max(2, min(looked_at, _LOOKED_AT + options.skip_rows))]
    with _explained(path, options):
        return found + of_text(lines, options, separator)


def _check_beginning(path: Path, options: TableFormat) -> None:
    """Refuse what is no such text by its first bytes, or seems to be written in another way."""
    if found := proposed(path, options):
        raise DataError(
            f"{path}: it seems to be written in another way than stated: {because(found)}. "
            f"State how it is written, under `data:`\n{block(found, options)}"
        )


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
        why = f"byte 0x{begins[error.start]:02x} in line {line:,} is not UTF-8 (cp1252: Western "
        why += "Europe; others are cp1250, cp1251, shift_jis ...)"
        return [Proposed("encoding", "cp1252", why)]
    return []


def _check_quotes(engine: Engine, path: Path, options: TableFormat, rows: int) -> None:
    """Refuse a field within quotation marks that holds what look like rows of the table."""
    if path.suffix.lower() not in PACKED:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if data.find(b'"') < 0:
                return
    with _explained(path, options), _text(engine, path, options) as lines:
        if sum(1 for _ in lines) == rows + options.skip_rows + options.has_header:
            return
    taken: list[str] = []
    with _explained(path, options), _text(engine, path, options) as lines:
        noted = (taken.append(line) or line for line in lines)  # type: ignore[func-returns-value]
        separator = _separator(path, options)
        reader = csv.reader(noted, delimiter=separator, skipinitialspace=True)
        for row in reader:
            if len(taken) > 1 and _swallowed(row, taken, separator):
                raise DataError(_unclosed(path, reader.line_num - len(taken) + 1, reader.line_num))
            taken.clear()


def _swallowed(row: Sequence[str], lines: Sequence[str], separator: str) -> bool:
    """Whether each line is like a row, were it not for quotation marks."""
    bare = [line.replace('"', "").strip("\r\n").split(separator) for line in lines]
    alike = {(len(one), _NUMBER.fullmatch(one[0]) is None) for one in bare}
    return alike == {(len(row), _NUMBER.fullmatch(row[0]) is None)} and len(row) > 1


def _unclosed(path: Path, line: int, end: int) -> str:
    return (
        f"{path}, line {line:,}: a quotation mark opens here and takes in the lines up to "
        f"{end:,}: close it, or double it where it belongs to the text"
    )
