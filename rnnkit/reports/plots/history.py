"""Losses and metrics over the epochs -> a picture with a panel a quantity."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from rnnkit.reports.history import Best, Curve, Rows, best_epoch, column, curves, epochs
from rnnkit.reports.plots.figure import (
    FAINT,
    INK,
    MIDDLE,
    MODEL,
    RIVAL,
    SMALL_SIZE,
    dress,
    head,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.training.lines import LEARNING_RATE, VALIDATION_PREFIX
from rnnkit.words import measured

MARKED_EPOCHS = 12  # up to so many, every epoch has its own marker
LOG_RANGE = 100  # a loss that falls further is drawn on a logarithmic axis
PLAIN_NUMBER = FuncFormatter(lambda value, _: f"{value:.3g}")


def plot_history(
    rows: Rows, path: str | os.PathLike[str], *, title: str, monitor: str | None = None
) -> None:
    """Draw every loss and metric over the epochs, train and validation, a panel a quantity.

    Args:
        rows: E mappings with the columns of history.csv; `val_` columns may be missing.
        path: the SVG or PNG to write.
        title: stands over the panels.
        monitor: the column whose best epoch is marked; None takes val_loss, then loss.

    Raises:
        RunError: the file cannot be written.
    """
    shown, best = curves(rows), best_epoch(rows, monitor)
    rate = column(rows, LEARNING_RATE)
    # the article's decay takes 1 % off the rate in 10,000 steps: not worth a panel
    varies = rate is not None and bool(np.nanmax(rate) > 1.01 * np.nanmin(rate))
    heights = [2.3] * max(1, len(shown)) + [1.3] * varies
    figure = new_figure(title, height=sum(heights) + 0.5)
    grid = figure.add_gridspec(len(heights), 1, height_ratios=heights)
    for index, curve in enumerate(shown):
        _draw_curve(figure.add_subplot(grid[index]), epochs(rows), curve, best)
    if varies and rate is not None:
        _draw_rate(figure.add_subplot(grid[-1]), epochs(rows), rate)
    save_figure(figure, path)


def _draw_curve(axes: Axes, numbers: NDArray[np.int64], curve: Curve, best: Best | None) -> None:
    marker: dict[str, Any] = (
        {"marker": "o", "markersize": 4} if len(numbers) <= MARKED_EPOCHS else {}
    )
    for label, values, style in (
        ("train", curve.train, RIVAL),
        ("validation", curve.validation, MODEL),
    ):
        if values is not None:
            axes.plot(numbers, values, label=label, **style, **marker)
    name = curve.name.replace("_", " ")
    _prepare(axes, name, numbers)
    head(axes, name, "" if best is None else _mark_best(axes, curve, best))
    if _falls_far(curve):
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(PLAIN_NUMBER)
        axes.set_ylabel(f"{name} (log scale)")
    axes.legend(fontsize=SMALL_SIZE, frameon=False, handlelength=2.8)


def _falls_far(curve: Curve) -> bool:
    measured_values = [v[np.isfinite(v)] for v in (curve.train, curve.validation) if v is not None]
    values = np.concatenate(measured_values)
    return bool(values.min() > 0 and values.max() > LOG_RANGE * values.min())


def _mark_best(axes: Axes, curve: Curve, best: Best) -> str:
    """Ring the curve at the best epoch, where it has a value; what is to be said of it."""
    values = curve.validation if curve.validation is not None else curve.train
    if values is None or not math.isfinite(values[best.index]):
        return ""
    value = float(values[best.index])
    axes.axvline(best.epoch, **MIDDLE, zorder=0)
    axes.plot([best.epoch], [value], "o", markersize=10, color=INK, fillstyle="none", linewidth=0)
    monitored = best.monitor.removeprefix(VALIDATION_PREFIX) == curve.name
    return f"{'best, ' if monitored else ''}epoch {best.epoch}: {measured(value)}"


def _draw_rate(axes: Axes, numbers: NDArray[np.int64], rate: NDArray[np.float64]) -> None:
    axes.plot(numbers, rate, color=FAINT, linewidth=1.4, marker="." if len(rate) == 1 else "")
    _prepare(axes, "a step", numbers)
    head(axes, "learning rate")
    peak = float(np.nanmax(rate))
    axes.set_yticks([0, peak], ["0", f"{peak:.3g}"])
    axes.set_ylim(0, 1.05 * peak)


def _prepare(axes: Axes, name: str, numbers: NDArray[np.int64]) -> None:
    dress(axes, "epoch", name)
    whole_numbers(axes)
    margin = 0.5 if len(numbers) <= MARKED_EPOCHS else 0  # half a marker would be cut off
    axes.set_xlim(numbers[0] - margin, numbers[-1] + margin)
