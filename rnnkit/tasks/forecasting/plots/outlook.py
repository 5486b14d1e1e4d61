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
    half_widths: Mapping[float, Values],
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
        half_widths: of the intervals by level, (steps, K); NaN where nothing was measured.
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
        past, ahead = known[shown, column], forecast[:, column]
        widths = [(level, half[:, column]) for level, half in half_widths.items()]
        draw_bands(axes, times, ahead, widths)
        axes.plot(known_times[shown], past, label="known", **TRUTH)
        # from the last known value on: a forecast of one step is a line too
        axes.plot(
            np.append(known_times[-1:], times), np.append(past[-1:], ahead),
            label="forecast", **MODEL, **marker,
        )  # fmt: skip
        if steps > direct:
            axes.axvline(
                times[direct - 1], label="from here on it reads its own forecasts", **MIDDLE
            )
        name = shorten(targets[column], LONGEST_TARGET)
        prepare_axes(axes, name, np.append(known_times[shown], times), up=name)
        legend_below(axes, columns=2)
    save_figure(figure, path)
