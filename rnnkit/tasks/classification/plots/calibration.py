"""How far probabilities come true -> a PNG: the reliability diagram, and how many examples."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from matplotlib.ticker import MultipleLocator

from rnnkit.reports.plots.figure import FAINT, INK, WIDTH, dress, new_figure, save_png
from rnnkit.tasks.classification.calibration import BINS, Reliability
from rnnkit.tasks.classification.metrics import wilson_interval
from rnnkit.words import fraction

SIZE = 16  # points: read at half the width too
NOW: dict[str, Any] = {
    "fmt": "o-",
    "color": "#08519c",
    "markersize": 8,
    "linewidth": 1.6,
    "capsize": 4,
}
BEFORE: dict[str, Any] = {"color": "#e08214", "markersize": 8, "fillstyle": "none"}


def plot_calibration(
    found: Reliability, path: str | os.PathLike[str], *, before: Reliability | None = None
) -> None:
    """Draw the share that came true over the probability given, and below it the examples.

    Each share has its 95 % interval, Wilson's.

    Args:
        found: in BINS bins.
        path: the PNG to write.
        before: the same before the temperature, drawn fainter.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure("Do its probabilities come true?", height=WIDTH * 0.95)
    figure.texts[0].set_fontsize(SIZE + 1)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[4, 1])
    for axes in (upper, lower):
        dress(axes)
        axes.tick_params(labelsize=SIZE)
    upper.plot([0, 1], [0, 1], color=FAINT, linewidth=1.2, linestyle=":", label="all come true")
    if before is not None:
        upper.plot(
            before.predicted,
            before.observed,
            "o",
            label=_label(before, " before the temperature"),
            **BEFORE,
        )
    intervals = np.array(
        [_interval(share, n) for share, n in zip(found.observed, found.sizes, strict=True)]
    ).T
    upper.errorbar(
        found.predicted,
        found.observed,
        np.abs(intervals - found.observed),
        label=_label(found),
        **NOW,
    )
    upper.set_ylim(-0.02, 1.04)
    upper.set_xlim(-0.01, 1.01)
    upper.yaxis.set_major_locator(MultipleLocator(0.25))
    upper.set_ylabel("share that came true", fontsize=SIZE, color=INK)
    upper.legend(fontsize=SIZE - 2, frameon=False, loc="lower left", bbox_to_anchor=(0, 1))
    edges = np.linspace(0, 1, BINS + 1)
    lower.bar(edges[:-1], found.sizes, width=1 / BINS, align="edge", color="#9ecae1", edgecolor=INK)
    lower.set_ylabel("examples", fontsize=SIZE, color=INK)
    lower.set_xlabel("probability given", fontsize=SIZE, color=INK)
    lower.xaxis.set_major_locator(MultipleLocator(0.25))
    save_png(figure, path)


def _label(one: Reliability, when: str = "") -> str:
    return f"calibration error{when} {fraction(one.error)}"


def _interval(share: float, examples: int) -> tuple[float, float]:
    return wilson_interval(round(share * examples), examples) if examples else (np.nan, np.nan)
