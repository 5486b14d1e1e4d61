"""Rows that are too large for the RAM: written into the cache, and read from there.

DuckDB takes 0.2 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from rnnkit.data.card import TableCard
from rnnkit.data.numbers import number_pieces
from rnnkit.data.series.dates import Frequency, Times
from rnnkit.data.series.missing import Counts, Mending, put_in
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.store import Stored, Writer
from rnnkit.data.tables.table import Table


def write_rows(
    writer: Writer,
    table: Table,
    series: Sequence[SeriesRows],
    columns: Sequence[str],
    mending: Mending,
    *,
    ends: Sequence[int],
    lacking: Sequence[Counts] | None,
    frequency: Frequency,
) -> list[int]:
    """Write the rows of every series, some at a time, mended; how many each has then.

    Args:
        writer: of the cache.
        table: the rows.
        series: which rows each has and their times, in order; their values are read.
        columns: the K + F that are measured.
        mending: what becomes of holes.
        ends: rows of each that are written; later ones are yet to come.
        lacking: rows that are to be put in before each, (n,); None: nowhere.
        frequency: of the rows.
    """
    lengths = [0] * len(series)
    for number, whole, start in _pieces(table, series, columns):
        piece = whole.take(slice(max(0, ends[number] - start)))
        if lacking is not None:
            before = series[number].times[start - 1] if start else None
            here = lacking[number][start : start + len(piece)]
            piece = put_in(piece, here, frequency, before)
        rows = mending.add(piece, begins=start == 0)
        lengths[number] += len(rows)
        for name in ("times", "values", "numbers", "filled"):
            writer.add(name, getattr(rows, name))
    return lengths


def _pieces(
    table: Table, series: Sequence[SeriesRows], columns: Sequence[str]
) -> Iterator[tuple[int, SeriesRows, int]]:
    """The rows of each series with their values, in order, some at a time.

    Yields:
        The number of the series, rows of it, and how many it has before them.
    """
    numbers = np.concatenate([one.numbers for one in series])
    if (np.diff(numbers) != 1).any():
        place = np.empty_like(numbers)
        place[numbers] = np.arange(len(numbers))
        table = table.sorted([place], columns)
    ends = np.cumsum([len(one) for one in series])
    for start, values in number_pieces(table, columns):
        stop, first = start + len(values), int(np.searchsorted(ends, start, side="right"))
        for number in range(first, int(np.searchsorted(ends, stop)) + 1):
            one, before = series[number], int(ends[number]) - len(series[number])
            rows = slice(max(start, before) - before, min(stop, int(ends[number])) - before)
            part = values[rows.start + before - start : rows.stop + before - start]
            yield (
                number,
                SeriesRows.as_read(one.name, one.times[rows], part, one.numbers[rows]),
                rows.start,
            )


def kept_of(
    names: Sequence[str], lengths: Sequence[int], card: TableCard, known: dict[str, Any]
) -> dict[str, Any]:
    """What else a table's rows have, as JSON.

    Args:
        names: of the series.
        lengths: rows of each.
        card: of the table.
        known: further fields of Rows.
    """
    series = [(name, length) for name, length in zip(names, lengths, strict=True) if length]
    sections = {"frequency": known["frequency"], "card": card}
    written = {name: section.model_dump_json() for name, section in sections.items()}
    return {**known, **written, "series": series}


def future_as_json(one: SeriesRows) -> dict[str, Any]:
    times = one.times.astype(np.int64).tolist()
    return {"name": one.name, "times": times, "values": one.values.tolist()}


def _future_of(kept: dict[str, Any], times: Times) -> SeriesRows:
    """What `future_as_json` wrote; its times are of the kind of those."""
    values = np.array(kept["values"], np.float64)
    rows = np.arange(len(values))
    own = np.array(kept["times"], np.int64).astype(times.dtype)
    return SeriesRows.as_read(kept["name"], own, values, rows)


def rows_in(stored: Stored, source: str, sha256: str) -> Rows:
    """The rows that were written; their times are in RAM, the rest stays on disk."""
    rest = dict(stored.rest)
    ends = np.cumsum([length for _, length in rest["series"]]).tolist()
    times = stored.arrays["times"][:]
    spans = [slice(begin, end) for begin, end in zip([0, *ends], ends, strict=False)]
    everything = SeriesRows("", times, *(stored.arrays[n] for n in ("values", "numbers", "filled")))
    named = zip(rest.pop("series"), spans, strict=True)
    return Rows(
        source=source,
        sha256=sha256,
        series=tuple(dataclasses.replace(everything.take(s), name=name) for (name, _), s in named),
        card=TableCard.model_validate_json(rest.pop("card")),
        frequency=Frequency.model_validate_json(rest.pop("frequency")),
        features=tuple(rest.pop("features")),
        future=tuple(_future_of(one, times) for one in rest.pop("future")),
        notes=tuple(rest.pop("notes")),
        left_out=tuple(rest.pop("left_out")),
        **rest,
    )
