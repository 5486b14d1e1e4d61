"""The forecasts that need no model: the mean, the last value, the value a season ago."""

from __future__ import annotations

import numpy as np

from rnnkit.baselines.points import Forecast, Origins, Values


def mean_forecast(values: Values, origins: Origins, *, horizon: int, rows: int | None) -> Forecast:
    """The mean of the first `rows` rows, or where it is None of all rows up to each origin."""
    if rows is None:
        means = np.cumsum(values, axis=0)[origins] / (origins + 1)[:, None]
    else:
        means = np.broadcast_to(values[:rows].mean(axis=0), (len(origins), values.shape[1]))
    return np.repeat(means[:, None], horizon, axis=1)


def naive_forecast(values: Values, origins: Origins, *, horizon: int) -> Forecast:
    """The last known value, at every step (persistence)."""
    return np.repeat(values[origins][:, None], horizon, axis=1)


def seasonal_naive_forecast(
    values: Values, origins: Origins, *, horizon: int, season: int
) -> Forecast:
    """The last known value of the same phase of the season.

    Hyndman and Athanasopoulos, Forecasting: Principles and Practice (2021), 5.2. The first origins
    of a series shorter than a season take its first value.
    """
    ahead = np.arange(horizon)
    rows = origins[:, None] - season + 1 + ahead % season
    forecast: Forecast = values[np.maximum(rows, 0)]
    return forecast
