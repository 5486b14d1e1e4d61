"""Every baseline at once: the forecasts of each, at the same points as a network's."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.autoregressive import Autoregression, fit_ar, fit_var, refit
from rnnkit.baselines.naive import (
    Forecast,
    Values,
    mean_forecast,
    naive_forecast,
    seasonal_naive_forecast,
)


@dataclasses.dataclass(frozen=True, eq=False)
class Points:
    """Where forecasts are made, and what may be known there.

    Args:
        train: of each series the training part, (n, K), that models are fitted on; of n = 0
            rows where nobody has it.
        values: of each series all rows, (n, K); only rows up to an origin are used for it.
        series: (W,) which series a window belongs to.
        origins: (W,) the row of `values` that is the last known one.
        moments: (W,) when the first forecast step is, in numbers that grow with time.
        horizon: steps to forecast.
        season: rows in a season.
        refitted: whether models are fitted anew at each origin, on all rows up to it.
    """

    train: Sequence[Values]
    values: Sequence[Values]
    series: NDArray[np.int64]
    origins: NDArray[np.int64]
    moments: NDArray[Any]
    horizon: int
    season: int | None = None
    refitted: bool = False

    def collect(self, forecast: Callable[[int, NDArray[np.int64]], Forecast]) -> Forecast:
        """(W, horizon, K) from what `forecast(series, origins)` gives for each series."""
        targets = self.values[0].shape[1]
        collected = np.empty((len(self.origins), self.horizon, targets))
        for number in np.unique(self.series):
            rows = self.series == number
            collected[rows] = forecast(int(number), self.origins[rows])
        return collected


@dataclasses.dataclass(frozen=True, eq=False)
class Baseline:
    """One model's forecasts of one target."""

    name: str  # `naive`, `AR(9)`; `AR(p)` where every series has its own order
    forecast: NDArray[np.float64]  # (W, horizon)


def baselines(points: Points) -> list[list[Baseline]]:
    """For each of the K targets the mean, naive, seasonal naive, AR(1), AR(p) and VAR(p) forecasts.

    AR(p) with p by AIC; VAR where there are several targets. Models that the training part is too
    short or too constant for are left out.
    """
    shared = _without_models(points)
    targets = points.values[0].shape[1]
    together = _models(points, "VAR", fit_var) if targets > 1 else None
    found = []
    for target in range(targets):
        own = [Baseline(name, forecast[:, :, target]) for name, forecast in shared.items()]
        single = dataclasses.replace(
            points,
            train=[train[:, [target]] for train in points.train],
            values=[values[:, [target]] for values in points.values],
        )
        for order in (1, None):
            model = _models(single, "AR", functools.partial(fit_ar, order=order))
            if model is not None and model[0] not in {baseline.name for baseline in own}:
                own.append(Baseline(model[0], model[1][:, :, 0]))
        if together is not None:
            own.append(Baseline(together[0], together[1][:, :, target]))
        found.append(own)
    return found


def _without_models(points: Points) -> dict[str, Forecast]:
    horizon, season = points.horizon, points.season
    found = {}
    if all(map(len, points.train)):
        found["mean"] = points.collect(
            lambda s, origins: mean_forecast(
                points.values[s] if points.refitted else points.train[s],
                origins,
                horizon=horizon,
                rows=None if points.refitted else len(points.train[s]),
            )
        )
    found["naive"] = points.collect(
        lambda s, origins: naive_forecast(points.values[s], origins, horizon=horizon)
    )
    if season is not None and season > 1:
        found["seasonal naive"] = points.collect(
            lambda s, origins: seasonal_naive_forecast(
                points.values[s], origins, horizon=horizon, season=season
            )
        )
    return found


def _models(
    points: Points, name: str, fit: Callable[[Values], Autoregression | None]
) -> tuple[str, Forecast] | None:
    """The model's name with its order, and its forecasts; None where a series cannot be fitted."""
    needed = [int(number) for number in np.unique(points.series)]
    fitted = {number: fit(points.train[number]) for number in needed}
    models = {number: model for number, model in fitted.items() if model is not None}
    if len(models) < len(needed):
        return None
    orders = {model.order for model in models.values()}

    def forecast(number: int, origins: NDArray[np.int64]) -> Forecast:
        model, values = models[number], points.values[number]
        if points.refitted:
            model = refit(model, values, origins)
        return model.forecast(values, origins, horizon=points.horizon)

    return f"{name}({orders.pop() if len(orders) == 1 else 'p'})", points.collect(forecast)
