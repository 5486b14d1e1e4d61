"""The trials of a search -> a PNG: their scores one after the other, and what mattered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator

from rnnkit.reports.plots.figure import FAINT, GRID, INK, SMALL_SIZE, new_figure, save_png

DOT, BEST = "#e08214", "#08519c"


def plot_search(
    scores: Sequence[tuple[int, float]],
    importances: Mapping[str, float],
    path: str | os.PathLike[str],
    *,
    monitor: str,
    grows: bool,
) -> None:
    """Draw a search.

    Args:
        scores: number and score of each trial.
        importances: the share of each parameter; empty leaves the panel out.
        path: the PNG to write.
        monitor: what the scores are.
        grows: whether more is better.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure("search", height=3.4 + 0.3 * len(importances))
    heights = [3.0, 0.4 + 0.3 * len(importances)] if importances else [1.0]
    axes = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    numbers, values = np.array([n for n, _ in scores]), np.array([value for _, value in scores])
    order = np.argsort(numbers)
    numbers, values = numbers[order], values[order]
    running = (np.maximum if grows else np.minimum).accumulate(values)
    axes[0].plot(numbers, values, "o", color=DOT, markersize=4, label="a trial")
    axes[0].step(numbers, running, where="post", color=BEST, linewidth=2, label="best so far")
    better = "higher" if grows else "lower"
    axes[0].set_ylabel(f"{monitor} ({better} is better)", color=INK, fontsize=SMALL_SIZE)
    axes[0].set_xlabel("trial", color=INK, fontsize=SMALL_SIZE)
    axes[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    axes[0].grid(axis="y", color=GRID)
    axes[0].legend(frameon=False, fontsize=SMALL_SIZE)
    if importances:
        names = list(importances)[::-1]
        axes[1].barh(names, [100 * importances[name] for name in names], color=FAINT)
        axes[1].set_xlabel("share of what makes trials good, %", color=INK, fontsize=SMALL_SIZE)
    for panel in axes:
        panel.tick_params(labelsize=SMALL_SIZE)
        panel.spines[["top", "right"]].set_visible(False)
    save_png(figure, path)
