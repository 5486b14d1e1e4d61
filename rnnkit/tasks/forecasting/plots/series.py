"""The scores of many series -> a picture: how they are distributed, and the worst series."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from rnnkit.reports.plots.figure import (
    MODEL,
    RIVAL,
    SMALL_SIZE,
    TRUTH,
    dress,
    head,
    legend_below,
    new_figure,
    save_figure,
)
from rnnkit.tasks.forecasting.baselines.by_series import BySeries, SeriesScore
from rnnkit.tasks.forecasting.plots.forecast import LONGEST_TARGET, prepare_axes
from rnnkit.words import shorten

Values = NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Shown:
    """One series and its last forecast.

    Args:
        score: of the series.
        times: (n,) rows before the forecast and those of it.
        came: (n,) what came.
        forecast: (horizon,) of the last rows.
        baseline: (horizon,) that of the best baseline.
    """

    score: SeriesScore
    times: NDArray[Any]
    came: Values
    forecast: Values
    baseline: Values


def plot_series(
    spread: BySeries,
    mase: Values,
    baseline_mase: Values,
    worst: Sequence[Shown],
    path: str | os.PathLike[str],
) -> None:
    """Draw the MASE of all series in order, and the worst of them.

    Args:
        spread: how MASE is distributed.
        mase: (S,) of the network.
        baseline_mase: (S,) of the best baseline.
        worst: to be drawn.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    panels = 1 + len(worst)
    figure = new_figure(f"{spread.series:,} series, one by one", height=2.7 * panels + 0.7)
    _draw_order(figure.add_subplot(panels, 1, 1), spread, mase, baseline_mase)
    for row, shown in enumerate(worst, start=2):
        _draw_one(figure.add_subplot(panels, 1, row), shown, spread.best_baseline)
    save_figure(figure, path)


def _draw_order(axes: Axes, spread: BySeries, mase: Values, baseline_mase: Values) -> None:
    share = 100 * np.arange(1, len(mase) + 1) / len(mase)
    axes.plot(share, np.sort(mase), label="this network", **MODEL)
    axes.plot(share, np.sort(baseline_mase), label=spread.best_baseline, **RIVAL)
    dress(axes, "% of the series, from the best to the worst", "MASE (lower is better)")
    head(axes, shorten(spread.target, LONGEST_TARGET))
    axes.set_ylim(0, 1.2 * float(np.quantile(np.append(mase, baseline_mase), 0.99)))
    axes.legend(fontsize=SMALL_SIZE, frameon=False, loc="upper left")


def _draw_one(axes: Axes, shown: Shown, baseline: str) -> None:
    ahead = shown.times[-len(shown.forecast) :]
    axes.plot(shown.times, shown.came, label="what came", zorder=3, **TRUTH)
    axes.plot(ahead, shown.baseline, label=baseline, **RIVAL)
    axes.plot(ahead, shown.forecast, label="this network", **MODEL)
    name = shorten(shown.score.series, LONGEST_TARGET)
    mase = f"MASE {shown.score.mase:.3g}"
    prepare_axes(axes, name, shown.times, up=shorten(shown.score.target, LONGEST_TARGET), note=mase)
    legend_below(axes)
