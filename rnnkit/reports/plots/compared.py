"""The epochs of several runs -> a picture with a panel a quantity, a colour a run."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from rnnkit.reports.history import Curve, Rows, curves, epochs
from rnnkit.reports.plots.figure import (
    LINES,
    SMALL_SIZE,
    dress,
    head,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.reports.plots.history import MARKED_EPOCHS


def plot_compared(histories: Mapping[str, Rows], path: str | os.PathLike[str]) -> bool:
    """Draw every loss and metric that all runs have, train and validation.

    Args:
        histories: the epochs of each run, by the letter that names it.
        path: the SVG or PNG to write.

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
    figure = new_figure("Training: solid validation, dashed train", height=2.4 * len(names) + 0.5)
    panels = figure.subplots(len(names), 1, squeeze=False)[:, 0]
    for axes, name in zip(panels, names, strict=True):
        for number, (letter, rows) in enumerate(histories.items()):
            _draw(axes, rows, found[letter][name], colour=_colour(number))
        shown = name.replace("_", " ")
        dress(axes, "epoch", shown)
        head(axes, shown)
        whole_numbers(axes)
    keys = [
        Line2D([], [], color=_colour(number), label=one) for number, one in enumerate(histories)
    ]
    panels[0].legend(
        handles=keys, fontsize=SMALL_SIZE, frameon=False, ncols=math.ceil(len(keys) / 4)
    )
    save_figure(figure, path)
    return True


def _draw(axes: Axes, rows: Rows, curve: Curve, *, colour: str) -> None:
    marker = "." if len(rows) <= MARKED_EPOCHS else ""
    for values, style in ((curve.train, (0, (4, 1.5))), (curve.validation, "-")):
        if values is not None:
            axes.plot(epochs(rows), values, color=colour, linestyle=style, marker=marker)


def _colour(number: int) -> str:
    return str(LINES[number % len(LINES)]["color"])
