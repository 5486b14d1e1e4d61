"""Two forecasts of the same points -> is one of them better by more than chance?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

MINIMUM_POINTS = 10  # forecasts; the variance of fewer differences says nothing
POINTS_AN_OVERLAP = 5  # below it equal forecasts are called different in 15 to 20 % of the cases


def diebold_mariano(
    loss: NDArray[np.float64], other: NDArray[np.float64], *, overlap: int
) -> float | None:
    """The p-value of equal accuracy, two-sided.

    Diebold and Mariano (1995), with the small-sample correction and Student's t distribution of
    Harvey, Leybourne and Newbold (1997). The variance of the mean difference sums the
    autocovariances that overlapping horizons bring; only where that sum is not positive they get
    the weights of Newey and West (1987), which make it so. With these weights in every case equal
    forecasts would be called different at p < 0.05 in 13 % of the cases (horizon 12, 300 points),
    and without in 7 %.

    Args:
        loss: (n,) the losses of one forecast, in the order of time.
        other: (n,) the losses of the other, for the same points.
        overlap: how many successive forecasts share a forecast point: h for h steps ahead from
            every point, 1 for one step ahead.

    Returns:
        None with fewer points than MINIMUM_POINTS or POINTS_AN_OVERLAP * overlap; 1 for equal
        losses.
    """
    from scipy.stats import t

    difference = loss - other
    n = len(difference)
    if n < max(MINIMUM_POINTS, POINTS_AN_OVERLAP * overlap):
        return None
    if not difference.any():
        return 1.0
    mean = difference.mean()
    variance = _variance_of_mean(difference - mean, overlap)
    if variance <= 0:
        return None
    correction = (n + 1 - 2 * overlap + overlap * (overlap - 1) / n) / n
    statistic = mean / math.sqrt(variance) * math.sqrt(correction)
    return float(2 * t.sf(abs(statistic), df=n - 1))


def _variance_of_mean(centred: NDArray[np.float64], overlap: int) -> float:
    n, own = len(centred), float(centred @ centred)
    lags = range(1, overlap)
    shared = [2 * float(centred[lag:] @ centred[:-lag]) for lag in lags]
    total = own + sum(shared)
    if total <= 0:
        total = own + sum((1 - lag / overlap) * s for lag, s in zip(lags, shared, strict=True))
    return total / n**2
