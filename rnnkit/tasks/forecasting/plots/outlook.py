"""The end of a series and the forecasts beyond it -> a picture with the intervals as a fan."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.reports.plots.figure import (
    MIDDLE,
    MODEL,
    TRUTH,
    legend_below,
    new_figure,
    save_figure,
)
from rnnkit.tasks.forecasting.plots.forecast import (
    LONGEST_TARGET,
    MARKED,
    draw_bands,
    prepare_axes,
)
from rnnkit.words import counted, shorten

Values = NDArray[np.float64]

SHOWN = 3  # times as many known rows as there are steps
LEAST = 40  # known rows


@dataclasses.dataclass(frozen=True, eq=False)
class Ahead:
    """One target of one series.

    Args:
        name: of the series where there are several, else of the target.
        target: its name.
        known_times: (n,).
        known: (n,).
        times: (steps,) after the known ones.
        forecast: (steps,).
        intervals: both ends by level, (steps,) each; NaN where nothing was measured.
    """

    name: str
    target: str
    known_times: NDArray[Any]
    known: Values
    times: NDArray[Any]
    forecast: Values
    intervals: Mapping[float, tuple[Values, Values]]


def plot_outlook(
    panels: Sequence[Ahead], path: str | os.PathLike[str], *, direct: int, of: str = ""
) -> None:
    """Draw the last known rows and the forecasts after them, a panel each.

    Args:
        panels: with the same number of steps.
        path: the SVG or PNG to write.
        direct: steps after which the model reads its own forecasts.
        of: how many there are that are not all drawn, in words.

    Raises:
        RunError: the file cannot be written.
    """
    steps = len(panels[0].times)
    shown = slice(-max(LEAST, SHOWN * steps), None)
    title = f"{counted(steps, 'step')} beyond the end of the data"
    figure = new_figure(f"{title}{of}", height=2.9 * len(panels) + 0.7)
    marker: dict[str, Any] = {"marker": ".", "markersize": 4} if steps <= MARKED else {}
    for row, one in enumerate(panels, start=1):
        axes = figure.add_subplot(len(panels), 1, row)
        before, past = one.known_times[shown], one.known[shown]
        # from the last known value on: a forecast of one step is a line too, and its band a fan
        when = np.append(before[-1:], one.times)
        ends = {
            level: (np.append(past[-1:], low), np.append(past[-1:], high))
            for level, (low, high) in one.intervals.items()
        }
        draw_bands(axes, when, ends)
        axes.plot(before, past, label="known", **TRUTH)
        axes.plot(when, np.append(past[-1:], one.forecast), label="forecast", **MODEL, **marker)
        if steps > direct:
            axes.axvline(
                one.times[direct - 1], label="from here on it reads its own forecasts", **MIDDLE
            )
        name, target = (shorten(text, LONGEST_TARGET) for text in (one.name, one.target))
        prepare_axes(axes, name, np.append(before, one.times), up=target)
        legend_below(axes, columns=2)
    save_figure(figure, path)
