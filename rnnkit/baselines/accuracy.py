"""Forecasts and what came -> RMSE, MAE, MASE and the share of right directions, by horizon."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

BOTH_SIGNS = 0.05  # share of the training rows: a quantity has a direction if so many lie each side


@dataclasses.dataclass(frozen=True)
class Accuracy:
    """How far the forecasts of one target are off, in its own units; MASE has none."""

    rmse: float
    mae: float
    mase: float | None  # None where the training part never changes
    direction_accuracy: float | None  # the share of forecasts with the sign of what came
    rmse_by_horizon: list[float]
    mae_by_horizon: list[float]
    mase_by_horizon: list[float] | None


def accuracy(forecast: Numbers, actual: Numbers, *, scale: Numbers, directional: bool) -> Accuracy:
    """Compare the forecasts of one target with what came.

    Args:
        forecast: (W, horizon).
        actual: (W, horizon).
        scale: (W,) the scale_of the series that each window belongs to.
        directional: whether the target's sign means something; see has_direction.
    """
    error = forecast - actual
    scaled = np.abs(error) / scale[:, None] if (scale > 0).all() else None
    return Accuracy(
        rmse=float(np.sqrt(np.mean(error**2))),
        mae=float(np.abs(error).mean()),
        mase=None if scaled is None else float(scaled.mean()),
        direction_accuracy=_right_directions(forecast, actual) if directional else None,
        rmse_by_horizon=np.sqrt(np.mean(error**2, axis=0)).tolist(),
        mae_by_horizon=np.abs(error).mean(axis=0).tolist(),
        mase_by_horizon=None if scaled is None else scaled.mean(axis=0).tolist(),
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


def has_direction(trains: Sequence[Numbers]) -> bool:
    """Whether a target moves around zero, as returns and differences do."""
    train = np.concatenate(trains)
    if not len(train):
        return False
    return bool(min(np.mean(train > 0), np.mean(train < 0)) >= BOTH_SIGNS)


def _right_directions(forecast: Numbers, actual: Numbers) -> float | None:
    moved = actual != 0
    if not moved.any():
        return None
    return float(np.mean(np.sign(forecast[moved]) == np.sign(actual[moved])))
