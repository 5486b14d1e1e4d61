"""A .csv, .parquet or .jsonl file -> a pandas DataFrame that knows its rows' places in the file.

A large one comes in pieces. Nothing that a file declares is given memory before it is checked.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import dataclasses
import io
import itertools
import json
import re
import warnings
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pandas as pd
from pandas.errors import ParserError, ParserWarning

from rnnkit.data.memory import memory_size
from rnnkit.data.wording import quoted
from rnnkit.errors import DataError

# FRED and SAS write a point
MISSING = ["", ".", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"]

MAX_COLUMNS = 100_000  # pandas takes minutes for more
MAX_NAME = 1000  # characters of a column's
MAX_HEADER = 1 << 24  # characters of a .csv's first line
MAX_ROWS = 1 << 16  # of a piece
PIECE = 1 << 27  # bytes of one
MAX_LINE = 1 << 26  # bytes of a .jsonl's line


@dataclasses.dataclass(frozen=True, eq=False)
class Table:
    """The rows of a file."""

    path: Path
    frame: pd.DataFrame
    start: int = 0  # rows of the file before these

    def place(self, row: int, *, brief: bool = False) -> str:
        """Where a row, counted from 0, stands: `train.csv, line 7`, or briefly `line 7`.

        Reads the file again: for error messages only.
        """
        row += self.start
        kind = self.path.suffix.lower()
        if kind == ".parquet":
            place = f"row {row + 1:,}"
        else:
            place = f"line {(_csv_line if kind == '.csv' else _json_line)(self.path, row):,}"
        return place if brief else f"{self.path}, {place}"


def read_table(path: Path, *, text: Collection[str]) -> Table:
    """Read every column of a table.

    Args:
        path: the file.
        text: columns of a .csv that are text even where they look like numbers, so that an id
            `007` stays one and a class may be called NA.

    Raises:
        DataError: not such a file, damaged, not UTF-8, no rows, or two columns of one name.
    """
    size, limit = table_size(path), memory_size()
    if limit is not None and size > limit:
        raise DataError(
            f"{path}: as a table in memory it takes about {size:,} bytes, more than this machine "
            f"has ({limit:,} bytes)"
        )
    pieces = [piece.frame for piece in read_pieces(path, text=text, rows=None)]
    return Table(path, pieces[0])


def read_pieces(path: Path, *, text: Collection[str], rows: int | None) -> Iterator[Table]:
    """A table from its beginning to its end, so many rows at a time; None: all at once.

    The arguments and errors are those of `read_table`. Every piece has a row.
    """
    readers = {".csv": _read_csv, ".parquet": _read_parquet, ".jsonl": _read_jsonl}
    start = 0
    try:
        for frame in readers[path.suffix.lower()](path, text, rows):
            if not frame.empty:
                yield Table(path, frame, start)
            start += len(frame)
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except UnicodeEncodeError as error:  # of JSON's "\\ud800"
        raise DataError(f"{path}: half a character, {error.object!a:.20}, is no text") from None
    except (OSError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    if start == 0:
        raise DataError(f"{path} has no rows of data")


def table_size(path: Path) -> int:
    """About the bytes of memory that a table takes as pandas reads it.

    Raises:
        DataError: it is no such file.
    """
    size = path.stat().st_size
    match path.suffix.lower():
        case ".csv":
            return 2 * size
        case ".jsonl":
            return 6 * size  # every number is an object
    with _parquet(path) as file:
        return 8 * sum(int(chunk.num_values) for chunk in _chunks(file))  # of lists, the numbers


def rows_at_once(path: Path) -> int:
    """Rows of a large table that are read together, about PIECE bytes.

    Raises:
        DataError: it is no such file.
    """
    match path.suffix.lower():
        case ".csv":
            columns = len(_csv_header(path))
        case ".jsonl":
            columns = 1  # its lines are counted by their bytes as well
        case _:
            with _parquet(path) as file:
                columns = -(-sum(c.num_values for c in _chunks(file)) // file.metadata.num_rows)
    return max(1, min(MAX_ROWS, PIECE // (8 * columns)))


def _read_csv(path: Path, text: Collection[str], rows: int | None) -> Iterator[pd.DataFrame]:
    header = _csv_header(path)
    _check_names(path, header)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ParserWarning)
            found: Any = pd.read_csv(
                path,
                encoding="utf-8-sig",
                header=0,
                names=header,
                dtype={name: str for name in header if name in text},
                na_values={name: MISSING for name in header if name not in text},
                keep_default_na=False,
                index_col=False,  # else a row with one field too many shifts every column
                skipinitialspace=True,
                low_memory=False,  # else one column can come in two types
                chunksize=rows,
            )
            if rows is None:
                yield found
            else:
                with found:
                    yield from found
    except (ParserError, ParserWarning) as error:
        raise DataError(_uneven_line(path, len(header)) or f"{path}: {error}") from None


def _csv_header(path: Path) -> list[str]:
    """The names in the first line that is not blank."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        beginning = file.read(MAX_HEADER + 1)
    text = io.StringIO(beginning, newline="")
    header = next(filter(None, csv.reader(text, skipinitialspace=True)), [])
    if len(beginning) > MAX_HEADER and text.tell() == len(beginning):
        raise DataError(f"{path}: its first line has more than {MAX_HEADER:,} characters")
    return header


def _read_parquet(path: Path, text: Collection[str], rows: int | None) -> Iterator[pd.DataFrame]:
    with _parquet(path) as file:
        names = file.schema_arrow.names
        _check_names(path, names)
        kept = [n for n in names if not re.fullmatch(r"__index_level_\d+__", n)]
        # pandas's metadata would turn a column into the index, and the index into a column
        for table in _parquet_tables(path, file, rows):
            yield table.select(kept).replace_schema_metadata(None).to_pandas()


def _parquet_tables(path: Path, file: Any, rows: int | None) -> Iterator[Any]:
    """So many rows at a time; what a dictionary stands for is counted as it is written out."""
    import pyarrow

    texts = (c for c in _chunks(file) if c.physical_type.endswith("BYTE_ARRAY"))
    longest = max((chunk.total_uncompressed_size for chunk in texts), default=1)
    step = max(1, min(rows or MAX_ROWS, PIECE // max(1, longest)))  # a row may repeat all of it
    limit, size = memory_size(), 0
    batches: list[Any] = []
    for batch in file.iter_batches(batch_size=step):
        batches.append(batch)
        size += batch.nbytes
        if limit is not None and size > limit:
            raise DataError(f"{path}: its values do not fit into memory ({limit:,} bytes)")
        if rows is not None and (size >= PIECE or sum(map(len, batches)) >= rows):
            yield pyarrow.Table.from_batches(batches)
            batches, size = [], 0
    if batches:
        yield pyarrow.Table.from_batches(batches)


def _chunks(file: Any) -> Iterator[Any]:
    """What the file declares of every column of every row group."""
    for group in range(file.metadata.num_row_groups):
        found = file.metadata.row_group(group)
        yield from (found.column(index) for index in range(found.num_columns))


@contextlib.contextmanager
def _parquet(path: Path) -> Iterator[Any]:
    import pyarrow  # only this format needs it
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            yield file
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        reason = (str(error).splitlines() or ["it is damaged"])[0]
        raise DataError(f"{path}: not a .parquet file, or only a piece of one: {reason}") from None


def _read_jsonl(path: Path, text: Collection[str], rows: int | None) -> Iterator[pd.DataFrame]:
    with path.open("rb") as file:
        file.seek(len(codecs.BOM_UTF8) if file.read(3) == codecs.BOM_UTF8 else 0)
        start, found = 0, _json_lines(path, file)
        while lines := _some(found, rows):
            yield pd.DataFrame(_json_objects(path, start, lines))
            start += len(lines)


def _some(found: Iterator[str], rows: int | None) -> list[str]:
    """So many lines, or fewer of many bytes; None: all."""
    lines, size = [], 0
    for line in found:
        lines.append(line)
        size += len(line)
        if rows is not None and (len(lines) >= rows or size >= PIECE // 6):
            break
    return lines


def _json_lines(path: Path, file: IO[bytes]) -> Iterator[str]:
    """The lines that are not blank."""
    while raw := file.readline(MAX_LINE + 1):
        if len(raw) > MAX_LINE:
            raise DataError(f"{path}: a line has more than {MAX_LINE:,} bytes")
        if line := raw.decode("utf-8").strip():
            yield line


def _json_objects(path: Path, start: int, lines: list[str]) -> list[dict[str, object]]:
    rows: list[dict[str, object]]
    try:
        rows = json.loads(f"[{','.join(lines)}]")  # one call is twice as quick as one a line
    except (ValueError, RecursionError):
        rows = []
    if len(rows) != len(lines) or not all(isinstance(row, dict) for row in rows):
        rows = [_json_object(path, start + row, line) for row, line in enumerate(lines)]
    if names := list(dict.fromkeys(itertools.chain.from_iterable(rows))):
        _check_names(path, names)
    return rows


def _json_object(path: Path, row: int, line: str) -> dict[str, object]:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = getattr(error, "msg", "nested too deep")
        raise DataError(f"{path}, line {_json_line(path, row):,}: not JSON: {reason}") from None
    if not isinstance(value, dict):
        raise DataError(
            f"{path}, line {_json_line(path, row):,}: expected an object, "
            'like {"label": "a", "x1": 0.5}'
        )
    return value


def _check_names(path: Path, names: Sequence[str]) -> None:
    if not names:
        raise DataError(f"{path} is empty")
    if len(names) > MAX_COLUMNS:
        raise DataError(f"{path} has {len(names):,} columns, more than {MAX_COLUMNS:,}")
    if (length := max(map(len, names))) > MAX_NAME:
        raise DataError(f"{path} has a column whose name has {length:,} characters")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise DataError(f"{path} has more than one column named {quoted(twice)}: rename them")


def _csv_line(path: Path, row: int) -> int:
    """The line on which a row ends; quoted fields may hold line breaks, blank lines count."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, skipinitialspace=True)
        next(itertools.islice(filter(None, rows), row + 1, None), None)  # the header is row -1
        return rows.line_num


def _json_line(path: Path, row: int) -> int:
    lines = path.read_text("utf-8-sig").split("\n")
    return next(itertools.islice((n for n, line in enumerate(lines, 1) if line.strip()), row, None))


def _uneven_line(path: Path, fields: int) -> str | None:
    """What is wrong with the first line that has more fields than the header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, skipinitialspace=True)
        for row in rows:
            if len(row) > fields:
                return (
                    f"{path}, line {rows.line_num:,}: {len(row)} fields, but the header has "
                    f"{fields}"
                )
    return None


def _not_utf8(path: Path) -> DataError:
    raw = path.read_bytes()
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return DataError(
            f"{path}, line {line:,}: byte 0x{raw[error.start]:02x} is not UTF-8: save the file as "
            "UTF-8 text"
        )
    return DataError(f"{path}: not UTF-8 text")
