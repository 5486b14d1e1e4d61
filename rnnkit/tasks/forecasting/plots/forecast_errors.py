"""The errors of forecasts -> PNGs: how they grow with the horizon, what they still know."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.plots.figure import FAINT, GRID, INK, SMALL_SIZE, new_figure, save_png
from rnnkit.tasks.forecasting.plots.forecast import (
    LONGEST_TARGET,
    NETWORK,
    PANELS,
    legend_below,
    prepare_axes,
)
from rnnkit.words import shorten

OTHERS = [
    ("#e08214", (0, (4, 1.5))),
    ("#b35806", (0, (1, 1))),
    ("#7f7f7f", (0, (6, 2, 1, 2))),
    ("#5aae61", (0, (2, 2))),
    ("#9970ab", (0, (8, 2))),
    ("#444444", (0, (1, 3))),
]


def plot_error_by_horizon(judgements: Sequence[Judgement], path: str | os.PathLike[str]) -> None:
    """Draw the RMSE of the network and of every baseline over the steps ahead, a panel a target.

    Raises:
        RunError: the file cannot be written.
    """
    figure, panels = _panels(judgements, "RMSE by steps ahead")
    for judgement, axes in panels:
        steps = np.arange(1, len(judgement.rmse_by_horizon) + 1)
        marker: dict[str, Any] = {"marker": "o", "markersize": 4} if len(steps) <= 24 else {}
        for (name, scores), (color, dashes) in zip(
            judgement.baselines.items(), OTHERS, strict=False
        ):
            axes.plot(
                steps, scores.rmse_by_horizon, label=name, color=color, linestyle=dashes,
                linewidth=1.4,
            )  # fmt: skip
        axes.plot(steps, judgement.rmse_by_horizon, label="this network", **NETWORK, **marker)
        prepare_axes(axes, shorten(judgement.target, LONGEST_TARGET), steps)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=12, min_n_ticks=1))
        axes.set_ylim(bottom=0)
        legend_below(axes)
    save_png(figure, path)


def plot_autocorrelation(judgements: Sequence[Judgement], path: str | os.PathLike[str]) -> None:
    """Draw the autocorrelation of the errors one step ahead, with the band of chance.

    Raises:
        RunError: the file cannot be written.
    """
    figure, panels = _panels(judgements, "What an error tells of the next: autocorrelation")
    for judgement, axes in panels:
        values = judgement.residual_autocorrelation
        band = judgement.residual_autocorrelation_band
        lags = np.arange(1, len(values) + 1)
        axes.axhspan(-band, band, color=GRID, linewidth=0, label="95 % of independent errors")
        axes.axhline(0, color=FAINT, linewidth=0.8)
        outside = np.abs(values) > band
        axes.bar(lags, values, width=0.5, color=np.where(outside, "#08519c", "#9ecae1"))
        prepare_axes(axes, shorten(judgement.target, LONGEST_TARGET), lags)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10, min_n_ticks=1))
        axes.set_xlabel("lag", fontsize=SMALL_SIZE, color=FAINT)
        limit = max(0.5, 1.1 * float(np.abs(values).max(initial=0)), 1.1 * band)
        axes.set_ylim(-limit, limit)
        axes.set_title(
            f"{outside.sum()} of {len(values)} lags outside the band" if values else "too few",
            loc="right", fontsize=SMALL_SIZE, color=INK,
        )  # fmt: skip
    save_png(figure, path)


def _panels(
    judgements: Sequence[Judgement], title: str
) -> tuple[Figure, list[tuple[Judgement, Axes]]]:
    shown = judgements[:PANELS]
    figure = new_figure(title, height=2.7 * len(shown) + 0.7)
    return figure, [
        (judgement, figure.add_subplot(len(shown), 1, row + 1))
        for row, judgement in enumerate(shown)
    ]
