"""The rows of a part -> its windows, or what would have to change for one to fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rnnkit.data.series.dates import time_text
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.quantities import rows_lost
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.store import Series, Store
from rnnkit.errors import DataError
from rnnkit.words import counted

Span = tuple[int, int]  # rows of a series: from, up to but not with


def cut_windows(
    store: Store, spans: Sequence[Span], *, part: str, limit: int | None = None
) -> WindowPart:
    """Every window whose forecast rows all lie in the part, and were all observed.

    The history of a window may begin before the part: at its origin it is known.

    Args:
        store: the series.
        spans: the part's rows in each series.
        part: its name, for messages.
        limit: at most so many windows, spread evenly.

    Raises:
        DataError: no window fits, with the arithmetic.
    """
    data, first = store.data, first_origin(store.data)
    origins = [
        np.arange(max(begin - 1, first), end - data.horizon, data.stride) for begin, end in spans
    ]
    if not any(map(len, origins)):
        raise DataError(_explanation(store, spans, part))
    series = np.repeat(np.arange(len(spans)), list(map(len, origins)))
    windows = WindowPart(
        store=store,
        series=series.astype(np.intp),
        origins=np.concatenate(origins).astype(np.intp),
        horizon=data.horizon,
        outputs=data.outputs,
    ).only_observed()
    if len(windows) == 0:
        raise DataError(_nothing_observed(store, spans, part))
    if limit is None or len(windows) <= limit:
        return windows
    return windows.take(np.linspace(0, len(windows) - 1, limit).astype(np.intp))


def first_origin(data: SeriesData) -> int:
    """The first row of a series with a full history up to it."""
    return rows_lost(data.transform) + max([0, *data.lags]) + data.lookback - 1


def trains(series: Series, data: SeriesData) -> bool:
    """Whether a window fits into its training part."""
    return first_origin(data) < series.train_end - data.horizon


def rows_needed(data: SeriesData) -> int:
    """Rows as they are read that the first full history takes."""
    return first_origin(data) + 1 + rows_lost(data.quantity)


def _nothing_observed(store: Store, spans: Sequence[Span], part: str) -> str:
    """Why no window is left where some fit."""
    rows = sum(end - begin for begin, end in spans)
    observed = sum(
        int(store.observed[start + begin : start + end].sum())
        for start, (begin, end) in zip(store.starts, spans, strict=True)
    )
    name = "training" if part == "train" else part
    found = (
        f"of {counted(rows, 'row')} in the {name} part {observed:,} have a target that was there"
    )
    if not observed:
        last = time_text(store.times[store.observed].max()) if store.observed.any() else "nowhere"
        return (
            f"{found}, the others were filled in (data.missing), and a filled value is never "
            f"scored: let data.split.{part} lie where the target has values (the last: {last})"
        )
    return (
        f"{found}, but nowhere {counted(store.data.horizon, 'row')} of them in a row, as "
        "data.horizon asks: give a shorter horizon"
    )


def _explanation(store: Store, spans: Sequence[Span], part: str) -> str:
    """Why none fits, of the series that comes nearest."""
    data = store.data
    lookback, horizon, lost = data.lookback, data.horizon, rows_lost(data.transform)
    longest = int(np.argmax([end - begin for begin, end in spans]))
    begin, end = spans[longest]
    rows = end - begin
    total = len(store.series[longest])
    where = f"series '{store.series[longest].name}': " if len(spans) > 1 else ""
    have = counted(rows, "row") if rows == total else f"{rows:,} of {counted(total, 'row')}"
    if part not in ("train", "data") and rows < horizon:
        return (
            f"{where}the {part} part has {have}, horizon {horizon}: no window fits; the longest "
            f"horizon that does is {rows}, or let data.split.{part} begin earlier"
        )
    name = "training" if part == "train" else part
    subject = f"the {name} part has {have}" if rows < total else have
    arithmetic = f"{where}{subject}, lookback {lookback}, horizon {horizon}"
    if lost:
        arithmetic += f", {counted(lost, 'row')} lost to transform"
    if data.lags:
        arithmetic += f", the longest lag {max(data.lags)}"
    usable = end - lost - max([0, *data.lags])
    if usable - horizon >= 1:
        return f"{arithmetic}: no window fits; the longest lookback that does is {usable - horizon}"
    if usable >= 2:
        return (
            f"{arithmetic}: no window fits, nor would one with lookback 1; the longest horizon "
            f"that then does is {usable - 1}"
        )
    return f"{arithmetic}: no window fits, whatever the lookback and the horizon: give more rows"
