"""Holes in series -> an error that counts them, rows dropped, or the value before; never silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import SeriesRows
from rnnkit.errors import DataError
from rnnkit.words import counted

SHOWN = 3  # places named of many


def mend(
    series: Sequence[SeriesRows],
    how: str,
    columns: Sequence[str],
    place: Callable[[int], str],
) -> tuple[list[SeriesRows], list[str]]:
    """Do with rows that lack a value what `data.missing` says.

    Args:
        series: the rows; NaN is a hole.
        how: error, drop or forward_fill.
        columns: names of the K + F columns.
        place: where a row of the source stands, briefly: `line 7`.

    Returns:
        The series without holes, and a note where there were any.

    Raises:
        DataError: there are holes, and `how` is error; or nothing is left.
    """
    mending = Mending(how, columns)
    mended = [mending.add(one) for one in series]
    notes = mending.notes(place)
    return [one for one in mended if len(one)], notes


class Mending:
    """Mends one series after the other, each in one piece or in several.

    Args:
        how: error, drop or forward_fill.
        columns: names of the K + F columns.
    """

    def __init__(self, how: str, columns: Sequence[str]) -> None:
        self._how, self._columns = how, columns
        self._numbers: list[NDArray[np.intp]] = []  # of rows that lack a value
        self._lacking = np.zeros(len(columns), np.bool_)
        self._ends: list[NDArray[np.intp]] = []  # of each series: how many values lack at its end
        self._before: Values = np.empty((0, len(columns)))  # the row before, NaN without a value
        self._total = self._kept = 0

    def add(self, rows: SeriesRows, *, begins: bool = True) -> SeriesRows:
        """The rows without holes, which NaN marks.

        Args:
            rows: of one series, in RAM.
            begins: with its first row; else after the rows before.
        """
        holes: NDArray[np.bool_] = np.isnan(rows.values)
        self._count(rows, holes, begins=begins)
        if begins:
            self._before = np.full((1, len(self._columns)), np.nan)
        if not holes.any():
            self._before = rows.values[-1:]
        elif self._how == "forward_fill":
            rows = self._fill(rows, holes)
        else:
            rows = rows.take(np.flatnonzero(~holes.any(axis=1)))
        self._kept += len(rows)
        return rows

    def notes(self, place: Callable[[int], str]) -> list[str]:
        """What was done, once all rows were added: a note where there were holes.

        Args:
            place: where a row of the source stands, briefly: `line 7`.

        Raises:
            DataError: there are holes, and `how` is error; or nothing is left.
        """
        numbers = np.sort(np.concatenate(self._numbers))
        if len(numbers) == 0:
            return []
        named = [n for n, lacks in zip(self._columns, self._lacking, strict=True) if lacks]
        found = (
            f"{len(numbers):,} of {counted(self._total, 'row')} "
            f"{'has' if len(numbers) == 1 else 'have'} "
            f"no value for {', '.join(named)}: {_places(numbers, place)}"
        )
        if self._how == "error":
            raise DataError(f"{found}: set data.missing to drop or forward_fill, or fill them")
        if not self._kept:
            raise DataError(f"{found}: no row is left")
        if self._how == "drop":
            return [f"{found}: dropped (data.missing)"]
        note = f"{found}: filled with the value before (data.missing), and never scored"
        if ending := self._at_the_end():
            note += f"; at its end the table has no value for {ending}"
        if lost := self._total - self._kept:
            note += f"; dropped {counted(lost, 'row')} at the start, with none before"
        return [note]

    def _count(self, rows: SeriesRows, holes: NDArray[np.bool_], *, begins: bool) -> None:
        self._total += len(rows)
        self._numbers.append(rows.numbers[holes.any(axis=1)])
        self._lacking |= holes.any(axis=0)
        values = np.flatnonzero(~holes.any(axis=1))[-1:].tolist()  # the last row that lacks none
        end = holes[values[0] :][::-1] if values else holes[::-1]
        lacking = np.argmin(np.append(end, np.zeros((1, end.shape[1]), np.bool_), axis=0), axis=0)
        if begins:
            self._ends.append(lacking)
        else:
            self._ends[-1] = lacking + self._ends[-1] * (lacking == len(rows))

    def _fill(self, rows: SeriesRows, holes: NDArray[np.bool_]) -> SeriesRows:
        """Each hole gets the last value before it; rows that have none go."""
        values = np.concatenate([self._before, rows.values])
        places = np.where(np.isnan(values), -1, np.arange(len(values))[:, None])
        last = np.maximum.accumulate(places, axis=0)
        values = np.take_along_axis(values, np.maximum(last, 0), axis=0)
        self._before = np.where(last[-1:] < 0, np.nan, values[-1:])
        filled = SeriesRows(rows.name, rows.times, values[1:], rows.numbers, holes)
        return filled.take(np.flatnonzero((last[1:] >= 0).all(axis=1)))

    def _at_the_end(self) -> str:
        """`y (the last 12 rows)`, of columns whose last values are none in every series."""
        lasting = []
        for name, last in zip(self._columns, np.min(self._ends, axis=0).tolist(), strict=True):
            if last:
                lasting.append(f"{name} (the last {'row' if last == 1 else f'{last:,} rows'})")
        return ", ".join(lasting)


def _places(numbers: NDArray[np.intp], place: Callable[[int], str]) -> str:
    shown = ", ".join(place(int(number)) for number in numbers[:SHOWN])
    return shown + (f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else "")
