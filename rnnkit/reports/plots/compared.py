"""The epochs of several runs -> a PNG with a panel a quantity, a colour a run."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

import matplotlib
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from rnnkit.reports.history import Curve, Rows, curves, epochs
from rnnkit.reports.plots.figure import (
    FAINT,
    INK,
    SMALL_SIZE,
    TEXT_SIZE,
    dress,
    new_figure,
    save_png,
)

MARKED_EPOCHS = 12  # up to so many, every epoch has its own marker


def plot_compared(histories: Mapping[str, Rows], path: str | os.PathLike[str]) -> bool:
    """Draw every loss and metric that all runs have, train and validation.

    Args:
        histories: the epochs of each run, by the letter that names it.
        path: the PNG to write.

    Returns:
        Whether there was anything to draw.

    Raises:
        RunError: the file cannot be written.
    """
    found = {letter: {one.name: one for one in curves(rows)} for letter, rows in histories.items()}
    first, *others = found.values()
    names = [name for name in first if all(name in other for other in others)]
    if not names:
        return False
    figure = new_figure("Training: solid validation, dashed train", height=3.2 * len(names) + 0.6)
    panels = figure.subplots(len(names), 1, squeeze=False)[:, 0]
    for axes, name in zip(panels, names, strict=True):
        for number, (letter, rows) in enumerate(histories.items()):
            _draw(axes, rows, found[letter][name], colour=_colour(number))
        dress(axes)
        axes.set_title(name.replace("_", " "), loc="left", fontsize=TEXT_SIZE, color=INK)
        axes.set_xlabel("epoch", fontsize=SMALL_SIZE, color=FAINT)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=8, min_n_ticks=1))
    keys = [
        Line2D([], [], color=_colour(number), label=one) for number, one in enumerate(histories)
    ]
    panels[0].legend(
        handles=keys, fontsize=SMALL_SIZE, frameon=False, ncols=math.ceil(len(keys) / 4)
    )
    save_png(figure, path)
    return True


def _draw(axes: Axes, rows: Rows, curve: Curve, *, colour: str) -> None:
    marker = "." if len(rows) <= MARKED_EPOCHS else ""
    for values, style in ((curve.train, (0, (4, 1.5))), (curve.validation, "-")):
        if values is not None:
            axes.plot(epochs(rows), values, color=colour, linestyle=style, marker=marker)


def _colour(number: int) -> str:
    colours = matplotlib.colormaps["tab10"].colors  # type: ignore[attr-defined]
    return matplotlib.colors.to_hex(colours[number % len(colours)])
