"""A table whose rows are points in time -> Rows: columns chosen, times read, sorted, mended.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.cache import Place, existing
from rnnkit.data.categories import factorize
from rnnkit.data.columns import Wanted, choose_features, named_columns, require_columns
from rnnkit.data.files import checksum
from rnnkit.data.numbers import read_numbers
from rnnkit.data.ram import is_large
from rnnkit.data.series.dates import Frequency, Times, time_text
from rnnkit.data.series.frequency import in_words, infer_frequency
from rnnkit.data.series.missing import SHOWN, Mending, mend
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.reading import INTEGER, Reading
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.stored import kept_of, rows_in, write_rows
from rnnkit.data.series.timestamps import parse_times
from rnnkit.data.store import Writer, read_stored, stored
from rnnkit.data.tables.files import TableFiles
from rnnkit.data.tables.query import Query, open_table, other_tables
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted, quoted

_A_ROW, _A_VALUE = 200, 48  # bytes of RAM for each, until its windows are there
_ROW_ON_DISK, _VALUE_ON_DISK = 16, 9  # bytes
_OPTIONS = {  # that the content follows from, beside the source
    "time", "time_format", "target", "features", "known", "exclude", "series", "missing", "format",
    "query",
}  # fmt: skip


def read_rows(
    files: Sequence[Path],
    data: SeriesData,
    place: Place | None = None,
    *,
    source: str,
    sha256: str,
    wrong: Sequence[Wanted] = (),
) -> Rows:
    """Read the series of a table; the values of a large one go to disk.

    Args:
        files: it stands in them, end to end.
        data: where things stand.
        place: where values go that are too large for the RAM.
        source: the data's name, which names a series that stands alone.
        sha256: of the files; empty: it is taken where it is needed.
        wrong: what else is wrong with the columns that the section names.

    Raises:
        DataError: a column is missing, a time cannot be read or comes twice, or there are holes
            that `missing` does not allow.
        RunError: the disk is too small.
    """

    def key() -> dict[str, Any]:
        options = data.model_dump(mode="json", include=_OPTIONS)
        joined = itertools.chain.from_iterable(other_tables(data).values())
        return {"sha256": sha256 or checksum([*files, *joined]), "series of": source, **options}

    if before := existing(place, key, read_stored):
        return rows_in(before, source, sha256)
    found = open_table(files, data, None if place is None else place.folder)
    chosen = data.model_copy(update={"features": _features(found, data, wrong)})
    measured = [*chosen.targets, *chosen.others]
    named = [*data.times, *([] if data.series is None else [data.series])]
    table = found.read(numbers=measured, text=named)
    table.refuse_larger(_A_ROW * table.rows)
    values = table.rows * len(measured)
    if is_large(_A_ROW * table.rows + _A_VALUE * values):
        fill = functools.partial(_fill, table=table, data=chosen, measured=measured, source=source)
        size = _ROW_ON_DISK * table.rows + _VALUE_ON_DISK * values
        return rows_in(stored(place, key(), fill, size=size, what=found.where), source, sha256)
    numbers = read_numbers(table, measured)
    series, known = _in_order(table, chosen, numbers, source)
    try:
        series, mended = mend(series, data.missing, measured, _places(table))
    except DataError as error:
        raise DataError(f"{table.where}: {error}") from None
    return Rows(
        source=source,
        sha256=sha256,
        series=tuple(series),
        notes=(*table.notes, *known.pop("notes"), *mended),
        table=table,
        card=table.card(_roles(chosen)),
        **known,
    )


def read_features(
    files: Sequence[Path], data: SeriesData, *, wrong: Sequence[Wanted] = ()
) -> list[str]:
    """The columns that are features, by the header alone; the arguments are those of `read_rows`.

    Raises:
        DataError: a column is missing.
    """
    return _features(open_table(files, data), data, wrong)


def _features(found: TableFiles | Query, data: SeriesData, wrong: Sequence[Wanted]) -> list[str]:
    others = [*data.targets, *data.known, *data.times, data.series]
    features, unfit = choose_features(found.names, data, others)
    wanted = named_columns(data, "target", "features", "known", "exclude", "time", "series")
    require_columns(found.where, found.names, wanted, wrong=[*wrong, *unfit])
    return features


def _fill(
    writer: Writer, *, table: Table, data: SeriesData, measured: list[str], source: str
) -> dict[str, Any]:
    """Write the rows of a large table, some at a time, mended; what else is known of them."""
    series, known = _in_order(table, data, np.empty((table.rows, 0)), source)
    mending = Mending(data.missing, measured)
    lengths = write_rows(writer, table, series, measured, mending)
    try:
        mended = mending.notes(_places(table))
    except DataError as error:
        raise DataError(f"{table.where}: {error}") from None
    notes = [*table.notes, *known.pop("notes"), *mended]
    names = [one.name for one in series]
    return kept_of(names, lengths, table.card(_roles(data)), {**known, "notes": notes})


def _in_order(
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
    notes = []
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
    if data.times:
        clock = [one.times for one in series] if frequency.by_wall_clock else instants
        rhythm, exceptional = in_words(frequency, clock)
        if frequency.unit == "irregular":
            rhythm += ", and so are the forecasts"
        notes += [rhythm] if exceptional or frequency.unit == "irregular" else []
        missing_rows = sum(int(frequency.rows_between(times).sum()) for times in clock)
        notes += _gaps(table, series, clock, frequency)
    return series, {
        "time_format": read.form if data.times else None,
        "frequency": frequency,
        "rhythm": rhythm,
        "missing_rows": missing_rows,
        "features": tuple(data.features),
        "notes": notes,
    }


def _places(table: Table) -> Callable[[int], str]:
    """Where a row stands, briefly."""
    return functools.partial(table.place, brief=True)


def _roles(data: SeriesData) -> dict[str, str]:
    """The key of the config that each column is read for."""
    named = {key: getattr(data, key) for key in ("features", "known")}
    named |= {"target": data.targets, "time": data.times}
    roles = {column: key for key, columns in named.items() for column in columns}
    return roles if data.series is None else {**roles, data.series: "series"}


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


def _gaps(
    table: Table, series: Sequence[SeriesRows], clock: Sequence[Times], frequency: Frequency
) -> list[str]:
    """A note where rows are missing between others."""
    if frequency.unit == "irregular":
        return []
    found = []
    total = 0
    for one, times in zip(series, clock, strict=True):
        lacking = frequency.rows_between(times)
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
        f"{frequency.text}: {counted(len(found), 'gap')} of {counted(total, 'row')} in all, "
        f"before {places}{more}; windows run on across them"
    ]
