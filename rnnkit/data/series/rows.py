"""The rows of one or several series as they were read, sorted, holes mended, in float64."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.card import TableCard
from rnnkit.data.disk import DiskArray
from rnnkit.data.series.dates import Frequency, Times
from rnnkit.data.series.quantities import Values

if TYPE_CHECKING:
    from rnnkit.data.tables.table import Table

Static = Mapping[str, float | str]  # of one series, by column: a number, or a name


@dataclasses.dataclass(frozen=True, eq=False)
class DiskColumns:
    """The last columns of a table (n, columns) on disk, which answer like an array.

    Args:
        table: all columns.
        first: the number of the first that is given.
    """

    table: DiskArray
    first: int

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.table), self.table.shape[1] - self.first

    def __len__(self) -> int:
        return len(self.table)

    def __getitem__(self, chosen: Any) -> NDArray[Any]:
        return self.table[chosen][..., self.first :]


def pieces_of(array: NDArray[Any] | DiskArray) -> Iterator[NDArray[Any]]:
    """All rows of an array; where they are on disk, some at a time."""
    if isinstance(array, DiskArray):
        yield from (piece for _, piece in array.pieces())
    else:
        yield array


def some_of(array: Any, rows: Any) -> Any:
    """Rows of an array; a slice of what is on disk stays there."""
    if isinstance(array, DiskColumns):
        return DiskColumns(some_of(array.table, rows), array.first)
    if isinstance(array, DiskArray) and isinstance(rows, slice):
        start, stop, _ = rows.indices(len(array))
        return array.part(start, max(start, stop))
    return array[rows]


def split_columns(table: NDArray[Any] | DiskArray, first: int) -> tuple[NDArray[Any], Any]:
    """The first columns in RAM, (n, first), and the others, on disk where the table is."""
    if isinstance(table, DiskArray):
        pieces = [piece[:, :first].copy() for piece in pieces_of(table)]
        none = np.empty((0, first), table.dtype)
        return np.concatenate([none, *pieces]), DiskColumns(table, first)
    return table[:, :first], table[:, first:]


@dataclasses.dataclass(frozen=True, eq=False)
class SeriesRows:
    """One series of n rows before `quantity`; the arrays (n, K + F) of a large one are on disk.

    Args:
        name: the panel's id, or the source's name.
        times: (n,) in order, as the clock on the wall shows them: where it goes back and the
            data tell, an hour stands there twice.
        values: (n, K + F), targets first; finite once the holes are mended.
        numbers: (n,) which row of the source each was, from 0.
        filled: (n, K + F) values that were not there, and were put in.
    """

    name: str
    times: Times
    values: Any  # float64 array or DiskArray, as the other two
    numbers: Any
    filled: Any

    def __len__(self) -> int:
        return len(self.times)

    @property
    def sha256(self) -> str:
        """Of all times and values."""
        digest = hashlib.sha256(self.times.tobytes())
        for piece in pieces_of(self.values):
            digest.update(piece.tobytes())
        return digest.hexdigest()

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> SeriesRows:
        arrays: list[Any] = [self.times, self.values, self.numbers, self.filled]
        return SeriesRows(self.name, *(some_of(array, rows) for array in arrays))

    def in_ram(self, most: int) -> SeriesRows:
        """All rows, of those on disk the last ones."""
        if not isinstance(self.values, DiskArray):
            return self
        last = self.take(slice(max(0, len(self) - most), None))
        arrays = (array[:] for array in (last.values, last.numbers, last.filled))
        return SeriesRows(self.name, last.times, *arrays)

    @classmethod
    def as_read(
        cls, name: str, times: Times, values: Values, numbers: NDArray[np.intp]
    ) -> SeriesRows:
        """Rows into which nothing was put."""
        return cls(name, times, values, numbers, np.zeros(values.shape, bool))


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """Everything that was read.

    Args:
        source: the name of the embedded data, or the file's.
        sha256: of the file; of made data, of their values.
        series: S series.
        time_format: how the times were read; None: they are the rows' numbers.
        frequency: from one row to the next, holes not counted as gaps.
        rhythm: the same in words: `business days, 1 exception: 2019-10-27`.
        missing_rows: that the frequency asks for.
        features: the columns that are features.
        categories: of each column of categories what its codes stand for; empty once they are ids.
        static: what each series is, by its name: the value of each static column.
        future: rows after the last target of a series, with what is known of them, (m, P).
        notes: what was mended and what looks odd, as sentences.
        left_out: those of them about rows of the file that are not read.
        table: the file, for the places of rows.
        card: what is known of it.
    """

    source: str
    sha256: str
    series: tuple[SeriesRows, ...]
    time_format: str | None
    frequency: Frequency
    rhythm: str = ""
    missing_rows: int = 0
    features: tuple[str, ...] = ()
    categories: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    static: Mapping[str, Static] = dataclasses.field(default_factory=dict)
    future: tuple[SeriesRows, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    table: Table | None = None
    card: TableCard | None = None

    def place(self, series: SeriesRows, row: int) -> str:
        """What a row of a series is called in messages."""
        number = int(series.numbers[row])
        return f"row {number + 1:,}" if self.table is None else self.table.place(number)
