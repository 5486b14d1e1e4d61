"""A table whose rows are points in time -> Rows: columns chosen, times read, sorted, mended.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.columns import Wanted, choose_features, named_columns, require_columns
from rnnkit.data.numbers import read_numbers
from rnnkit.data.series.dates import Frequency, Times, infer_frequency, time_text
from rnnkit.data.series.missing import SHOWN, mend
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.timestamps import parse_times
from rnnkit.data.tables.query import open_table
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted, quoted

_A_ROW, _A_VALUE = 200, 48  # bytes of RAM for each, until its windows are there


def read_rows(
    files: Sequence[Path],
    data: SeriesData,
    *,
    source: str,
    sha256: str,
    wrong: Sequence[Wanted] = (),
    quarters: tuple[str, str] | None = None,
) -> Rows:
    """Read the series of a table.

    Args:
        files: it stands in them, end to end.
        data: where things stand.
        source: the data's name, which names a series that stands alone.
        sha256: of the files.
        wrong: what else is wrong with the columns that the section names.
        quarters: two columns of numbers, the year and the quarter, that are the time together.

    Raises:
        DataError: a column is missing, a time cannot be read or comes twice, or there are holes
            that `missing` does not allow.
    """
    found = open_table(files, data)
    others = [*data.targets, data.time, data.series]
    features, unfit = choose_features(found.names, data, others)
    wanted = named_columns(data, "target", "features", "exclude", "time", "series")
    require_columns(found.where, found.names, wanted, wrong=[*wrong, *unfit])
    data = data.model_copy(update={"features": features})
    measured = [*data.targets, *data.features]
    named = [c for c in (data.time, data.series) if c is not None and quarters is None]
    table = found.read(numbers=[*measured, *(quarters or ())], text=named)
    table.refuse_larger(table.rows * (_A_ROW + _A_VALUE * len(measured)))
    values = read_numbers(table, measured)
    codes, names = _groups(table, data.series, source)
    times, form = np.arange(len(values)), None
    notes = list(table.notes)
    if index := table.numbering(data.features):
        notes.append(f"{quoted(index)} among data.features number the rows, as an index does")
    if data.time is not None:
        written = table.values(data.time) if quarters is None else _quarters(table, *quarters)
        times, form = parse_times(table, data.time, written, data.time_format, codes)
        notes += _disorder(table, times, codes)
    series = _sorted_series(times, values, codes, names)
    if data.time is not None:
        _refuse_twice(table, series, data.series)
    frequency = infer_frequency([one.times for one in series])
    if data.time is not None:
        notes += _gaps(table, series, frequency)

    def place(row: int) -> str:
        return table.place(row, brief=True)

    try:
        series, mended = mend(series, data.missing, measured, place)
    except DataError as error:
        raise DataError(f"{table.where}: {error}") from None
    return Rows(
        source=source,
        sha256=sha256,
        series=tuple(series),
        time_format=form,
        frequency=frequency,
        features=tuple(features),
        notes=(*notes, *mended),
        table=table,
    )


def _groups(table: Table, column: str | None, source: str) -> tuple[NDArray[np.intp], list[str]]:
    """Which series each row belongs to, numbered by first appearance, and their names."""
    if column is None:
        return np.zeros(table.rows, np.intp), [source]
    codes, names, _ = table.codes(column)
    missing = codes < 0
    if "" in names:
        missing |= codes == names.index("")
    if missing.any():
        raise DataError(
            f"{table.place(int(np.argmax(missing)))}, column '{column}': no value "
            f"({counted(int(missing.sum()), 'such row')}): every row belongs to a series"
        )
    return codes, [str(name) for name in names]


def _quarters(table: Table, year: str, quarter: str) -> NDArray[np.object_]:
    """`1959Q1`, from two numbers."""
    numbers = read_numbers(table, [year, quarter]).astype(int).tolist()
    return np.array([f"{one}Q{other}" for one, other in numbers], object)


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
