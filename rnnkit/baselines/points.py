"""Where forecasts are made and what is known there, and the forecasts of one baseline."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]  # (n, K): n rows of K targets, in the user's units
Forecast = NDArray[np.float64]  # (W, horizon, K)
Origins = NDArray[np.int64]  # (W,): the row of the last known value

MOST_FITTED = 200  # series: AR(1) and AR(p) of one take a tenth of a second
MOST_SMOOTHED = 50  # series: ETS takes a second or two for one


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
        if len(self.needed) > MOST_SMOOTHED:
            return (
                f"ETS and Theta are left out: to fit them to more than {MOST_SMOOTHED} series "
                "takes too long."
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
