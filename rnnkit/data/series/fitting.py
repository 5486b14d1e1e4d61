"""Series and what may be known of them -> the scale that they are read with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from rnnkit.data.scaling import Table, fit_scale
from rnnkit.data.series.quantities import Values, rows_lost
from rnnkit.data.series.scaling import AnyScale, SeriesScales, fit_scales, joined
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.store import (
    Chosen,
    Columns,
    Series,
    columns_of,
    starts_of,
    training_columns,
)
from rnnkit.data.series.windows import first_origin
from rnnkit.words import named

Place = Callable[[Series, int], str]


def row_place(series: Series, row: int) -> str:
    return f"row {row + 1:,}"


def fit(series: Sequence[Series], data: SeriesData, place: Place = row_place) -> AnyScale | None:
    """One scale on the training rows of all series; or of each series its own, on `own_rows`.

    Args:
        series: S series.
        data: says which scale.
        place: where a row stands, for messages.

    Returns:
        None for `none`, and where no series has a training row.

    Raises:
        DataError: a logarithm that does not exist, or values that are too large to be scaled.
    """
    if data.scaled_by != "all":
        ends = [own_rows(one, data) for one in series]
        beginnings = _beginnings(series, data, ends, place)
        return fit_scales(data.scale_name, beginnings, targets=len(data.targets))
    training = training_columns(series, data, place)
    if max(one.train_end for one in series) <= rows_lost(data.transform):
        return None  # too few rows for a window: what cuts windows says so
    return fit_scale(data.scale_name, training)


def own_rows(one: Series, data: SeriesData) -> int:
    """How many of a series' rows its own scale may know.

    The training part's. Where that is shorter than a history, the first history: all of it lies
    before whatever is forecast of the series.
    """
    return min(max(one.train_end, first_origin(data) + 1), len(one))


def with_new(
    scale: AnyScale | None, series: Sequence[Series], data: SeriesData, *, whole: bool
) -> tuple[AnyScale | None, tuple[str, ...]]:
    """A run's scale, with the series that it does not know; and the names of these.

    Args:
        scale: of the run.
        series: S series of new data.
        data: of the run.
        whole: whether nothing of a series is to be forecast, so that all of its rows may be
            known; else its first history.
    """
    if not isinstance(scale, SeriesScales):  # one for all
        return scale, ()
    known = set(scale.series)
    new = [one for one in series if one.name not in known]
    if not new:
        return scale, ()
    ends = [len(one) if whole else own_rows(one, data) for one in new]
    beginnings = _beginnings(new, data, ends, row_place)
    fitted = fit_scales(data.scale_name, beginnings, targets=len(data.targets))
    return joined(scale, fitted), tuple(one.name for one in new)


def cold_note(new: Sequence[str], total: int, *, whole: bool) -> str:
    """What is said of series that training never saw."""
    history = "all rows that they bring" if whole else "their first history"
    return (
        f"{len(new):,} of {total:,} series {'is' if len(new) == 1 else 'are'} new to the run, "
        f"scaled by {history}: {named(new)}"
    )


def _beginnings(
    series: Sequence[Series], data: SeriesData, ends: Sequence[int], place: Place
) -> list[tuple[str, Table]]:
    """The first rows of each series that have values, transformed, (n, K + F)."""
    columns, lost = columns_of(series, data, place), rows_lost(data.transform)
    spans = zip(series, starts_of(series).tolist(), ends, strict=True)
    return [(one.name, _rows(columns, start + lost, start + end)) for one, start, end in spans]


def _rows(columns: Values | Columns, begin: int, end: int) -> Table:
    if isinstance(columns, Columns):
        return Chosen(columns, np.arange(begin, end))
    return columns[begin : max(begin, end)]
