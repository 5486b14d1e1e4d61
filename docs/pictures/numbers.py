"""Generated numbers -> the pictures of forecasts and of regression."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.distribution import LEVELS, judge_distribution
from rnnkit.baselines.judgement import judge
from rnnkit.baselines.measurement import Band, measure
from rnnkit.baselines.points import Points
from rnnkit.baselines.season import decompose
from rnnkit.data.measured.dataset import MeasuredPart
from rnnkit.tasks.forecasting.baselines.by_series import BySeries, SeriesScore
from rnnkit.tasks.forecasting.baselines.field import baselines
from rnnkit.tasks.forecasting.plots.distribution import plot_distribution
from rnnkit.tasks.forecasting.plots.forecast import plot_forecast
from rnnkit.tasks.forecasting.plots.forecast_errors import (
    plot_autocorrelation,
    plot_error_by_horizon,
)
from rnnkit.tasks.forecasting.plots.origins import plot_by_origin
from rnnkit.tasks.forecasting.plots.outlook import Ahead, plot_outlook
from rnnkit.tasks.forecasting.plots.season import plot_decomposition, plot_lags
from rnnkit.tasks.forecasting.plots.series import Shown, plot_series
from rnnkit.tasks.regression.plots.courses import plot_courses
from rnnkit.tasks.regression.plots.predicted import plot_predicted, plot_residuals

Draw = Callable[[Path], object]
Values = NDArray[np.float64]
RNG = np.random.default_rng(0)


def forecasting() -> dict[str, Draw]:
    """Forecasts of days and of quarters of an hour, their errors, and what lies beyond."""
    draws: dict[str, Draw] = {}
    for unit, step in (("D", 1), ("m", 15)):
        dates = np.datetime64("2023-11-20", "ns") + np.arange(400) * np.timedelta64(step, unit)
        values = np.cumsum(RNG.normal(size=(400, 1)), axis=0)
        origins = np.arange(280, 388)
        rows = origins[:, None] + 1 + np.arange(12)
        points = Points([values[:200]], [values], np.zeros(108, int), origins, origins, 12)
        actual, spread = values[rows], 0.4 * np.sqrt(np.arange(1, 13))[None, :, None]
        forecast = actual + RNG.normal(size=actual.shape) * spread
        field = baselines(points)[0]
        judged = judge(
            "temperature, °C", forecast[:, :, 0], actual[:, :, 0], column=0, points=points,
            field=field, validation_errors=RNG.normal(size=(99, 12)) * spread[:, :, 0],
            same_points=False,
        )  # fmt: skip
        draws[f"forecast_{unit}"] = partial(
            plot_forecast, dates[rows], actual, forecast, [judged],
            best=field[0].forecast[:, :, None], series=points.series,
            intervals=_around(forecast, spread),
        )  # fmt: skip
        ahead = Ahead(
            "temperature, °C", "°C", dates[:60], values[:60, 0], dates[60:72], values[60:72, 0],
            _around(values[60:72, 0], spread[0, :, 0]),
        )  # fmt: skip
        draws[f"outlook_{unit}"] = partial(
            plot_outlook, [ahead], direct=6,
        )  # fmt: skip
    told = judge_distribution(
        forecast[:, :, 0, None] + np.linspace(-1, 1, len(LEVELS)), LEVELS, actual[:, :, 0],
        shown=(0.8, 0.95), forecast=forecast[:, :, 0], bounded=False,
        validation_errors=RNG.normal(size=(99, 12)), spread=np.ones((108, 1)),
    )  # fmt: skip
    mase = np.sort(RNG.random(50) + 0.5)
    score = SeriesScore("shop 7", "sales", 20, 2.0, 1.5, float(mase[-1]), 1.2)
    by_series = BySeries("sales", 50, (0.5,), [1.0], "seasonal naive", [1.2], 0.8, (score,))
    shown = Shown(score, dates[:40], values[:40, 0], values[28:40, 0] + 1, values[28:40, 0] - 1)
    whole = dataclasses.replace(judged, distribution=told)
    errors = [forecast - actual, 1.2 * (forecast - actual)]
    origins_drawn = partial(
        plot_by_origin, dates[rows][:, 0], *errors, targets=["sales"], names=["naive"],
        begins=[dates[320]],
    )  # fmt: skip
    years = np.sin(np.arange(400) / 12 * 2 * np.pi) + values[:, 0] / 9
    parts = decompose(years, 12)
    return {
        **draws,
        "decomposition": partial(plot_decomposition, dates, parts, target="sales", season=12),
        "lags": partial(plot_lags, years, target="sales", lags=36, season=12),
        "by_origin": origins_drawn,
        "distribution": partial(plot_distribution, [whole]),
        "series": partial(plot_series, by_series, mase, mase + 0.2, [shown]),
        "error_by_horizon": partial(plot_error_by_horizon, [judged]),
        "residual_autocorrelation": partial(plot_autocorrelation, [judged]),
    }


def _around(middle: Values, spread: Values) -> dict[float, tuple[Values, Values]]:
    """Both ends of intervals of 80 % and of 95 %."""
    wide = {0.8: 1.3 * spread, 0.95: 2.0 * spread}
    return {level: (middle - half, middle + half) for level, half in wide.items()}


def regression() -> dict[str, Draw]:
    """Predictions of a number, one an example and along ids."""
    actual = RNG.normal(50, 12, (800, 1))
    predicted = actual + RNG.normal(0, 4, actual.shape)
    units = np.repeat(np.arange(8), 100)
    scores = measure(
        "days left", predicted[:, 0], actual[:, 0], units=units, intervals_note="",
        field={"mean": np.full(800, 50.0)}, intervals=[Band(0.95, 0.94, 16.0)],
    )  # fmt: skip
    part = MeasuredPart(
        store=np.zeros((800, 1, 1), np.float32), y=actual.astype(np.float32), actual=actual,
        names=np.array([f"engine {n}" for n in units], object), ends=np.tile(np.arange(100), 8),
    )  # fmt: skip
    band = (0.95, predicted - 8, predicted + 8)
    return {
        "predicted": partial(plot_predicted, actual, predicted, [scores]),
        "residuals": partial(plot_residuals, actual, predicted, [scores]),
        "courses": partial(plot_courses, part, predicted, "days left", band=band),
    }
