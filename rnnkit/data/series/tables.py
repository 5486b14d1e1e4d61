"""A table whose rows are points in time -> Rows: columns chosen, times read, sorted, mended.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.data.cache import Place, existing
from rnnkit.data.columns import (
    Wanted,
    choose_features,
    choose_static,
    named_columns,
    require_columns,
)
from rnnkit.data.files import checksum
from rnnkit.data.ram import is_large
from rnnkit.data.series.categories import read_values
from rnnkit.data.series.known import Untold, future_notes, split_future
from rnnkit.data.series.missing import Mending, mend, put_in
from rnnkit.data.series.order import in_order
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.static import card_with, read_each
from rnnkit.data.series.stored import future_as_json, kept_of, rows_in, write_rows
from rnnkit.data.store import Writer, read_stored, stored
from rnnkit.data.tables.files import TableFiles
from rnnkit.data.tables.query import Query, open_table, other_tables, read_as
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import quoted

_A_ROW, _A_VALUE = 200, 48  # bytes of RAM for each, until its windows are there
_ROW_ON_DISK, _VALUE_ON_DISK = 16, 9  # bytes
_OPTIONS = {  # that the content follows from, beside the source
    "time", "time_format", "target", "features", "known", "categorical", "static", "exclude",
    "series", "gaps", "missing",
}  # fmt: skip


def read_rows(
    files: Sequence[Path],
    data: SeriesData,
    place: Place | None = None,
    *,
    source: str,
    sha256: str,
    wrong: Sequence[Wanted] = (),
    texts: Collection[str] | None = None,
) -> Rows:
    """Read the series of a table; the values of a large one go to disk.

    Args:
        files: it stands in them, end to end.
        data: where things stand.
        place: where values go that are too large for the RAM.
        source: the data's name, which names a series that stands alone.
        sha256: of the files; empty: it is taken where it is needed.
        wrong: what else is wrong with the columns that the section names.
        texts: the static columns that hold names; None: those that do not read as numbers.

    Raises:
        DataError: a column is missing, a time cannot be read or comes twice, there are holes that
            `missing` does not allow, or a static column changes.
        RunError: the disk is too small.
    """

    def key() -> dict[str, Any]:
        options = data.model_dump(mode="json", include=_OPTIONS)
        joined = itertools.chain.from_iterable(other_tables(data).values())
        content = {"sha256": sha256 or checksum([*files, *joined]), "series of": source}
        return {**content, **options, **read_as(data)}

    if before := existing(place, key, read_stored):
        return rows_in(before, source, sha256)
    found = open_table(files, data, None if place is None else place.folder)
    chosen = _chosen(found, data, wrong)
    measured = [*chosen.targets, *chosen.others]
    named = [*data.times, *([] if data.series is None else [data.series])]
    numeric = [*chosen.targets, *chosen.measured]
    table = found.read(numbers=numeric, text=[*named, *data.categorical, *chosen.static])
    table.refuse_larger(_A_ROW * table.rows)
    values = table.rows * len(measured)
    if is_large(_A_ROW * table.rows + _A_VALUE * values):
        for option in ("categorical", "static"):
            if getattr(data, option):
                raise DataError(
                    f"{table.where}: data.{option} is for tables that fit the RAM: this one stays "
                    "on disk; leave it out, or give fewer rows"
                )
        fill = functools.partial(_fill, table=table, data=chosen, measured=measured, source=source)
        size = _ROW_ON_DISK * table.rows + _VALUE_ON_DISK * values
        return rows_in(stored(place, key(), fill, size=size, what=found.where), source, sha256)
    left_out = tuple(table.notes)
    numbers, categories = read_values(table, measured, data)
    series, known = in_order(table, chosen, numbers, source)
    static = read_each(table, series, chosen, texts)
    series = _without_future(series, [(0, numbers)], chosen, known)
    lacking = known.pop("lacking")
    if lacking is not None:
        frequency = known["frequency"]
        series = [put_in(s, n, frequency, None) for s, n in zip(series, lacking, strict=True)]
    try:
        series, mended = mend(series, data.missing, measured, _places(table))
    except DataError as error:
        raise DataError(f"{table.where}: {error}") from None
    return Rows(
        source=source,
        sha256=sha256,
        series=tuple(series),
        notes=(*table.notes, *known.pop("notes"), *mended),
        left_out=left_out,
        table=table,
        card=card_with(table.card(_roles(chosen)), static),
        categories=categories,
        static=static,
        **known,
    )


def read_features(
    files: Sequence[Path], data: SeriesData, *, wrong: Sequence[Wanted] = ()
) -> list[str]:
    """The columns that are features, by the header alone; the arguments are those of `read_rows`.

    Raises:
        DataError: a column is missing.
    """
    return _chosen(open_table(files, data), data, wrong).features


def _chosen(found: TableFiles | Query, data: SeriesData, wrong: Sequence[Wanted]) -> SeriesData:
    """The section with the columns that its patterns stand for."""
    others = [*data.targets, *data.known, *data.times, data.series]
    static, unfit = choose_static(found.names, data, others)
    features, more = choose_features(found.names, data, [*others, *static])
    unfit += more
    wanted = named_columns(
        data, "target", "features", "known", "static", "exclude", "time", "series"
    )
    roleless = [
        (
            path,
            f"'{name}' (data.categorical) is none of data.features and data.known: name it there",
        )
        for path, name in named_columns(data, "categorical")
        if name not in (*features, *data.known)
    ]
    require_columns(found.where, found.names, wanted, wrong=[*wrong, *unfit, *roleless])
    return data.model_copy(update={"features": features, "static": static})


def _fill(
    writer: Writer, *, table: Table, data: SeriesData, measured: list[str], source: str
) -> dict[str, Any]:
    """Write the rows of a large table, some at a time, mended; what else is known of them."""
    left_out = [*table.notes]
    series, known = in_order(table, data, np.empty((table.rows, 0)), source)
    past = series
    if data.known:
        once = dataclasses.replace(table, notes=[], ranges={})  # whose card counts no row twice
        past = _without_future(series, once.numbers(measured), data, known)
    mending = Mending(data.missing, measured)
    lacking = known.pop("lacking")
    ends = [len(one) for one in past]
    lengths = write_rows(
        writer, table, series, measured, mending,
        ends=ends, lacking=lacking, frequency=known["frequency"],
    )  # fmt: skip
    try:
        mended = mending.notes(_places(table))
    except DataError as error:
        raise DataError(f"{table.where}: {error}") from None
    notes = [*table.notes, *known.pop("notes"), *mended]
    names = [one.name for one in series]
    known["future"] = [future_as_json(one) for one in known["future"]]
    known |= {"notes": notes, "left_out": left_out}
    return kept_of(names, lengths, table.card(_roles(data)), known)


def _without_future(
    series: list[SeriesRows],
    pieces: Iterable[tuple[int, Values]],
    data: SeriesData,
    known: dict[str, Any],
) -> list[SeriesRows]:
    """The rows of each series up to its last target; what is known of later ones joins `known`."""
    if not data.known:
        return series
    past, known["future"] = split_future(series, Untold.among(pieces, data))
    known["notes"] += future_notes(known["future"], data)
    if known["lacking"] is not None:
        pairs = zip(known["lacking"], past, strict=True)
        known["lacking"] = [count[: len(one)] for count, one in pairs]
    return past


def read_known(path: Path, data: SeriesData, files: Sequence[Path], *, source: str) -> Rows:
    """What a table says of rows to forecast, (m, P) of each series; its other columns are noted.

    Args:
        path: what it is called.
        data: of the run, but with no other columns than those.
        files: the table.
        source: names a series that stands alone.

    Raises:
        DataError: a column is missing, or a time cannot be read or comes twice.
    """
    found = open_table(files, data)
    require_columns(found.where, found.names, named_columns(data, "known", "time", "series"))
    named = [*data.times, *([] if data.series is None else [data.series])]
    table = found.read(numbers=data.measured, text=[*named, *data.categorical])
    numbers, categories = read_values(table, data.known, data)
    series, known = in_order(table, data, numbers, source)
    others = [name for name in found.names if name not in (*data.known, *named)]
    more = [f"{path}: {quoted(others)} not read: of rows to forecast only what is known counts"]
    notes = more if others else []
    return Rows(
        path.name,
        "",
        tuple(series),
        known["time_format"],
        known["frequency"],
        categories=categories,
        notes=tuple(notes),
        table=table,
    )


def _places(table: Table) -> Callable[[int], str]:
    """Where a row stands, briefly."""
    return functools.partial(table.place, brief=True)


def _roles(data: SeriesData) -> dict[str, str]:
    """The key of the config that each column is read for."""
    named = {key: getattr(data, key) for key in ("features", "known", "static")}
    named |= {"target": data.targets, "time": data.times}
    roles = {column: key for key, columns in named.items() for column in columns}
    return roles if data.series is None else {**roles, data.series: "series"}
