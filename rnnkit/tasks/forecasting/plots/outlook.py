"""The end of a series and the forecasts beyond it -> a picture with the intervals as a fan."""

from __future__ import annotations

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
    PANELS,
    draw_bands,
    prepare_axes,
)
from rnnkit.words import counted, shorten

Values = NDArray[np.float64]

SHOWN = 3  # times as many known rows as there are steps
LEAST = 40  # known rows


def plot_outlook(
    known_times: NDArray[Any],
    known: Values,
    times: NDArray[Any],
    forecast: Values,
    path: str | os.PathLike[str],
    *,
    targets: Sequence[str],
    intervals: Mapping[float, tuple[Values, Values]],
    direct: int,
) -> None:
    """Draw the last known rows and the forecasts after them, a panel a target.

    Args:
        known_times: (n,).
        known: (n, K).
        times: (steps,) after the known ones.
        forecast: (steps, K).
        path: the SVG or PNG to write.
        targets: K names.
        intervals: both ends by level, (steps, K) each; NaN where nothing was measured.
        direct: steps after which the model reads its own forecasts.

    Raises:
        RunError: the file cannot be written.
    """
    steps = len(times)
    shown = slice(-max(LEAST, SHOWN * steps), None)
    panels = min(PANELS, len(targets))
    figure = new_figure(
        f"{counted(steps, 'step')} beyond the end of the data", height=2.9 * panels + 0.7
    )
    marker: dict[str, Any] = {"marker": ".", "markersize": 4} if steps <= MARKED else {}
    for column in range(panels):
        axes = figure.add_subplot(panels, 1, column + 1)
        past = known[shown, column]
        # from the last known value on: a forecast of one step is a line too, and its band a fan
        when = np.append(known_times[-1:], times)
        ahead = np.append(past[-1:], forecast[:, column])
        ends = {
            level: (np.append(past[-1:], low[:, column]), np.append(past[-1:], high[:, column]))
            for level, (low, high) in intervals.items()
        }
        draw_bands(axes, when, ends)
        axes.plot(known_times[shown], past, label="known", **TRUTH)
        axes.plot(when, ahead, label="forecast", **MODEL, **marker)
        if steps > direct:
            axes.axvline(
                times[direct - 1], label="from here on it reads its own forecasts", **MIDDLE
            )
        name = shorten(targets[column], LONGEST_TARGET)
        prepare_axes(axes, name, np.append(known_times[shown], times), up=name)
        legend_below(axes, columns=2)
    save_figure(figure, path)
