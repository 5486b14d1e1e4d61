"""A table whose rows are points in time -> Rows: columns chosen, times read, sorted, mended.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rnnkit.data.frames.table import Table
from rnnkit.data.numbers import read_numbers
from rnnkit.data.series.dates import Frequency, Times, infer_frequency, time_text
from rnnkit.data.series.missing import SHOWN, mend
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.timestamps import parse_times
from rnnkit.data.wording import counted
from rnnkit.errors import DataError


class Columns(Protocol):
    """What says where things stand: the config's section, or what a run kept."""

    @property
    def time(self) -> str | None: ...
    @property
    def time_format(self) -> str | None: ...
    @property
    def series(self) -> str | None: ...
    @property
    def missing(self) -> Literal["error", "drop", "forward_fill"]: ...


def read_rows(
    table: Table,
    columns: Columns,
    *,
    targets: Sequence[str],
    features: Sequence[str],
    source: str,
    sha256: str,
) -> Rows:
    """Read the series of a table.

    Raises:
        DataError: a time cannot be read or comes twice, or there are holes
            that `missing` does not allow.
    """
    values = read_numbers(table, [*targets, *features])
    codes, names = _groups(table, columns.series, source)
    times, form = np.arange(len(values)), None
    notes = []
    if columns.time is not None:
        times, form = parse_times(table, columns.time, columns.time_format, codes)
        notes += _disorder(table, times, codes)
    series = _sorted_series(times, values, codes, names)
    if columns.time is not None:
        _refuse_twice(table, series, columns.series)
    frequency = infer_frequency([one.times for one in series])
    if columns.time is not None:
        notes += _gaps(table, series, frequency)

    def place(row: int) -> str:
        return table.place(row, brief=True)

    try:
        series, mended = mend(series, columns.missing, [*targets, *features], place)
    except DataError as error:
        raise DataError(f"{table.path}: {error}") from None
    return Rows(
        source=source,
        sha256=sha256,
        series=tuple(series),
        targets=tuple(targets),
        features=tuple(features),
        time=columns.time,
        time_format=form,
        frequency=frequency,
        notes=(*notes, *mended),
        table=table,
    )


def _groups(table: Table, column: str | None, source: str) -> tuple[NDArray[np.intp], list[str]]:
    """Which series each row belongs to, numbered by first appearance, and their names."""
    if column is None:
        return np.zeros(len(table.frame), np.intp), [source]
    found = table.single(column)
    if (missing := (found.isna() | (found == "")).to_numpy(bool)).any():
        raise DataError(
            f"{table.place(int(np.argmax(missing)))}, column '{column}': no value "
            f"({counted(int(missing.sum()), 'such row')}): every row belongs to a series"
        )
    codes, names = pd.factorize(found)
    return codes.astype(np.intp), [str(name) for name in names]


def _sorted_series(
    times: Times, values: NDArray[np.float64], codes: NDArray[np.intp], names: Sequence[str]
) -> list[SeriesRows]:
    order = np.lexsort((times, codes))
    ends = np.cumsum(np.bincount(codes))[:-1]
    return [
        SeriesRows(name, times[rows], values[rows], rows)
        for name, rows in zip(names, np.split(order, ends), strict=True)
    ]


def _disorder(table: Table, times: Times, codes: NDArray[np.intp]) -> list[str]:
    """A note where a row stands after a later one of its series."""
    order = np.argsort(codes, kind="stable")
    same = codes[order][1:] == codes[order][:-1]
    backwards = order[1:][(times[order][1:] < times[order][:-1]) & same]
    if len(backwards) == 0:
        return []
    row = int(backwards.min())
    if len(backwards) == int(same.sum()):
        return ["the rows stand newest first: sorted by time"]
    return [
        f"{counted(len(backwards), 'row')} out of order, the first "
        f"{time_text(times[row])} in {table.place(row, brief=True)}: sorted by time"
    ]


def _refuse_twice(table: Table, series: Sequence[SeriesRows], column: str | None) -> None:
    """Two rows of one series cannot have one time."""
    twice = [
        (one, row) for one in series for row in np.flatnonzero(np.diff(one.times.view("i8")) == 0)
    ]
    if not twice:
        return
    one, row = twice[0]
    first, second = sorted(int(n) for n in one.numbers[row : row + 2])
    alike = all(np.array_equal(o.values[r], o.values[r + 1], equal_nan=True) for o, r in twice)
    of = "" if column is None else f" of '{one.name}'"
    raise DataError(
        f"{table.place(second)}: {time_text(one.times[row])}{of} stands already in "
        f"{table.place(first, brief=True)} ({counted(len(twice), 'such row')}, "
        f"{'with equal' if alike else 'some with other'} values): remove the duplicates"
        + ("" if column else ", or name the column that tells several series apart in data.series")
    )


def _gaps(table: Table, series: Sequence[SeriesRows], frequency: Frequency) -> list[str]:
    """A note where rows are missing between others."""
    found = []
    total = 0
    for one in series:
        lacking = frequency.rows_between(one.times)
        total += int(lacking.sum())
        found += [(one, int(row) + 1) for row in np.flatnonzero(lacking)]
    if not found:
        return []
    places = ", ".join(
        f"{time_text(one.times[row])} ({table.place(int(one.numbers[row]), brief=True)})"
        for one, row in found[:SHOWN]
    )
    more = f" and {len(found) - SHOWN:,} more" if len(found) > SHOWN else ""
    return [
        f"{counted(len(found), 'gap')} of {counted(total, 'row')} in all for a row "
        f"{frequency.text}: before {places}{more}; windows run on across them"
    ]
