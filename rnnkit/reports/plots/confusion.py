"""A confusion matrix -> a picture, for 2 to about 100 classes."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import ArrayLike, NDArray

from rnnkit.reports.plots.figure import (
    BLUES,
    FAINT,
    GRID,
    INK,
    LONGEST_NAME,
    PAPER,
    SMALL_SIZE,
    TEXT_SIZE,
    WIDTH,
    new_figure,
    save_figure,
)
from rnnkit.words import counted, shorten

NAMED_CLASSES = 30  # up to so many, every class is named
SLANTED: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"}


def plot_confusion(
    matrix: ArrayLike, classes: Sequence[object], path: str | os.PathLike[str]
) -> None:
    """Draw a confusion matrix: a row a true class, coloured by its share, with counts that fit.

    The colour grows with the square root of the share, so that mistakes of 1 % are seen beside
    hits of 99 %.

    Args:
        matrix: (C, C) counts, a row a true class, a column a predicted one.
        classes: the C names.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    counts = np.asarray(matrix)
    support = counts.sum(axis=1, keepdims=True)
    shares = np.where(support > 0, counts / np.maximum(support, 1), np.nan)
    examples = int(counts.sum())
    wrong = examples - int(np.trace(counts))
    title = f"{counted(wrong, 'mistake')} in {counted(examples, 'example')}"
    figure = new_figure(title, height=WIDTH * 0.9)
    axes = figure.add_subplot()
    norm = PowerNorm(0.5, vmin=0, vmax=1)
    axes.imshow(shares, cmap=BLUES, norm=norm, interpolation="none")
    _name_classes(axes, classes)
    _separate_cells(axes, len(classes))
    _write_counts(axes, counts, shares)
    _share_scale(figure, axes, norm)
    save_figure(figure, path)


def _name_classes(axes: Axes, classes: Sequence[object]) -> None:
    names = [shorten(name, LONGEST_NAME) for name in classes]
    step = math.ceil(len(names) / NAMED_CLASSES)
    size = TEXT_SIZE if len(names) <= 12 else SMALL_SIZE - 1
    places = range(0, len(names), step)
    shown = [names[place] for place in places]
    longest = max(map(len, shown))
    fits = longest * size * 0.62 < 3.7 * 72 / len(shown)  # points: a name's width, a column's width
    turned: dict[str, Any] = {} if fits else SLANTED if len(shown) <= 16 else {"rotation": 90}
    axes.set_xticks(places, shown, fontsize=size, parse_math=False, **turned)
    axes.set_yticks(places, shown, fontsize=size, parse_math=False)
    axes.set_xlabel("predicted class", fontsize=TEXT_SIZE, color=INK)
    axes.set_ylabel("true class", fontsize=TEXT_SIZE, color=INK)


def _separate_cells(axes: Axes, class_count: int) -> None:
    axes.tick_params(length=0, colors=INK)
    axes.spines[:].set_color(FAINT)
    edges = np.arange(class_count - 1) + 0.5
    width = 0.5 if class_count <= NAMED_CLASSES else 0.2
    for draw in (axes.axhline, axes.axvline):
        for edge in edges:
            draw(edge, color=GRID, linewidth=width)


def _write_counts(axes: Axes, counts: NDArray[Any], shares: NDArray[np.float64]) -> None:
    """Counts at the largest size that fits a cell; none where that would be too small to read."""
    cell = 3.6 * 72 / len(counts)  # points
    digits = len(f"{int(counts.max()):,}")
    size = min(11.0, cell / (digits * 0.62 + 0.3))
    if size < 6:
        return
    for (row, col), count in np.ndenumerate(counts):
        if count:
            text = axes.text(col, row, f"{int(count):,}", ha="center", va="center", fontsize=size)
            text.set_color(PAPER if shares[row, col] > 0.3 else INK)


def _share_scale(figure: Figure, axes: Axes, norm: PowerNorm) -> None:
    bar = figure.colorbar(ScalarMappable(norm, BLUES), ax=axes, shrink=0.8, aspect=30, pad=0.02)
    bar.set_ticks([0, 0.01, 0.05, 0.1, 0.25, 0.5, 1])
    bar.ax.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:.0f} %"))
    bar.ax.tick_params(labelsize=SMALL_SIZE, colors=INK, length=0)
    bar.set_label("share of the true class", fontsize=SMALL_SIZE, color=FAINT)
    bar.outline.set_edgecolor(GRID)
