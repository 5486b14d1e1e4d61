"""Every baseline at once: the forecasts of each, at the same points as a network's."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.autoregressive import fit_ar, fit_var, refit
from rnnkit.baselines.naive import (
    Forecast,
    Values,
    mean_forecast,
    naive_forecast,
    seasonal_naive_forecast,
)
from rnnkit.baselines.smoothing import MOST_SERIES, fit_ets, fit_theta

MOST_FITTED = 200  # series: AR(1) and AR(p) of one take a tenth of a second


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
        own: of each series rows of its own before the first that is forecast, (n, K), by which
            MASE and RMSSE measure; None: those of `train`.
    """

    train: Sequence[Values]
    values: Sequence[Values]
    series: NDArray[np.int64]
    origins: NDArray[np.int64]
    moments: NDArray[Any]
    horizon: int
    season: int | None = None
    refitted: bool = False
    own: Sequence[Values] | None = None

    @property
    def measuring(self) -> Sequence[Values]:
        """Of each series the rows that its errors are measured by, (n, K)."""
        return self.train if self.own is None else self.own

    @functools.cached_property
    def needed(self) -> list[int]:
        """The numbers of the series that have windows."""
        return [int(number) for number in np.unique(self.series)]

    @functools.cached_property
    def windows(self) -> list[NDArray[np.intp]]:
        """Of each of the `needed` series its windows, in their order."""
        order = np.argsort(self.series, kind="stable")
        return np.split(order, np.cumsum(np.unique(self.series, return_counts=True)[1])[:-1])

    @property
    def unfitted(self) -> bool:
        """Whether there are too many series to fit a model on each."""
        return len(self.needed) > MOST_FITTED

    @property
    def left_out(self) -> str:
        """Why models are missing, or what they do not do; else empty."""
        if self.unfitted:
            return (
                f"AR, ETS and Theta are left out: to fit them to more than {MOST_FITTED} series "
                "takes too long."
            )
        if self.unsmoothed or not self.refitted:
            return self.unsmoothed
        return "ETS and Theta keep the parameters of the training part; their states follow all."

    @functools.cached_property
    def unsmoothed(self) -> str:
        """Why no models are fitted whose states must follow every row; empty: they are."""
        if len(self.needed) > MOST_SERIES:
            return (
                f"ETS and Theta are left out: to fit them to more than {MOST_SERIES} series takes "
                "too long."
            )
        if not all(map(self._follows, self.needed, self.windows)):
            why = "not every series goes on from training rows of its own."
            return f"ETS and Theta are left out: {why}"
        return ""

    def _follows(self, number: int, windows: NDArray[np.intp]) -> bool:
        """Whether a series begins with the rows that its models are fitted on, and goes on."""
        train, origins = self.train[number], self.origins[windows]
        goes_on = len(train) - 1 <= origins.min()
        return bool(goes_on) and np.array_equal(self.values[number][: len(train)], train)

    def collect(self, forecast: Callable[[int, NDArray[np.int64]], Forecast]) -> Forecast:
        """(W, horizon, K) from what `forecast(series, origins)` gives for each series."""
        targets = self.values[0].shape[1]
        collected = np.empty((len(self.origins), self.horizon, targets))
        for number, windows in zip(self.needed, self.windows, strict=True):
            collected[windows] = forecast(number, self.origins[windows])
        return collected


@dataclasses.dataclass(frozen=True, eq=False)
class Baseline:
    """One model's forecasts of one target."""

    name: str  # `naive`, `AR(9)`; `AR(p)` where every series has its own order
    forecast: NDArray[np.float64]  # (W, horizon)


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
