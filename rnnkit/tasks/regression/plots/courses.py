"""The predictions along single ids, window after window -> a picture."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.measured.dataset import MeasuredPart
from rnnkit.data.measured.targets import Values
from rnnkit.reports.plots.figure import (
    BAND_EDGE,
    BANDS,
    MODEL,
    SMALL_SIZE,
    TRUTH,
    dress,
    head,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.words import measured, shorten

MOST = 6  # ids
LONGEST_NAME = 16  # characters

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
        path: the SVG or PNG to write.
        band: an interval of the predictions; None: there is none.

    Raises:
        RunError: the file cannot be written.
    """
    units, ends = part.units, np.asarray(part.ends)
    squares = (predicted[:, 0] - part.actual[:, 0]) ** 2
    errors = np.sqrt(np.bincount(units, squares) / np.bincount(units))
    chosen = _spread(errors)
    rows = -(-len(chosen) // 2)
    text = f"{shorten(target, LONGEST_NAME)} along sequences, the best to the worst"
    figure = new_figure(text, height=2.1 * rows + 0.7)
    for place, unit in enumerate(chosen):
        own = np.flatnonzero(units == unit)
        axes = figure.add_subplot(rows, min(2, len(chosen)), place + 1)
        when = ends[own]
        if band is not None:
            level, low, high = band
            label = f"{100 * level:.0f} % interval"
            axes.fill_between(
                when, low[own, 0], high[own, 0],
                facecolor=BANDS[1], edgecolor=BAND_EDGE, linewidth=0.8, label=label,
            )  # fmt: skip
        dots: dict[str, Any] = {"marker": ".", "markersize": 4} if len(own) == 1 else {}
        axes.plot(when, part.actual[own, 0], label="true", **TRUTH, **dots)
        axes.plot(when, predicted[own, 0], label="predicted", **MODEL, **dots)
        name = "" if part.names is None else str(part.names[own[0]])
        head(axes, shorten(name, LONGEST_NAME), f"RMSE {measured(errors[unit])}")
        dress(axes, "row", shorten(target, LONGEST_NAME))
        whole_numbers(axes, 5)
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, loc="outside lower center", ncols=3, fontsize=SMALL_SIZE, frameon=False
    )
    save_figure(figure, path)


def _spread(errors: NDArray[np.float64]) -> list[int]:
    """The least, the largest, and some evenly between."""
    order = np.argsort(errors, kind="stable")
    places = np.unique(np.linspace(0, len(order) - 1, min(MOST, len(order))).astype(np.intp))
    chosen: list[int] = order[places].tolist()
    return chosen
