"""How well distributions told what came -> a PNG: the PIT histogram, coverage by steps ahead."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter

from rnnkit.baselines.distribution import BINS, Distribution
from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.plots.figure import BLUES, FAINT, INK, SMALL_SIZE, new_figure, save_png
from rnnkit.tasks.forecasting.plots.forecast import (
    LONGEST_TARGET,
    PANELS,
    legend_below,
    prepare_axes,
)
from rnnkit.words import shorten

OTHER: dict[str, Any] = {"color": "#e08214", "linewidth": 1.6}
NOMINAL: dict[str, Any] = {"color": FAINT, "linewidth": 1.0, "linestyle": (0, (4, 2))}


def plot_distribution(judgements: Sequence[Judgement], path: str | os.PathLike[str]) -> None:
    """Draw the PIT histogram and the coverage over the steps ahead, a row a target.

    Raises:
        RunError: the file cannot be written.
    """
    told = [(one.target, one.distribution) for one in judgements if one.distribution][:PANELS]
    figure = new_figure(
        "Calibration: right where bars are flat and lines lie on the dashes",
        height=3.0 * len(told) + 0.7,
    )
    for row, (target, distribution) in enumerate(told):
        pit, held = (figure.add_subplot(len(told), 2, 2 * row + column) for column in (1, 2))
        name = shorten(target, LONGEST_TARGET // 2)
        _draw_pit(pit, distribution, f"{name}: what came, by its forecast probability")
        _draw_coverage(held, distribution, "How often intervals held, by steps ahead")
    save_png(figure, path)


def _draw_pit(axes: Axes, distribution: Distribution, title: str) -> None:
    edges = np.linspace(0, 1, BINS + 1)
    axes.bar(
        edges[:-1], distribution.network.pit, width=0.94 / BINS, align="edge", color=BLUES(0.62),
        label="this network",
    )  # fmt: skip
    if distribution.conformal is not None:
        axes.stairs(distribution.conformal.pit, edges, label="conformal intervals", **OTHER)
    axes.axhline(1 / BINS, label="right", **NOMINAL)
    prepare_axes(axes, title, edges)
    axes.set_xlabel("probability of less, as it was forecast", fontsize=SMALL_SIZE, color=FAINT)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    legend_below(axes, clear=0.24, columns=3)


def _draw_coverage(axes: Axes, distribution: Distribution, title: str) -> None:
    steps = np.arange(1, len(distribution.network.crps_by_horizon) + 1)
    intervals = distribution.network.intervals
    for index, interval in enumerate(intervals):
        color = BLUES(0.95 - 0.45 * index / max(1, len(intervals) - 1))
        axes.plot(
            steps, interval.coverage_by_horizon, color=color, linewidth=2, marker="o", markersize=3,
            label=f"{100 * interval.level:g} % interval",
        )  # fmt: skip
        axes.axhline(interval.level, **NOMINAL)
    prepare_axes(axes, title, steps)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    axes.set_xlabel("steps ahead", fontsize=SMALL_SIZE, color=FAINT)
    axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    lowest = min((min(i.coverage_by_horizon) for i in intervals), default=0.5)
    axes.set_ylim(min(0.5, lowest - 0.05), 1.02)
    axes.title.set_color(INK)
    legend_below(axes, clear=0.24, columns=3)
