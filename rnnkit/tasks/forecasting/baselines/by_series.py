"""The forecasts of many series -> the scores of each, how these are distributed, the worst."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.accuracy import scale_of
from rnnkit.baselines.points import Baseline, Points

LEVELS = (0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0)  # of the series
LISTED = 10  # of the worst

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class SeriesScore:
    """How one series is forecast; the fields are the columns of series.csv."""

    series: str
    target: str
    windows: int
    rmse: float  # in the target's units
    mae: float
    mase: float | None  # None where its training part never changes
    baseline_mase: float | None  # of the best baseline


@dataclasses.dataclass(frozen=True)
class BySeries:
    """How MASE is distributed over the S series of one target."""

    target: str
    series: int  # S that have a MASE
    levels: tuple[float, ...]
    mase: list[float]  # at these levels: from the best series to the worst
    best_baseline: str  # the one with the smallest mean MASE
    baseline_mase: list[float]  # its own, at the same levels
    better: float  # the share of series in which the network's is lower
    worst: tuple[SeriesScore, ...]  # of those, the highest MASE first


def by_series(
    target: str,
    forecast: Numbers,
    actual: Numbers,
    *,
    column: int,
    names: Sequence[str],
    points: Points,
    field: Sequence[Baseline],
) -> tuple[BySeries | None, list[SeriesScore]]:
    """Score every series that has windows.

    Args:
        target: its name.
        forecast: (W, horizon).
        actual: (W, horizon).
        column: which column of the points' values it is.
        names: of the points' series.
        points: where the forecasts were made.
        field: the baselines' forecasts of the same points.

    Returns:
        How MASE is distributed, None where no training part changes; and each series' scores,
        the worst first.
    """
    numbers, windows = np.unique(points.series, return_counts=True)
    mean = _Mean(np.searchsorted(numbers, points.series), windows)
    own = points.measuring
    scale = np.array([scale_of(own[n][:, column], season=points.season) for n in numbers])
    mae, rmse = mean(np.abs(forecast - actual)), np.sqrt(mean((forecast - actual) ** 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        mase = np.where(scale > 0, mae / scale, np.nan)
        others = {
            b.name: np.where(scale > 0, mean(np.abs(b.forecast - actual)) / scale, np.nan)
            for b in field
        }
    known = scale > 0
    best = min(others, key=lambda name: others[name][known].mean() if known.any() else 0.0)
    order = np.argsort(-np.where(known, mase, -1), kind="stable")
    scores = [
        SeriesScore(
            series=names[numbers[row]],
            target=target,
            windows=int(windows[row]),
            rmse=float(rmse[row]),
            mae=float(mae[row]),
            mase=float(mase[row]) if known[row] else None,
            baseline_mase=float(others[best][row]) if known[row] else None,
        )
        for row in order
    ]
    if not known.any():
        return None, scores
    ours, theirs = mase[known], others[best][known]
    return BySeries(
        target=target,
        series=int(known.sum()),
        levels=LEVELS,
        mase=np.quantile(ours, LEVELS).tolist(),
        best_baseline=best,
        baseline_mase=np.quantile(theirs, LEVELS).tolist(),
        better=float(np.mean(ours < theirs)),
        worst=tuple(scores[: min(LISTED, len(ours))]),
    ), scores


@dataclasses.dataclass(frozen=True, eq=False)
class _Mean:
    """(W, horizon) -> the mean of each series, (S,)."""

    series: NDArray[np.intp]  # (W,) from 0 without gaps
    windows: NDArray[np.intp]  # (S,)

    def __call__(self, loss: Numbers) -> Numbers:
        means: Numbers = np.bincount(self.series, loss.mean(axis=1)) / self.windows
        return means
