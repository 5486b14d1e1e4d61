"""A .csv, .parquet or .jsonl file -> a pandas DataFrame that knows its rows' places in the file.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import csv
import dataclasses
import itertools
import json
import re
import warnings
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd
from pandas.errors import ParserError, ParserWarning

from rnnkit.data.wording import quoted
from rnnkit.errors import DataError

MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"]


@dataclasses.dataclass(frozen=True, eq=False)
class Table:
    """The rows of a file."""

    path: Path
    frame: pd.DataFrame

    def place(self, row: int, *, brief: bool = False) -> str:
        """Where a row, counted from 0, stands: `train.csv, line 7`, or briefly `line 7`.

        Reads the file again: for error messages only.
        """
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
    readers = {".csv": _read_csv, ".parquet": _read_parquet, ".jsonl": _read_jsonl}
    try:
        frame = readers[path.suffix.lower()](path, text)
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except (OSError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None
    if frame.empty:
        raise DataError(f"{path} has no rows of data")
    return Table(path, frame)


def _read_csv(path: Path, text: Collection[str]) -> pd.DataFrame:
    with path.open(encoding="utf-8-sig", newline="") as file:
        header = next(filter(None, csv.reader(file, skipinitialspace=True)), [])
    _check_names(path, header)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ParserWarning)
            return pd.read_csv(
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
            )
    except (ParserError, ParserWarning) as error:
        raise DataError(_uneven_line(path, len(header)) or f"{path}: {error}") from None


def _read_parquet(path: Path, text: Collection[str]) -> pd.DataFrame:
    import pyarrow  # only this format needs it
    import pyarrow.parquet

    try:
        # pandas's metadata would turn a column into the index, and the index into a column
        table = pyarrow.parquet.ParquetFile(path).read().replace_schema_metadata(None)
        _check_names(path, table.column_names)
        kept = [n for n in table.column_names if not re.fullmatch(r"__index_level_\d+__", n)]
        frame: pd.DataFrame = table.select(kept).to_pandas()
    except (pyarrow.ArrowException, OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise DataError(f"{path}: not a .parquet file, or only a piece of one: {reason}") from None
    return frame


def _read_jsonl(path: Path, text: Collection[str]) -> pd.DataFrame:
    lines = [line for line in path.read_text("utf-8-sig").split("\n") if line.strip()]
    try:
        rows = json.loads(f"[{','.join(lines)}]")  # one call is twice as quick as one a line
    except (ValueError, RecursionError):
        rows = [_json_object(path, row, line) for row, line in enumerate(lines)]
    if not all(isinstance(row, dict) for row in rows):
        rows = [_json_object(path, row, line) for row, line in enumerate(lines)]
    return pd.DataFrame(rows)


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
