"""Predictions against the truth, and what they are off -> pictures."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from rnnkit.baselines.measurement import Measurement
from rnnkit.data.measured.targets import Values
from rnnkit.reports.plots.figure import (
    BARS,
    BLUE,
    FAINT,
    MIDDLE,
    MOST_SHAPES,
    SMALL_SIZE,
    dress,
    head,
    new_figure,
    save_figure,
)
from rnnkit.words import counted, measured, shorten

PANELS = 4  # targets
MOST_POINTS = 5000  # that are told apart
LONGEST_TARGET = 20  # characters
BINS = 30
POINTS: dict[str, Any] = {"s": 9, "color": BLUE, "alpha": 0.5, "linewidths": 0}


def plot_predicted(
    actual: Values, predicted: Values, targets: Sequence[Measurement], path: str | os.PathLike[str]
) -> None:
    """Draw what was predicted over what is true, a panel a target.

    Args:
        actual: (N, K).
        predicted: (N, K).
        targets: the K scores.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(_title("Predicted against true", len(actual)), height=3.6 * _rows(targets))
    shown = _some(len(actual))
    for column, axes in _panels(figure, targets, each=1):
        x, y = actual[:, column], predicted[:, column]
        ends = [min(x.min(), y.min()), max(x.max(), y.max())]
        axes.plot(ends, ends, label="right", **MIDDLE, zorder=1)
        axes.scatter(x[shown], y[shown], rasterized=len(x) > MOST_SHAPES, **POINTS)
        _name(axes, targets[column], "true, in its units", "predicted")
        axes.legend(fontsize=SMALL_SIZE, frameon=False, loc="upper left")
    save_figure(figure, path)


def plot_residuals(
    actual: Values, predicted: Values, targets: Sequence[Measurement], path: str | os.PathLike[str]
) -> None:
    """Draw the errors over what was predicted, and how often each size of them occurs.

    Args:
        actual: (N, K).
        predicted: (N, K).
        targets: the K scores.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    figure = new_figure(
        _title("Predicted less true", len(actual)), height=2.5 * min(PANELS, len(targets)) + 0.4
    )
    shown = _some(len(actual))
    for column, axes in _panels(figure, targets, each=2):
        error = predicted[:, column] - actual[:, column]
        axes.axhline(0, color=FAINT, linewidth=1)
        axes.scatter(
            predicted[shown, column], error[shown], rasterized=len(error) > MOST_SHAPES, **POINTS
        )
        _name(axes, targets[column], "predicted, in its units", "error")
        beside = figure.add_subplot(min(PANELS, len(targets)), 2, 2 * column + 2)
        beside.hist(error, bins=BINS, color=BARS)
        beside.axvline(0, color=FAINT, linewidth=1)
        dress(beside, "error", "examples")
        head(beside, "", f"mean {measured(targets[column].mean_error)}")
    save_figure(figure, path)


def _panels(
    figure: Figure, targets: Sequence[Measurement], *, each: int
) -> Iterator[tuple[int, Axes]]:
    """A column of values and its axes, of the first targets; `each` panels side by side."""
    count = min(PANELS, len(targets))
    across = each if each > 1 else min(2, count)
    rows = count if each > 1 else -(-count // across)
    for column in range(count):
        yield column, figure.add_subplot(rows, across, column * each + 1)


def _rows(targets: Sequence[Measurement]) -> int:
    return -(-min(PANELS, len(targets)) // 2)


def _some(count: int) -> Any:
    if count <= MOST_POINTS:
        return slice(None)
    return np.linspace(0, count - 1, MOST_POINTS).astype(np.intp)


def _title(what: str, count: int) -> str:
    some = f", {MOST_POINTS:,} of them drawn" if count > MOST_POINTS else ""
    return f"{what}: {counted(count, 'example')}{some}"


def _name(axes: Axes, target: Measurement, across: str, up: str) -> None:
    dress(axes, across, up)
    head(axes, shorten(target.target, LONGEST_TARGET), f"RMSE {measured(target.rmse)}")
