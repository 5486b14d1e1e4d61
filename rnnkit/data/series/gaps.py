"""Rows that the frequency asks for and a table lacks -> rows without a value in their places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Frequency, time_text
from rnnkit.data.series.missing import SHOWN
from rnnkit.data.series.rows import SeriesRows
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted

Counts = NDArray[np.int64]


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
