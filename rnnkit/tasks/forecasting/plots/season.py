"""The training rows of a series -> pictures: trend, season and remainder; how lags correlate."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.season import Decomposition, autocorrelations
from rnnkit.reports.plots.figure import (
    BAND_EDGE,
    BANDS,
    BLUE,
    FAINT,
    RIVAL,
    TRUTH,
    dress,
    legend_below,
    new_figure,
    save_figure,
    whole_numbers,
)
from rnnkit.tasks.forecasting.plots.forecast import LONGEST_TARGET, prepare_axes
from rnnkit.words import shorten

SHOWN = 12  # seasons, of more the last
FEWEST = 200  # rows that are shown in any case


def plot_decomposition(
    times: NDArray[Any],
    found: Decomposition,
    path: str | os.PathLike[str],
    *,
    target: str,
    season: int,
) -> None:
    """Draw observed rows as the sum of trend, season and remainder, each in the target's units.

    Args:
        times: (n,) of the rows.
        found: what they are made of.
        path: the SVG or PNG to write.
        target: its name.
        season: rows in a season.

    Raises:
        RunError: the file cannot be written.
    """
    last = slice(-max(FEWEST, SHOWN * season), None)
    parts = {
        "observed": found.observed,
        "trend": found.trend,
        f"season, of {season:,} rows": found.season,
        "remainder": found.remainder,
    }
    name = shorten(target, LONGEST_TARGET)
    figure = new_figure(
        f"{name}: what training rows are made of; strength of the season {found.strength:.2f} of 1",
        height=1.5 * len(parts) + 0.7,
    )
    axes = None
    for row, (title, values) in enumerate(parts.items()):
        axes = figure.add_subplot(len(parts), 1, row + 1, sharex=axes)
        axes.plot(times[last], values[last], **TRUTH)
        prepare_axes(axes, title, times[last], up=name)
        axes.locator_params(axis="y", nbins=4)
        axes.label_outer()
    save_figure(figure, path)


def plot_lags(
    row: NDArray[np.float64],
    path: str | os.PathLike[str],
    *,
    target: str,
    lags: int,
    season: int,
) -> None:
    """Draw how much rows are like those before them: the autocorrelation, with the band of chance.

    Args:
        row: (n,) training rows.
        path: the SVG or PNG to write.
        target: its name.
        lags: how far back.
        season: rows in a season, marked; 1: there is none.

    Raises:
        RunError: the file cannot be written.
    """
    name = shorten(target, LONGEST_TARGET)
    figure = new_figure(f"{name}: how much training rows are like those before", height=3.4)
    axes = figure.add_subplot(1, 1, 1)
    band = 1.96 / np.sqrt(len(row))
    axes.axhspan(
        -band, band, facecolor=BANDS[1], edgecolor=BAND_EDGE, linewidth=0.8,
        label="95 % of independent rows",
    )  # fmt: skip
    for number, lag in enumerate(range(season, lags + 1, season) if season > 1 else ()):
        label = f"a season, {season:,} rows" if number == 0 else None
        axes.axvline(lag, label=label, **RIVAL)
    numbers = np.arange(1, lags + 1)
    axes.bar(numbers, autocorrelations(row, lags)[1:], width=0.6, color=BLUE)
    axes.axhline(0, color=FAINT, linewidth=0.8)
    dress(axes, "rows before", "autocorrelation")
    axes.set_ylim(min(-0.3, axes.get_ylim()[0]), 1)
    whole_numbers(axes, 12)
    legend_below(axes, columns=2)
    save_figure(figure, path)
