"""A file of one of FORMATS -> a pandas DataFrame that knows its rows' places in the file.

A large one comes in pieces. pandas takes 0.4 s to import: import this module only where a table
is read.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import dataclasses
import importlib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from rnnkit.data import frames
from rnnkit.data.frames import limits
from rnnkit.data.ram import ram_size
from rnnkit.errors import DataError

_LISTS = (list, tuple, dict, np.ndarray)


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
        place: str = _format(self.path).place(self.path, self.start + row)
        return place if brief else f"{self.path}, {place}"

    def single(self, column: str) -> pd.Series[Any]:
        """A column of text, numbers or dates, or of none.

        Raises:
            DataError: a field holds a list, an object or bytes.
        """
        found = self.frame[column]
        if found.dtype == object:
            for kind, wrong in ((_LISTS, "lists or objects"), (bytes, "bytes")):
                if any(isinstance(value, kind) for value in found):
                    raise DataError(
                        f"{self.path}: column '{column}' holds {wrong}: expected one value a row"
                    )
        return found


def read_table(path: Path, *, text: Collection[str], a_row: int = 0, a_value: int = 0) -> Table:
    """Read every column of a table.

    Args:
        path: the file.
        text: columns of a file without types that are text even where they look like numbers, so
            that an id `007` stays one and a class may be called NA.
        a_row: bytes of RAM that the caller takes for each row beside those of the table.
        a_value: the same for each value.

    Raises:
        DataError: not such a file, damaged, not UTF-8, no rows, two columns of one name, or too
            large for the RAM.
    """
    found, limit = table_extent(path), ram_size()
    size = found.ram + a_row * found.rows + a_value * found.values
    if limit is not None and size > limit:
        raise DataError(
            f"{path}: its {found.rows:,} rows take about {size:,} bytes of RAM, more than this "
            f"machine has ({limit:,} bytes), and here a table is read whole: give fewer rows or "
            "columns"
        )
    pieces = [piece.frame for piece in read_pieces(path, text=text, rows=None)]
    return Table(path, pieces[0])


def read_pieces(
    path: Path, *, text: Collection[str], rows: int | None, start: int = 0
) -> Iterator[Table]:
    """A table from row `start` to its end, so many rows at a time; None: all at once.

    The other arguments and the errors are those of `read_table`. Every piece has a row.
    """
    with _explained(path):
        for frame in _format(path).read(path, text, rows, start):
            if not frame.empty:
                yield Table(path, frame, start)
            start += len(frame)
    if start == 0:
        raise DataError(f"{path} has no rows of data")


def table_extent(path: Path) -> limits.Extent:
    """How much a table holds, and the RAM that reading it takes.

    Raises:
        DataError: it is no such file.
    """
    with _explained(path):
        found: limits.Extent = _format(path).extent(path)
        return found


def rows_at_once(path: Path) -> int:
    """Rows of a large table that are read together, about PIECE bytes.

    Raises:
        DataError: it is no such file.
    """
    with _explained(path):
        values: int = _format(path).values_a_row(path)
        return max(1, min(limits.MAX_ROWS, limits.PIECE // (8 * max(1, values))))


def _format(path: Path) -> Any:
    """The module that reads such a file."""
    return importlib.import_module(f"{frames.__name__}.{frames.format_of(path.suffix).module}")


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """What can go wrong in the body, whatever the format, as a DataError."""
    try:
        yield
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    except UnicodeEncodeError as error:  # of JSON's "\\ud800"
        raise DataError(f"{path}: half a character, {error.object!a:.20}, is no text") from None
    except (OSError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from None


def _not_utf8(path: Path) -> DataError:
    """Where a file is no text; reads it once more, a piece at a time."""
    decoder, line = codecs.getincrementaldecoder("utf-8")(), 1
    with path.open("rb") as file:
        while piece := file.read(limits.SCAN):
            try:
                line += decoder.decode(piece).count("\n")
            except UnicodeDecodeError as error:
                line += error.object.count(b"\n", 0, error.start)
                return DataError(
                    f"{path}, line {line:,}: byte 0x{error.object[error.start]:02x} is not UTF-8: "
                    "save the file as UTF-8 text"
                )
    return DataError(f"{path}: not UTF-8 text")
