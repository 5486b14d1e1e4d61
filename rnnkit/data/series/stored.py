"""Rows that are too large for the RAM: written into the cache, and read from there."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from rnnkit.data.card import TableCard
from rnnkit.data.series.dates import Frequency
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.store import Stored, Writer


def add_rows(writer: Writer, rows: SeriesRows) -> None:
    """Append rows of a series, all in RAM."""
    for name in ("times", "values", "numbers", "filled"):
        writer.add(name, getattr(rows, name))


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
        notes=tuple(rest.pop("notes")),
        **rest,
    )
