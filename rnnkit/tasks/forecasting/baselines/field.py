"""Every baseline at once: the forecasts of each, at the same points as a network's."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.points import Baseline, Forecast, Points, Values
from rnnkit.tasks.forecasting.baselines.autoregressive import fit_ar, fit_var, refit
from rnnkit.tasks.forecasting.baselines.naive import (
    mean_forecast,
    naive_forecast,
    seasonal_naive_forecast,
)
from rnnkit.tasks.forecasting.baselines.smoothing import fit_ets, fit_theta


class Model(Protocol):
    """What is fitted on one series."""

    @property
    def label(self) -> str: ...

    def forecast(self, values: Values, origins: NDArray[np.int64], *, horizon: int) -> Forecast: ...


M = TypeVar("M", bound=Model)


def baselines(points: Points) -> list[list[Baseline]]:
    """For each of the K targets mean, naive, seasonal naive, AR(1), AR(p), ETS, Theta and VAR(p).

    AR(p) with p by AIC, ETS by corrected AIC; VAR where there are several targets. Models that the
    training part is too short or too constant for are left out, and all models of very many series.
    """
    shared = _without_models(points)
    targets = points.values[0].shape[1]
    together = None
    if targets > 1 and not points.unfitted:
        together = _models(points, fit_var, "VAR(p)", refit)
    smoothed = (fit_ets, "ETS"), (fit_theta, "Theta")
    found = []
    for target in range(targets):
        own = [Baseline(name, forecast[:, :, target]) for name, forecast in shared.items()]
        single = dataclasses.replace(
            points,
            train=[train[:, [target]] for train in points.train],
            values=[values[:, [target]] for values in points.values],
        )
        models = [
            _models(single, functools.partial(fit_ar, order=order), "AR(p)", refit)
            for order in ([] if points.unfitted else [1, None])
        ]
        if not points.unsmoothed:
            models += [
                _models(single, functools.partial(fit, season=points.season), name)
                for fit, name in smoothed
            ]
        for model in models:
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
    points: Points,
    fit: Callable[[Values], M | None],
    several: str,
    anew: Callable[[M, Values, NDArray[np.int64]], M] | None = None,
) -> tuple[str, Forecast] | None:
    """A model's name and its forecasts; None where a series cannot be fitted, or forecast.

    Args:
        points: where.
        fit: on the training part of one series.
        several: the name where series have models of several labels.
        anew: fits a model again at each origin; None: its parameters stay.
    """
    fitted = {number: fit(points.train[number]) for number in points.needed}
    models = {number: model for number, model in fitted.items() if model is not None}
    if len(models) < len(fitted):
        return None
    labels = {model.label for model in models.values()}

    def forecast(number: int, origins: NDArray[np.int64]) -> Forecast:
        model, values = models[number], points.values[number]
        if points.refitted and anew is not None:
            model = anew(model, values, origins)
        return model.forecast(values, origins, horizon=points.horizon)

    found = points.collect(forecast)
    if not np.isfinite(found).all():
        return None
    return labels.pop() if len(labels) == 1 else several, found
