"""The errors of forecasts -> pictures: how they grow with the horizon, what they still know."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.plots.figure import (
    BAND_EDGE,
    BANDS,
    BLUE,
    FAINT,
    MODEL,
    dress,
    head,
    legend_below,
    line_style,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.tasks.forecasting.plots.forecast import LONGEST_TARGET, PANELS
from rnnkit.words import shorten


def plot_error_by_horizon(judgements: Sequence[Judgement], path: str | os.PathLike[str]) -> None:
    """Draw the error of the network and of every baseline over the steps ahead, a panel a target.

    That is RMSE, of several series MASE.

    Raises:
        RunError: the file cannot be written.
    """
    figure, panels = _panels(judgements, "This network and the baselines, by steps ahead")
    for judgement, axes in panels:
        own = judgement.score_by_horizon(judgement)
        steps = np.arange(1, len(own) + 1)
        marker: dict[str, Any] = {"marker": "o", "markersize": 4} if len(steps) <= 24 else {}
        for number, (name, scores) in enumerate(judgement.baselines.items(), start=1):
            axes.plot(steps, judgement.score_by_horizon(scores), label=name, **line_style(number))
        axes.plot(steps, own, label="this network", **MODEL, **marker)
        scaled = judgement.compared_by == "mase"
        dress(axes, "steps ahead", "MASE" if scaled else "RMSE, in the target's units")
        head(axes, shorten(judgement.target, LONGEST_TARGET))
        whole_numbers(axes, 12)
        axes.set_ylim(bottom=0)
        legend_below(axes, columns=2)
    save_figure(figure, path)


def plot_autocorrelation(judgements: Sequence[Judgement], path: str | os.PathLike[str]) -> None:
    """Draw the autocorrelation of the errors one step ahead, with the band of chance.

    Raises:
        RunError: the file cannot be written.
    """
    figure, panels = _panels(judgements, "What an error tells of the next")
    for judgement, axes in panels:
        values = judgement.residual_autocorrelation
        band = judgement.residual_autocorrelation_band
        lags = np.arange(1, len(values) + 1)
        axes.axhspan(
            -band, band, facecolor=BANDS[1], edgecolor=BAND_EDGE, linewidth=0.8,
            label="95 % of independent errors",
        )  # fmt: skip
        axes.axhline(0, color=FAINT, linewidth=0.8)
        axes.bar(lags, values, width=0.5, color=BLUE, label="this network's errors")
        dress(axes, "lag, steps", "autocorrelation")
        whole_numbers(axes, 10)
        limit = max(0.5, 1.1 * float(np.abs(values).max(initial=0)), 1.1 * band)
        axes.set_ylim(-limit, limit)
        outside = int((np.abs(values) > band).sum())
        said = f"{outside} of {len(values)} lags outside the band" if values else "too few"
        head(axes, shorten(judgement.target, LONGEST_TARGET), said)
        legend_below(axes, columns=2)
    save_figure(figure, path)


def _panels(
    judgements: Sequence[Judgement], title: str
) -> tuple[Figure, list[tuple[Judgement, Axes]]]:
    shown = judgements[:PANELS]
    figure = new_figure(title, height=2.7 * len(shown) + 0.7)
    return figure, [
        (judgement, figure.add_subplot(len(shown), 1, row + 1))
        for row, judgement in enumerate(shown)
    ]
