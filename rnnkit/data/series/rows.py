"""The rows of one or several series as they were read, sorted, holes mended, in float64."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Frequency, Times
from rnnkit.data.series.quantities import Values

if TYPE_CHECKING:
    from rnnkit.data.tables.table import Table


@dataclasses.dataclass(frozen=True, eq=False)
class SeriesRows:
    """One series of n rows before `quantity`.

    Args:
        name: the panel's id, or the source's name.
        times: (n,) strictly ascending.
        values: (n, K + F), targets first; finite once the holes are mended.
        numbers: (n,) which row of the source each was, from 0.
    """

    name: str
    times: Times
    values: Values
    numbers: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.times)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp] | slice) -> SeriesRows:
        return SeriesRows(self.name, self.times[rows], self.values[rows], self.numbers[rows])


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """Everything that was read.

    Args:
        source: the name of the embedded data, or the file's.
        sha256: of the file; of made data, of their values.
        series: S series.
        time_format: how the times were read; None: they are the rows' numbers.
        frequency: from one row to the next, holes not counted as gaps.
        features: the columns that are features.
        notes: what was mended and what looks odd, as sentences.
        table: the file, for the places of rows.
    """

    source: str
    sha256: str
    series: tuple[SeriesRows, ...]
    time_format: str | None
    frequency: Frequency
    features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    table: Table | None = None

    def place(self, series: SeriesRows, row: int) -> str:
        """What a row of a series is called in messages."""
        number = int(series.numbers[row])
        return f"row {number + 1:,}" if self.table is None else self.table.place(number)
