"""Forecasts and what came -> errors, in the units of the target and free of them, by horizon."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

BOTH_SIGNS = 0.05  # share of the training rows: a quantity has a direction if so many lie each side


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """How far the forecasts of one target are off: RMSE and MAE in its units, the others without.

    MASE, RMSSE and sMAPE are taken of each series and then averaged, as the M competitions do;
    a series whose training part never changes has no scale, and is left out of the first two.
    sMAPE and WAPE are shares of what came, which mean nothing of a target that moves around zero.
    """

    rmse: float
    mae: float
    mase: float | None  # None where no series has a scale, as for the next
    rmsse: float | None
    smape: float | None  # 0 to 2; None where a sign means something, as for the next
    wape: float | None  # None also where nothing but zeros came
    direction_accuracy: float | None  # the share of forecasts with the sign of what came
    rmse_by_horizon: list[float]
    mae_by_horizon: list[float]
    mase_by_horizon: list[float] | None


@dataclasses.dataclass(frozen=True, eq=False)
class Scales:
    """What errors of S series are divided by: those of one target's simplest forecast in training.

    Args:
        absolute: (S,) the scale_of each, for MASE.
        squared: (S,) the squared_scale_of each, for RMSSE.
    """

    absolute: Numbers
    squared: Numbers

    @classmethod
    def of(cls, trains: Sequence[Numbers], *, season: int | None) -> Scales:
        """Of the training parts of S series, (n,) each."""
        return cls(
            absolute=np.array([scale_of(train, season=season) for train in trains]),
            squared=np.array([squared_scale_of(train) for train in trains]),
        )


def accuracy(
    forecast: Numbers,
    actual: Numbers,
    *,
    series: NDArray[np.int64],
    scales: Scales,
    directional: bool,
) -> Accuracy:
    """Compare the forecasts of one target with what came.

    sMAPE: Makridakis, Spiliotis and Assimakopoulos (2020), The M4 Competition. RMSSE: the same
    (2022), M5 accuracy competition; here over all origins of a series. WAPE: the sum of absolute
    errors over that of absolute values, Kolassa and Schuetz (2007), MAD/mean ratio.

    Args:
        forecast: (W, horizon).
        actual: (W, horizon).
        series: (W,) the number of the series that each window belongs to.
        scales: of these series.
        directional: whether the target's sign means something; see has_direction.
    """
    error = forecast - actual
    mase = _scaled(np.abs(error), scales.absolute, series)
    rmsse = _scaled(error**2, scales.squared, series)
    total = float(np.abs(actual).sum())
    return Accuracy(
        rmse=float(np.sqrt(np.mean(error**2))),
        mae=float(np.abs(error).mean()),
        mase=None if mase is None else float(mase.mean()),
        rmsse=None if rmsse is None else float(np.sqrt(rmsse.mean(axis=1)).mean()),
        smape=None if directional else _smape(forecast, actual, series),
        wape=None if directional or not total else float(np.abs(error).sum()) / total,
        direction_accuracy=_right_directions(forecast, actual) if directional else None,
        rmse_by_horizon=np.sqrt(np.mean(error**2, axis=0)).tolist(),
        mae_by_horizon=np.abs(error).mean(axis=0).tolist(),
        mase_by_horizon=None if mase is None else mase.mean(axis=0).tolist(),
    )


def scale_of(train: Numbers, *, season: int | None) -> float:
    """What MASE divides by: the mean absolute error of the (seasonal) naive forecast in training.

    Hyndman and Koehler (2006), Another look at measures of forecast accuracy.

    Args:
        train: (n,) the training part of one target.
        season: rows in a season; None, or more than there are: one row.
    """
    lag = season if season is not None and season < len(train) else 1
    return float(np.abs(train[lag:] - train[:-lag]).mean()) if len(train) > lag else 0.0


def squared_scale_of(train: Numbers) -> float:
    """What RMSSE divides by: the mean squared difference of rows, from the first that is not 0 on.

    Before it, says the M5 competition, a product was not sold yet.

    Args:
        train: (n,) the training part of one target.
    """
    active = train[np.argmax(train != 0) :] if len(train) else train
    return float(np.mean(np.diff(active) ** 2)) if len(active) > 1 else 0.0


def has_direction(trains: Sequence[Numbers]) -> bool:
    """Whether a target moves around zero, as returns and differences do."""
    train = np.concatenate(trains)
    if not len(train):
        return False
    return bool(min(np.mean(train > 0), np.mean(train < 0)) >= BOTH_SIGNS)


def _scaled(loss: Numbers, scale: Numbers, series: NDArray[np.int64]) -> Numbers | None:
    """The mean loss of each series that has a scale, in those, (S, horizon); None: none has."""
    known = np.flatnonzero(scale > 0)
    known = known[np.isin(known, series)]
    return _by_series(loss, series)[known] / scale[known, None] if len(known) else None


def _by_series(loss: Numbers, series: NDArray[np.int64]) -> Numbers:
    """Means over the windows of each series, (S, horizon); NaN for one without windows."""
    with np.errstate(invalid="ignore"):
        sums = np.stack([np.bincount(series, column) for column in loss.T], axis=1)
        means: Numbers = sums / np.bincount(series)[:, None]
    return means


def _smape(forecast: Numbers, actual: Numbers, series: NDArray[np.int64]) -> float:
    """Where both are 0 there is no error."""
    size = np.abs(forecast) + np.abs(actual)
    share = 2 * np.abs(forecast - actual) / np.where(size > 0, size, 1.0)
    return float(np.nanmean(_by_series(share, series)))


def _right_directions(forecast: Numbers, actual: Numbers) -> float | None:
    moved = actual != 0
    if not moved.any():
        return None
    return float(np.mean(np.sign(forecast[moved]) == np.sign(actual[moved])))
