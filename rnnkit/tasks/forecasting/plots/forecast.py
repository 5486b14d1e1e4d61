"""Forecasts of a test part against what came, and forecasts beyond the data -> pictures."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from numpy.typing import NDArray

from rnnkit.baselines.intervals import few_levels
from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.plots.figure import (
    BAND_EDGE,
    BANDS,
    MODEL,
    RIVAL,
    TRUTH,
    dress,
    head,
    legend_below,
    new_figure,
    save_figure,
    time_across,
)
from rnnkit.words import counted, percent, shorten

STRETCH = 120  # forecasts that are still told apart on one line
MARKED = 40  # up to so many, every point has its own marker
PANELS = 4  # at most
LONGEST_TARGET = 30  # characters
SHADES = LinearSegmentedColormap.from_list("bands", BANDS)  # from the narrowest to the widest

Values = NDArray[np.float64]


def plot_forecast(
    times: NDArray[Any],
    actual: Values,
    forecast: Values,
    judgements: Sequence[Judgement],
    path: str | os.PathLike[str],
    *,
    best: Values,
    series: NDArray[np.integer[Any]],
    names: Sequence[str] = (),
    intervals: Mapping[float, tuple[Values, Values]],
) -> None:
    """Draw what came, the network's forecast with its intervals, and the best baseline.

    One target has a panel for one step ahead, and one for the last step of a longer horizon;
    several have a panel each, one step ahead. Of more than STRETCH forecasts the last are shown,
    of several series those of the first; a single one is shown whole.

    Args:
        times: (W, horizon) when the forecasts are for.
        actual: (W, horizon, K).
        forecast: (W, horizon, K).
        judgements: of the K targets.
        path: the SVG or PNG to write.
        best: (W, horizon, K) what the best baseline of each target says.
        series: (W,) which series a window belongs to.
        names: of the series.
        intervals: both ends by level, (W, horizon, K) each.

    Raises:
        RunError: the file cannot be written.
    """
    horizon = actual.shape[1]
    shown = np.flatnonzero(series == series[0])[-STRETCH:]
    title = _title(len(shown), len(times), names[series[0]] if len(names) > 1 else "")
    at: list[tuple[Any, Any]] = [(shown, 0)]  # windows and steps, a panel each
    if len(shown) == 1:
        at = [(shown[0], slice(None))]
    elif len(judgements) == 1 and horizon > 1:
        at.append((shown, horizon - 1))
    panels = [(column, one) for column in range(min(PANELS, len(judgements))) for one in at]
    figure = new_figure(title, height=2.7 * len(panels) + 0.7)
    for row, (column, (window, step)) in enumerate(panels):
        judgement = judgements[column]
        axes = figure.add_subplot(len(panels), 1, row + 1)
        when, came = times[window, step], actual[window, step, column]
        ends = {
            level: (low[window, step, column], high[window, step, column])
            for level, (low, high) in intervals.items()
        }
        draw_bands(axes, when, ends)
        marker: dict[str, Any] = {"marker": ".", "markersize": 4} if len(when) <= MARKED else {}
        axes.plot(when, came, label="what came", zorder=3, **TRUTH, **marker)
        label = f"{judgement.best_baseline}, best baseline"
        axes.plot(when, best[window, step, column], label=label, **RIVAL)
        axes.plot(when, forecast[window, step, column], label="this network", **MODEL)
        last = horizon if isinstance(step, slice) else step + 1
        first = "1 to " if isinstance(step, slice) and horizon > 1 else ""
        ahead = f"{first}{counted(last, 'step')} ahead"
        name = shorten(judgement.target, LONGEST_TARGET)
        held = "" if isinstance(step, slice) else _coverage(judgement, step)
        prepare_axes(axes, f"{name}, {ahead}", when, up=name, note=held)
        legend_below(axes, columns=2)
    save_figure(figure, path)


def draw_bands(
    axes: Axes, when: NDArray[Any], intervals: Mapping[float, tuple[Values, Values]]
) -> None:
    """Shade two of the intervals, the wider first.

    Args:
        axes: where.
        when: (n,).
        intervals: both ends by level, (n,) each, where NaN is left out.
    """
    levels = few_levels(intervals)
    for index, level in reversed(list(enumerate(levels))):
        axes.fill_between(
            when, *intervals[level],
            facecolor=SHADES(index / max(1, len(levels) - 1)), edgecolor=BAND_EDGE, linewidth=0.8,
            label=f"{100 * level:g} % interval",
        )  # fmt: skip


def prepare_axes(
    axes: Axes, title: str, when: NDArray[Any], *, up: str = "", note: str = ""
) -> None:
    """Title, note, what is drawn, grid and dates as every plot over time has them."""
    dress(axes, up=up)
    time_across(axes, when)
    head(axes, title, note)


def _title(shown: int, count: int, series: str) -> str:
    if series:
        return f"{shorten(series, LONGEST_TARGET)}: {shown:,} of {counted(count, 'forecast')}"
    which = f"The last {shown:,} of " if shown < count else ""
    return f"{which}{counted(count, 'forecast')}"


def _coverage(judgement: Judgement, step: int) -> str:
    drawn = few_levels(i.level for i in judgement.own_intervals)
    held = [
        f"{percent(i.coverage_by_horizon[step])} in the {100 * i.level:g} % interval"
        for i in judgement.own_intervals
        if i.coverage_by_horizon is not None and i.level in drawn
    ]
    return ", ".join(held)
