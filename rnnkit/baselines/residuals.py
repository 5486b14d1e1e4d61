"""What the errors of a forecast still know: autocorrelation, and the echo of the last value."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
from numpy.typing import NDArray

MAXIMUM_LAG = 20
ROWS_A_LAG = 4
CLOSER = 0.8  # an echo is at least this much nearer to the last value than to what came
GAIN = 0.05  # its RMSE is not this much below that of the last value itself
CHANCE = 1.645  # and what it adds to the last value knows no more of the change than chance: the
# one-sided 95 % point of a correlation is CHANCE / sqrt(n)

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Echo:
    """Whether a forecast repeats the last known value, judged one step ahead."""

    is_echo: bool
    to_last: float  # RMSE of the forecast against the last known value
    to_actual: float  # RMSE of the forecast against what came
    naive: float  # RMSE of the last known value against what came


def echo_of(forecast: Numbers, actual: Numbers, last: Numbers) -> Echo:
    """Is the forecast better explained by the last known value than by what came?

    It is called an echo when it lies nearer to the last value than to what came (CLOSER) and gains
    nothing on it. It gains something when its RMSE is lower, and either much lower (GAIN) or the
    change that it forecasts has to do with the change that came (CHANCE). A forecast near the mean,
    the right one for returns, is as far from the last value as from what comes; a good forecast of
    a slow series is near the last value, but gains on it. Neither is an echo.

    Args:
        forecast: (W,) one step ahead.
        actual: (W,) what came.
        last: (W,) the value at each origin.
    """
    to_last, to_actual, naive = (
        math.sqrt(float(np.mean((a - b) ** 2)))
        for a, b in ((forecast, last), (forecast, actual), (last, actual))
    )
    related = _correlation(forecast - last, actual - last) >= CHANCE / math.sqrt(len(last))
    gains = to_actual < naive and (to_actual < (1 - GAIN) * naive or related)
    is_echo = naive > 0 and to_last < CLOSER * to_actual and not gains
    return Echo(is_echo, to_last, to_actual, naive)


def autocorrelation(errors: list[Numbers]) -> tuple[list[float], float]:
    """How much of an error the ones before it tell, by lag.

    Args:
        errors: of each series, (n,) one step ahead, in the order of time.

    Returns:
        The autocorrelations from lag 1 on, none where the errors are too few or all equal; and the
        half width 1.96 / sqrt(n) of the band that 95 % of them stay in where there is none.
    """
    lags = min(MAXIMUM_LAG, min(map(len, errors)) // ROWS_A_LAG)
    mean = np.concatenate(errors).mean()
    centred = [series - mean for series in errors]
    total = sum(float(series @ series) for series in centred)
    count = sum(map(len, errors))
    if not total:
        return [], 1.96 / math.sqrt(count)
    found = [
        sum(float(series[lag:] @ series[:-lag]) for series in centred) / total
        for lag in range(1, lags + 1)
    ]
    return found, 1.96 / math.sqrt(count)


def independence(correlations: list[float], band: float) -> float:
    """How often independent errors show as much autocorrelation by chance (Ljung and Box 1978).

    Args:
        correlations: from lag 1 on, at least one; as `autocorrelation` gives them.
        band: as there.
    """
    from scipy.stats import chi2

    count = (1.96 / band) ** 2
    lags = np.arange(1, len(correlations) + 1)
    total = count * (count + 2) * np.sum(np.square(correlations) / (count - lags))
    return float(chi2.sf(total, len(lags)))


def _correlation(a: Numbers, b: Numbers) -> float:
    """0 where one of them does not vary."""
    a, b = a - a.mean(), b - b.mean()
    size = math.sqrt(float(a @ a) * float(b @ b))
    return float(a @ b) / size if size else 0.0
