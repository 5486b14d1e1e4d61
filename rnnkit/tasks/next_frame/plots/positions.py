"""Where in a sequence the nats arise -> a picture: a map for images, else a curve over time."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.order import ImageOrder
from rnnkit.reports.plots.figure import (
    BLUES,
    DIVERGING,
    FAINT,
    GRID,
    INK,
    MODEL,
    SMALL_SIZE,
    WIDTH,
    dress,
    new_figure,
    save_figure,
    whole_numbers,
)


def plot_positions(
    nats: NDArray[np.floating[Any]], order: ImageOrder | None, path: str | os.PathLike[str]
) -> None:
    """Draw the mean nats at each place.

    Args:
        nats: (T, F) means over sequences.
        order: in which order images are read; None: sequences are no images.
        path: the SVG or PNG to write.

    Raises:
        RunError: the file cannot be written.
    """
    if order is None:
        _plot_curve(nats.sum(axis=1), path)
        return
    picture = order.undo(nats)
    figure = new_figure(f"Nats of each pixel; {picture.sum():.1f} an image", height=WIDTH * 0.85)
    axes = figure.add_subplot()
    most, least = float(picture.max()), float(picture.min())
    # a density's nats can be negative
    scale: dict[str, Any] = {"cmap": BLUES, "vmin": 0.0} if least >= 0 else {
        "cmap": DIVERGING, "vmin": -max(most, -least), "vmax": max(most, -least)
    }  # fmt: skip
    shown = axes.imshow(picture, interpolation="none", **scale)
    dress(axes, "column, pixels", "row, pixels", grid=False)
    bar = figure.colorbar(shown, ax=axes, shrink=0.8, aspect=30, pad=0.02)
    bar.set_label("nats", fontsize=SMALL_SIZE, color=FAINT)
    bar.ax.tick_params(labelsize=SMALL_SIZE, colors=INK, length=0)
    bar.outline.set_edgecolor(GRID)
    save_figure(figure, path)


def _plot_curve(nats: NDArray[np.floating[Any]], path: str | os.PathLike[str]) -> None:
    figure = new_figure("Nats a frame over the sequence", height=3.2)
    axes = figure.add_subplot()
    axes.plot(nats, **MODEL)
    dress(axes, "frame", "nats a frame")
    whole_numbers(axes)
    save_figure(figure, path)
