"""The trials of a search -> a picture: their scores one after the other, and what mattered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

import numpy as np

from rnnkit.reports.plots.figure import (
    BARS,
    MODEL,
    ORANGE,
    SMALL_SIZE,
    dress,
    new_figure,
    save_figure,
    whole_numbers,
)


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
        path: the SVG or PNG to write.
        monitor: what the scores are.
        grows: whether more is better.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure("search", height=3.2 + 0.3 * len(importances))
    heights = [3.0, 0.4 + 0.3 * len(importances)] if importances else [1.0]
    axes = figure.subplots(len(heights), 1, height_ratios=heights, squeeze=False)[:, 0]
    numbers, values = np.array([n for n, _ in scores]), np.array([value for _, value in scores])
    order = np.argsort(numbers)
    numbers, values = numbers[order], values[order]
    running = (np.maximum if grows else np.minimum).accumulate(values)
    axes[0].plot(numbers, values, "o", color=ORANGE, markersize=4, label="a trial")
    axes[0].step(numbers, running, where="post", label="best so far", **MODEL)
    better = "higher" if grows else "lower"
    dress(axes[0], "trial", f"{monitor} ({better} is better)")
    whole_numbers(axes[0])
    axes[0].legend(frameon=False, fontsize=SMALL_SIZE)
    if importances:
        names = list(importances)[::-1]
        axes[1].barh(names, [100 * importances[name] for name in names], color=BARS)
        dress(axes[1], "share of what makes trials good, %", grid=False)
    save_figure(figure, path)
