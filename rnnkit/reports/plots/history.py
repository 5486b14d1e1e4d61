"""Losses and metrics over the epochs -> a PNG with a panel a quantity."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from rnnkit.reports.history import Best, Curve, Rows, best_epoch, column, curves, epochs
from rnnkit.reports.plots.figure import (
    FAINT,
    GRID,
    INK,
    SMALL_SIZE,
    TEXT_SIZE,
    new_figure,
    save_png,
)
from rnnkit.training.lines import LEARNING_RATE, VALIDATION_PREFIX
from rnnkit.words import measured

TRAIN: dict[str, Any] = {"color": "#e08214", "linewidth": 1.6, "linestyle": (0, (4, 1.5))}
VALIDATION: dict[str, Any] = {"color": "#08519c", "linewidth": 2.2, "linestyle": "-"}
MARKED_EPOCHS = 12  # up to so many, every epoch has its own marker
LOG_RANGE = 100  # a loss that falls further is drawn on a logarithmic axis
PLAIN_NUMBER = FuncFormatter(lambda value, _: f"{value:.3g}")


def plot_history(
    rows: Rows, path: str | os.PathLike[str], *, title: str, monitor: str | None = None
) -> None:
    """Draw every loss and metric over the epochs, train and validation, a panel a quantity.

    Args:
        rows: E mappings with the columns of history.csv; `val_` columns may be missing.
        path: the PNG to write.
        title: stands over the panels.
        monitor: the column whose best epoch is marked; None takes val_loss, then loss.

    Raises:
        RunError: the file cannot be written.
    """
    shown, best = curves(rows), best_epoch(rows, monitor)
    rate = column(rows, LEARNING_RATE)
    # the article's decay takes 1 % off the rate in 10,000 steps: not worth a panel
    varies = rate is not None and bool(np.nanmax(rate) > 1.01 * np.nanmin(rate))
    panels = max(1, math.ceil(len(shown) / 2))
    figure, grid = _grid(title, panels, with_rate=varies)
    for index, curve in enumerate(shown):
        alone = index == len(shown) - 1 and index % 2 == 0
        cell = grid[index // 2, :] if alone else grid[index // 2, index % 2]
        _draw_curve(figure.add_subplot(cell), epochs(rows), curve, best)
    if varies and rate is not None:
        _draw_rate(figure.add_subplot(grid[panels, :]), epochs(rows), rate)
    save_png(figure, path)


def _grid(title: str, panels: int, *, with_rate: bool) -> tuple[Figure, Any]:
    heights = [3.2] * panels + [1.2] * with_rate
    figure = new_figure(title, height=sum(heights) + 0.6)
    return figure, figure.add_gridspec(len(heights), 2, height_ratios=heights)


def _draw_curve(axes: Axes, numbers: NDArray[np.int64], curve: Curve, best: Best | None) -> None:
    marker: dict[str, Any] = (
        {"marker": "o", "markersize": 4} if len(numbers) <= MARKED_EPOCHS else {}
    )
    for label, values, style in (
        ("train", curve.train, TRAIN),
        ("validation", curve.validation, VALIDATION),
    ):
        if values is not None:
            axes.plot(numbers, values, label=label, **style, **marker)
    far = _falls_far(curve)
    _prepare(axes, curve.name.replace("_", " ") + (" (log scale)" if far else ""), numbers)
    if far:
        axes.set_yscale("log")
        axes.yaxis.set_major_formatter(PLAIN_NUMBER)
    if best is not None:
        _mark_best(axes, curve, best)
    axes.legend(fontsize=SMALL_SIZE, frameon=False, handlelength=2.8)


def _falls_far(curve: Curve) -> bool:
    measured_values = [v[np.isfinite(v)] for v in (curve.train, curve.validation) if v is not None]
    values = np.concatenate(measured_values)
    return bool(values.min() > 0 and values.max() > LOG_RANGE * values.min())


def _mark_best(axes: Axes, curve: Curve, best: Best) -> None:
    values = curve.validation if curve.validation is not None else curve.train
    if values is None or not math.isfinite(values[best.index]):
        return
    value = float(values[best.index])
    axes.axvline(best.epoch, color=FAINT, linewidth=0.8, linestyle=":", zorder=0)
    axes.plot([best.epoch], [value], "o", markersize=10, color=INK, fillstyle="none", linewidth=0)
    monitored = best.monitor.removeprefix(VALIDATION_PREFIX) == curve.name
    text = f"{'best, ' if monitored else ''}epoch {best.epoch}: {measured(value)}"
    axes.set_title(text, loc="right", fontsize=SMALL_SIZE, color=FAINT)


def _draw_rate(axes: Axes, numbers: NDArray[np.int64], rate: NDArray[np.float64]) -> None:
    axes.plot(numbers, rate, color=FAINT, linewidth=1.4, marker="." if len(rate) == 1 else "")
    _prepare(axes, "learning rate", numbers)
    peak = float(np.nanmax(rate))
    axes.set_yticks([0, peak], ["0", f"{peak:.3g}"])
    axes.set_ylim(0, 1.05 * peak)


def _prepare(axes: Axes, title: str, numbers: NDArray[np.int64]) -> None:
    axes.set_title(title, loc="left", fontsize=TEXT_SIZE, fontweight="bold", color=INK)
    axes.set_xlabel("epoch", fontsize=SMALL_SIZE, color=FAINT)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    margin = 0.5 if len(numbers) <= MARKED_EPOCHS else 0  # half a marker would be cut off
    axes.set_xlim(numbers[0] - margin, numbers[-1] + margin)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=SMALL_SIZE, colors=INK, length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
