"""The errors of a walk -> a picture: how large they are from origin to origin."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.reports.plots.figure import (
    MIDDLE,
    MODEL,
    RIVAL,
    legend_below,
    new_figure,
    save_figure,
)
from rnnkit.tasks.forecasting.plots.forecast import LONGEST_TARGET, PANELS, prepare_axes
from rnnkit.words import counted, shorten

POINTS = 100  # that a line has at most: of more origins neighbours are averaged

Values = NDArray[np.float64]


def plot_by_origin(
    times: NDArray[Any],
    error: Values,
    best: Values,
    path: str | os.PathLike[str],
    *,
    targets: Sequence[str],
    names: Sequence[str],
    begins: Sequence[Any],
) -> None:
    """Draw the RMSE over the steps ahead for each origin, a panel a target.

    Args:
        times: (W,) when the first forecast from each origin is for.
        error: (W, horizon, K).
        best: (W, horizon, K) those of each target's best baseline.
        path: the SVG or PNG to write.
        targets: K names.
        names: of these baselines, (K,).
        begins: when the first forecast of each further network is for.

    Raises:
        RunError: the file cannot be written.
    """
    when, order = np.unique(times, return_inverse=True)
    groups = -(-len(when) // POINTS)
    each = order // groups  # (W,) the point that an origin belongs to
    shown = when[::groups]
    panels = min(PANELS, len(targets))
    averaged = f", the mean of every {groups}" if groups > 1 else ""
    title = f"RMSE from each of {counted(len(when), 'origin')}{averaged}: lower is better"
    figure = new_figure(title, height=2.7 * panels + 0.7)
    for column in range(panels):
        axes = figure.add_subplot(panels, 1, column + 1)
        for index, begin in enumerate(begins):
            label = "another network begins" if index == 0 else None
            axes.axvline(begin, label=label, **MIDDLE)
        label = f"{names[column]}, best baseline"
        axes.plot(shown, _rmse(best[:, :, column], each), label=label, **RIVAL)
        axes.plot(shown, _rmse(error[:, :, column], each), label="this network", **MODEL)
        name = shorten(targets[column], LONGEST_TARGET)
        prepare_axes(axes, name, shown, up="RMSE, in its units")
        axes.set_ylim(bottom=0)
        legend_below(axes, columns=2)
    save_figure(figure, path)


def _rmse(error: Values, each: NDArray[np.intp]) -> Values:
    """(W, horizon) -> of the origins of each point, all steps ahead together."""
    rmse: Values = np.sqrt(np.bincount(each, np.mean(error**2, axis=1)) / np.bincount(each))
    return rmse
