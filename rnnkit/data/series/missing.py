"""Rows and values that series lack -> put in, dropped, or an error; counted, never silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Frequency, time_text
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import SeriesRows
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted

SHOWN = 3  # places named of many
Counts = NDArray[np.int64]


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


def gap_notes(
    table: Table,
    series: Sequence[SeriesRows],
    lacking: Sequence[Counts],
    frequency: Frequency,
    *,
    filled: bool,
) -> list[str]:
    """A note where rows lack between others.

    Args:
        table: the rows.
        series: S series.
        lacking: of each, how many rows lack before each of its rows, (n,).
        frequency: of the rows.
        filled: whether they are put in.

    Raises:
        DataError: no row can be said to lack, or more would be put in than there are.
    """
    if filled:
        _refuse(frequency, lacking)
    if frequency.unit == "irregular":
        return []
    total = sum(int(count.sum()) for count in lacking)
    found = [
        (one, int(row))
        for one, count in zip(series, lacking, strict=True)
        for row in np.flatnonzero(count)
    ]
    if not found:
        return []
    places = ", ".join(
        f"{time_text(one.times[row])} ({table.place(int(one.numbers[row]), brief=True)})"
        for one, row in found[:SHOWN]
    )
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return [
        f"{frequency.text}: {counted(len(found), 'gap')} of {counted(total, 'row')} in all, "
        f"before {places}{more}; "
        + ("put in, without values (data.gaps)" if filled else "windows run on across them")
    ]


def put_in(rows: SeriesRows, lacking: Counts, frequency: Frequency, before: Any) -> SeriesRows:
    """The rows of one series, NaN in those that lacked; each has the number of the row after it.

    Args:
        rows: in RAM, some of a series in order.
        lacking: how many rows lack before each, (n,).
        frequency: of the series.
        before: the time of the row before the first, where there is one.
    """
    if not lacking.any():
        return rows
    places = np.repeat(np.arange(len(rows)), lacking)
    new = [
        frequency.after(rows.times[row - 1] if row else before, int(lacking[row]))
        for row in np.flatnonzero(lacking).tolist()
    ]
    return SeriesRows.as_read(
        rows.name,
        np.insert(rows.times, places, np.concatenate(new)),
        np.insert(rows.values, places, np.nan, axis=0),
        np.insert(rows.numbers, places, rows.numbers[places]),
    )


def _refuse(frequency: Frequency, lacking: Sequence[Counts]) -> None:
    """Refuse gaps that cannot be filled."""
    total, there = int(sum(map(np.sum, lacking))), sum(map(len, lacking))
    if frequency.unit == "irregular":
        raise DataError(
            f"data.gaps (=fill): {frequency.text}: nobody can say which rows lack: set data.gaps "
            "to keep"
        )
    if total > there:
        raise DataError(
            f"data.gaps (=fill): {frequency.text}: {counted(total, 'row')} lack between the "
            f"{there:,} that are there: so many are not put in; set data.gaps to keep"
        )
