"""Where in a sequence the nats arise -> a PNG: a heat map for images, else a curve over time."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from rnnkit.data.order import ImageOrder
from rnnkit.reports.plots.figure import BLUES, FAINT, GRID, SMALL_SIZE, WIDTH, new_figure, save_png


def plot_positions(
    nats: NDArray[np.floating[Any]], order: ImageOrder | None, path: str | os.PathLike[str]
) -> None:
    """Draw the mean nats at each place.

    Args:
        nats: (T, F) means over sequences.
        order: in which order images are read; None: sequences are no images.
        path: the PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    if order is None:
        _plot_curve(nats.sum(axis=1), path)
        return
    picture = order.undo(nats)
    figure = new_figure(f"Nats of each pixel; {picture.sum():.1f} an image", height=WIDTH * 0.8)
    axes = figure.add_subplot()
    low = min(0.0, float(picture.min()))  # a density's nats can be negative
    shown = axes.imshow(picture, cmap=BLUES, vmin=low, interpolation="nearest")
    axes.set_xlabel("column", fontsize=SMALL_SIZE, color=FAINT)
    axes.set_ylabel("row", fontsize=SMALL_SIZE, color=FAINT)
    axes.tick_params(labelsize=SMALL_SIZE, length=0)
    axes.spines[:].set_color(GRID)
    bar = figure.colorbar(shown, ax=axes, shrink=0.8, aspect=30, pad=0.02)
    bar.set_label("nats", fontsize=SMALL_SIZE, color=FAINT)
    bar.ax.tick_params(labelsize=SMALL_SIZE, length=0)
    bar.outline.set_edgecolor(GRID)
    save_png(figure, path)


def _plot_curve(nats: NDArray[np.floating[Any]], path: str | os.PathLike[str]) -> None:
    figure = new_figure("Nats a frame over the sequence", height=3.2)
    axes = figure.add_subplot()
    axes.plot(nats, color="#08519c", linewidth=1.6)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("frame", fontsize=SMALL_SIZE, color=FAINT)
    axes.set_ylabel("nats", fontsize=SMALL_SIZE, color=FAINT)
    axes.grid(color=GRID, linewidth=0.6)
    axes.tick_params(labelsize=SMALL_SIZE, length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(FAINT)
    save_png(figure, path)
