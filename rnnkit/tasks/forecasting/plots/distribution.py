"""How well distributions told what came -> a picture: the PIT histogram, coverage by step."""

from __future__ import annotations

import os
from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from rnnkit.baselines.distribution import BINS, Distribution
from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.plots.figure import (
    BARS,
    MIDDLE,
    RIVAL,
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


def plot_distribution(judgements: Sequence[Judgement], path: str | os.PathLike[str]) -> None:
    """Draw the PIT histogram and the coverage over the steps ahead, a row a target.

    Raises:
        RunError: the file cannot be written.
    """
    told = [(one.target, one.distribution) for one in judgements if one.distribution][:PANELS]
    figure = new_figure(
        "Calibration: right where bars are flat and lines lie on the dashes",
        height=3.2 * len(told) + 0.5,
    )
    for row, (target, distribution) in enumerate(told):
        pit, held = (figure.add_subplot(len(told), 2, 2 * row + column) for column in (1, 2))
        head(pit, shorten(target, LONGEST_TARGET // 2))
        _draw_pit(pit, distribution)
        _draw_coverage(held, distribution)
    save_figure(figure, path)


def _draw_pit(axes: Axes, distribution: Distribution) -> None:
    edges = np.linspace(0, 1, BINS + 1)
    axes.bar(
        edges[:-1], distribution.network.pit, width=0.94 / BINS, align="edge", color=BARS,
        label="this network",
    )  # fmt: skip
    if distribution.conformal is not None:
        axes.stairs(distribution.conformal.pit, edges, label="conformal intervals", **RIVAL)
    axes.axhline(1 / BINS, label="right", **MIDDLE)
    dress(axes, "forecast probability of less", "share of what came")
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    legend_below(axes, columns=1)


def _draw_coverage(axes: Axes, distribution: Distribution) -> None:
    steps = np.arange(1, len(distribution.network.crps_by_horizon) + 1)
    intervals = distribution.network.intervals
    for index, interval in enumerate(intervals):
        label = f"{100 * interval.level:g} % interval"
        style = line_style(index)
        axes.plot(
            steps, interval.coverage_by_horizon, marker="o", markersize=3, label=label, **style
        )
        axes.axhline(interval.level, **MIDDLE)
    dress(axes, "steps ahead", "how often they held")
    whole_numbers(axes)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    lowest = min((min(i.coverage_by_horizon) for i in intervals), default=0.5)
    axes.set_ylim(min(0.5, lowest - 0.05), 1.02)
    legend_below(axes, columns=1)
