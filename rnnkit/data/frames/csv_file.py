"""A .csv file, or one with another sign between its fields -> DataFrames."""

from __future__ import annotations

import csv
import io
import itertools
import re
import warnings
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pandas.errors import ParserError, ParserWarning

from rnnkit.data.frames import limits
from rnnkit.data.frames.limits import Extent, check_names
from rnnkit.errors import DataError

# FRED and SAS write a point
MISSING = ["", ".", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A"]
MAX_HEADER = 1 << 24  # characters of the first line
MAX_PIECE = 1 << 30  # bytes of the rows that are read together, of a large table
_VALUE, _ROW = 24, 64  # bytes of RAM for each, beside the file's own
_NOT_A_ROW = re.compile(rb'"|\r(?!\n)|^[ \t\r]*\n', re.MULTILINE)  # a line may be less or more


def extent(path: Path, delimiter: str = ",") -> Extent:
    """By its commas and line ends."""
    commas, rows = limits.count(path, (delimiter.encode(), b"\n"))
    values = commas + rows
    return Extent(rows, values, path.stat().st_size + _VALUE * values + _ROW * rows)


def values_a_row(path: Path, delimiter: str = ",") -> int:
    """Values in a row."""
    return len(_header(path, delimiter))


def read(
    path: Path, text: Collection[str], rows: int | None, start: int, delimiter: str = ","
) -> Iterator[pd.DataFrame]:
    """So many rows at a time, from row `start` on.

    `text`: the columns that are text even where they look like numbers.
    """
    header = _header(path, delimiter)
    check_names(path, header)
    begin = _offset(path, start) if start else 0
    left_out = start if begin is None else 0
    if begin == path.stat().st_size:
        return
    try:
        with _Rows(path, limited=rows is not None) as raw, warnings.catch_warnings():
            warnings.simplefilter("error", ParserWarning)
            file = io.BufferedReader(raw)
            file.seek(begin or 0)
            found: Any = pd.read_csv(
                file,
                sep=delimiter,
                encoding="utf-8" if begin else "utf-8-sig",
                header=None if begin else 0,
                names=header,
                dtype={name: str for name in header if name in text},
                na_values={name: MISSING for name in header if name not in text},
                keep_default_na=False,
                index_col=False,  # else a row with one field too many shifts every column
                skipinitialspace=True,
                low_memory=False,  # else one column can come in two types
                chunksize=rows,
            )
            for frame in [found] if rows is None else found:
                raw.left = MAX_PIECE
                yield frame[left_out:].reset_index(drop=True) if left_out else frame
                left_out = max(0, left_out - len(frame))
    except (ParserError, ParserWarning) as error:
        raise DataError(_uneven_line(path, len(header), delimiter) or f"{path}: {error}") from None


class _Rows(io.FileIO):
    """A file of which at most MAX_PIECE bytes are read until `left` is set again."""

    def __init__(self, path: Path, *, limited: bool) -> None:
        super().__init__(path)
        self.left = MAX_PIECE
        self._limited = limited

    def readinto(self, buffer: Any) -> int | None:
        count = super().readinto(buffer)
        self.left -= count or 0
        if self._limited and self.left < 0:
            raise DataError(
                f"{self.name}: more than {MAX_PIECE:,} bytes in at most {limits.MAX_ROWS:,} rows: "
                "a quotation mark that is not closed, or no table"
            )
        return count


def _offset(path: Path, row: int) -> int | None:
    """The byte at which a row begins; None where counting line ends does not tell."""
    lines, offset = row + 1, 0  # the header is one
    with path.open("rb") as file:
        while piece := file.read(limits.SCAN) + file.readline(MAX_PIECE):
            if _NOT_A_ROW.search(piece):
                return None
            ends = np.flatnonzero(np.frombuffer(piece, np.uint8) == ord("\n"))
            if len(ends) >= lines:
                return offset + int(ends[lines - 1]) + 1
            lines -= len(ends)
            offset += len(piece)
    return offset


def _header(path: Path, delimiter: str) -> list[str]:
    """The names in the first line that is not blank."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        beginning = file.read(MAX_HEADER + 1)
    text = io.StringIO(beginning, newline="")
    header = next(filter(None, csv.reader(text, delimiter=delimiter, skipinitialspace=True)), [])
    if len(beginning) > MAX_HEADER and text.tell() == len(beginning):
        raise DataError(f"{path}: its first line has more than {MAX_HEADER:,} characters")
    return header


def place(path: Path, row: int, delimiter: str = ",") -> str:
    """`line 7`, on which a row ends; quoted fields may hold line breaks, blank lines count."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
        next(itertools.islice(filter(None, rows), row + 1, None), None)  # the header is row -1
        return f"line {rows.line_num:,}"


def _uneven_line(path: Path, fields: int, delimiter: str) -> str | None:
    """What is wrong with the first line that has more fields than the header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
        for row in rows:
            if len(row) > fields:
                return (
                    f"{path}, line {rows.line_num:,}: {len(row)} fields, but the header has "
                    f"{fields}"
                )
    return None
