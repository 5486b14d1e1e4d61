"""The predictions along single ids, window after window -> a PNG."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from rnnkit.data.measured.dataset import MeasuredPart
from rnnkit.data.measured.targets import Values
from rnnkit.reports.plots.figure import (
    FAINT,
    INK,
    SMALL_SIZE,
    TEXT_SIZE,
    dress,
    new_figure,
    save_png,
)
from rnnkit.words import measured, shorten

MOST = 6  # ids
LONGEST_NAME = 24  # characters

Bounds = tuple[float, Values, Values]  # level, low and high (N, K)


def plot_courses(
    part: MeasuredPart,
    predicted: Values,
    target: str,
    path: str | os.PathLike[str],
    *,
    band: Bounds | None,
) -> None:
    """Draw the first target of a few ids over their rows: those of the least and the largest
    error, and some between.

    Args:
        part: N windows.
        predicted: (N, K).
        target: the first one's name.
        path: the PNG to write.
        band: an interval of the predictions; None: there is none.

    Raises:
        RunError: the file cannot be written.
    """
    units, ends = part.units, np.asarray(part.ends)
    squares = (predicted[:, 0] - part.actual[:, 0]) ** 2
    errors = np.sqrt(np.bincount(units, squares) / np.bincount(units))
    chosen = _spread(errors)
    rows = -(-len(chosen) // 2)
    text = f"{shorten(target, LONGEST_NAME)} along single sequences, the best to the worst"
    figure = new_figure(text, height=2.5 * rows + 0.7)
    for place, unit in enumerate(chosen):
        own = np.flatnonzero(units == unit)
        axes = figure.add_subplot(rows, min(2, len(chosen)), place + 1)
        when = ends[own]
        if band is not None:
            level, low, high = band
            label = f"{100 * level:.0f} % interval"
            axes.fill_between(
                when, low[own, 0], high[own, 0], color="#eaf2fa", linewidth=0, label=label
            )
        dots: dict[str, Any] = {"marker": ".", "markersize": 4} if len(own) == 1 else {}
        axes.plot(when, part.actual[own, 0], color=INK, linewidth=1.1, label="true", **dots)
        axes.plot(
            when, predicted[own, 0], color="#08519c", linewidth=1.8, label="predicted", **dots
        )
        name = "" if part.names is None else str(part.names[own[0]])
        axes.set_title(
            shorten(name, LONGEST_NAME), loc="left", fontsize=TEXT_SIZE, color=INK, parse_math=False
        )
        axes.set_title(
            f"RMSE {measured(errors[unit])}", loc="right", fontsize=SMALL_SIZE, color=FAINT
        )
        dress(axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
        axes.set_xlabel("row", fontsize=SMALL_SIZE, color=FAINT)
        if place == 0:
            axes.legend(fontsize=SMALL_SIZE, frameon=False)
    save_png(figure, path)


def _spread(errors: NDArray[np.float64]) -> list[int]:
    """The least, the largest, and some evenly between."""
    order = np.argsort(errors, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(MOST, len(order))).astype(np.intp))
    chosen: list[int] = order[places].tolist()
    return chosen
