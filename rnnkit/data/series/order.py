"""A table -> the rows of each of its series in the order of their times, and what these are like.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.numbers import factorize
from rnnkit.data.series.dates import Times, time_text
from rnnkit.data.series.frequency import in_words, infer_frequency
from rnnkit.data.series.missing import gap_notes
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.reading import INTEGER, Reading
from rnnkit.data.series.rows import SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.timestamps import parse_times
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted, quoted


def in_order(
    table: Table, data: SeriesData, values: Values, source: str
) -> tuple[list[SeriesRows], dict[str, Any]]:
    """The rows of each series in the order of their times, and what is known of these.

    Args:
        table: the rows.
        data: where things stand.
        values: (rows, K + F), or (rows, 0) where they are on disk.
        source: names a series that stands alone.
    """
    codes, names = _groups(table, data.series, source)
    rows: Times = np.arange(len(values))
    read = Reading(INTEGER, rows, np.zeros(len(values), np.bool_))
    notes = list(_nearly_alike(names))
    if index := table.numbering(data.others):
        notes.append(f"{quoted(index)} among the model's columns number the rows, as an index does")
    if data.times:
        read, remarks = parse_times(table, data.times, data.time_format, codes)
        notes += [*remarks, *_disorder(table, read, codes)]
    order = np.lexsort((read.instants, codes))
    ends = np.cumsum(np.bincount(codes))[:-1]
    series = [
        SeriesRows.as_read(name, read.times[rows], values[rows], rows)
        for name, rows in zip(names, np.split(order, ends), strict=True)
    ]
    instants = [read.instants[one.numbers] for one in series]
    if data.times:
        _refuse_twice(table, series, instants, data.series)
    frequency = infer_frequency([one.times for one in series], instants)
    rhythm, missing_rows = frequency.text, 0
    lacking = None
    if data.times:
        clock = [one.times for one in series] if frequency.by_wall_clock else instants
        rhythm, exceptional = in_words(frequency, clock)
        if frequency.unit == "irregular":
            rhythm += ", and so are the forecasts"
        notes += [rhythm] if exceptional or frequency.unit == "irregular" else []
        between = [np.append(0, frequency.rows_between(times))[: len(times)] for times in clock]
        missing_rows = sum(int(count.sum()) for count in between)
        lacking = between if data.gaps == "fill" and missing_rows else None
        notes += gap_notes(table, series, between, frequency, filled=lacking is not None)
    return series, {
        "time_format": read.form if data.times else None,
        "frequency": frequency,
        "rhythm": rhythm,
        "missing_rows": missing_rows,
        "lacking": lacking,
        "future": (),
        "features": tuple(data.features),
        "notes": notes,
    }


def _groups(table: Table, column: str | None, source: str) -> tuple[NDArray[np.intp], list[str]]:
    """Which series each row belongs to, numbered by first appearance, and their names."""
    if column is None:
        return np.zeros(table.rows, np.intp), [source]
    codes, names, _ = factorize(table, column, hint=": every row belongs to a series")
    return codes, [str(name) for name in names]


def _disorder(table: Table, read: Reading, codes: NDArray[np.intp]) -> list[str]:
    """A note where a row stands after a later one of its series."""
    order = np.argsort(codes, kind="stable")
    times = read.instants[order]
    same = codes[order][1:] == codes[order][:-1]
    backwards = order[1:][(times[1:] < times[:-1]) & same]
    if len(backwards) == 0:
        return []
    row = int(backwards.min())
    if len(backwards) == int(same.sum()):
        return ["the rows stand newest first: sorted by time"]
    return [
        f"{counted(len(backwards), 'row')} out of order, the first "
        f"{time_text(read.times[row])} in {table.place(row, brief=True)}: sorted by time"
    ]


def _refuse_twice(
    table: Table, series: Sequence[SeriesRows], instants: Sequence[Times], column: str | None
) -> None:
    """Two rows of one series cannot have one time."""
    twice = [
        (one, row)
        for one, times in zip(series, instants, strict=True)
        for row in np.flatnonzero(np.diff(times.view("i8")) == 0)
    ]
    if not twice:
        return
    one, row = twice[0]
    first, second = sorted(int(n) for n in one.numbers[row : row + 2])
    at_night = all(
        o.times.dtype.kind == "M"
        and 1 <= int(o.times[r].astype("datetime64[h]").astype(int)) % 24 <= 3
        for o, r in twice
    )
    clock = "; an hour that clocks have twice is told apart by offsets, as in 02:30+01:00"
    alike = ""
    if one.values.shape[1]:  # else they are on disk
        equal = all(np.array_equal(o.values[r], o.values[r + 1], equal_nan=True) for o, r in twice)
        alike = ", with equal values" if equal else ", some with other values"
    of = "" if column is None else f" of '{one.name}'"
    raise DataError(
        f"{table.place(second)}: {time_text(one.times[row])}{of} stands already in "
        f"{table.place(first, brief=True)} ({counted(len(twice), 'such row')}{alike}): "
        "remove the duplicates"
        + ("" if column else ", or name the column that tells several series apart in data.series")
        + (clock if at_night else "")
    )


def _nearly_alike(names: Sequence[str]) -> Iterator[str]:
    """What is to be said of series that may be one, misspelt."""
    known = dict[str, str]()
    for name in names:
        if (other := known.setdefault(name.strip().casefold(), name)) != name:
            yield (
                f"the series '{other}' and '{name}' differ in capitals or blanks alone: write them "
                "alike where one is meant"
            )
