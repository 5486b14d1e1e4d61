"""The data of a run -> pictures of its training rows: what repeats in them, and how far back."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rnnkit.baselines.season import CYCLES, MOST_ROWS, decompose
from rnnkit.data.series.dataset import SeriesDataset

LAGS = 40  # or two seasons, where these are more
FEWEST = 8  # rows that are drawn


def draw(dataset: SeriesDataset, folder: Path) -> list[Path]:
    """Draw the first target of the series with the most training rows; no later row is looked at.

    Raises:
        RunError: a file cannot be written.
    """
    from rnnkit.tasks.forecasting.plots.season import plot_decomposition, plot_lags

    series = max(dataset.series, key=lambda one: one.train_end)
    rows = slice(max(0, series.train_end - MOST_ROWS), series.train_end)
    times, row = series.times[rows], series.targets[rows, 0]
    if len(row) < FEWEST or np.ptp(row) == 0:
        return []
    target, season = dataset.data.targets[0], dataset.season.rows
    lags = min(max(LAGS, 2 * season), len(row) // 2)
    drawn = [folder / "lags.svg"]
    plot_lags(row, drawn[0], target=target, lags=lags, season=season)
    if season > 1 and len(row) >= CYCLES * season:
        drawn.append(folder / "decomposition.svg")
        plot_decomposition(times, decompose(row, season), drawn[1], target=target, season=season)
    return drawn
