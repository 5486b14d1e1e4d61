"""How far probabilities come true -> a picture: the reliability diagram, and how many examples."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from matplotlib.ticker import MultipleLocator

from rnnkit.reports.plots.figure import (
    BARS,
    BLUE,
    INK,
    MIDDLE,
    ORANGE,
    SMALL_SIZE,
    WIDTH,
    dress,
    new_figure,
    save_figure,
)
from rnnkit.tasks.classification.calibration import BINS, Reliability
from rnnkit.tasks.classification.metrics import wilson_interval
from rnnkit.words import counted, fraction

NOW: dict[str, Any] = {
    "fmt": "o-",
    "color": BLUE,
    "markersize": 5,
    "linewidth": 1.5,
    "capsize": 3,
}
BEFORE: dict[str, Any] = {"color": ORANGE, "markersize": 6, "fillstyle": "none"}


def plot_calibration(
    found: Reliability, path: str | os.PathLike[str], *, before: Reliability | None = None
) -> None:
    """Draw the share that came true over the probability given, and below it the examples.

    Each share has its 95 % interval, Wilson's.

    Args:
        found: in BINS bins.
        path: the SVG or PNG to write.
        before: the same before the temperature, drawn fainter.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(
        f"What came true of {counted(int(sum(found.sizes)), 'example')}", height=WIDTH
    )
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[3, 1])
    dress(upper, up="share that came true")
    dress(lower, "probability given", "examples")
    upper.plot([0, 1], [0, 1], label="all come true", **MIDDLE)
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
    edges = np.linspace(0, 1, BINS + 1)
    lower.bar(edges[:-1], found.sizes, width=1 / BINS, align="edge", color=BARS, edgecolor=INK)
    lower.xaxis.set_major_locator(MultipleLocator(0.25))
    figure.legend(loc="outside lower center", fontsize=SMALL_SIZE, frameon=False)
    save_figure(figure, path)


def _label(one: Reliability, when: str = "") -> str:
    return f"calibration error{when} {fraction(one.error)}"


def _interval(share: float, examples: int) -> tuple[float, float]:
    return wilson_interval(round(share * examples), examples) if examples else (np.nan, np.nan)
