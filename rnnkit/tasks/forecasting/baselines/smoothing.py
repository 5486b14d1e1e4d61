"""Exponential smoothing and Theta: fitted on the training part, iterated from any origin.

Both are one recursion over the rows, with fixed parameters, for level l, trend b and season s of m
rows (Hyndman, Koehler, Ord and Snyder, Forecasting with Exponential Smoothing, 2008; statsmodels
renews a multiplicative season by the new level, as Winters does):

    additive: e = y - (l + phi b + s_(t-m))
        l' = l + phi b + alpha e,  b' = phi b + beta e,  s_t = s_(t-m) + gamma e
    multiplicative: e = y / ((l + phi b) s_(t-m)) - 1
        l' = (l + phi b) (1 + alpha e),  b' = phi b + beta (l + phi b) e,
        s_t = s_(t-m) (1 + gamma e / (1 + alpha e))

Theta is simple exponential smoothing with a drift (Hyndman and Billah, Unmasking the Theta method,
2003): alpha alone, and half of the slope of a line through the rows as b. statsmodels fits the
parameters; the states then follow every row up to an origin, which takes microseconds a row.
"""

from __future__ import annotations

import dataclasses
import itertools
import warnings

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.points import Forecast, Origins, Values

MOST_ROWS = 2_000  # the last of a longer training part are fitted: a second or two for ETS
LONGEST_SEASON = 24  # rows; a longer one is taken out before fitting, as the M competitions do
MINIMUM_ROWS = 8  # below it nothing is fitted
NEAR_ZERO = 0.1  # of the mean: seasons are factors where every row is larger
SEASONS = 2  # that the training part must have at least, to tell one from a trend

Row = NDArray[np.float64]  # (n,)


@dataclasses.dataclass(frozen=True, eq=False)
class Smoothing:
    """A fitted model of one target."""

    label: str  # ETS(A,Ad,A), Theta
    start: int  # the row that the states stand before
    level: float
    trend: float = 0.0
    season: Row = dataclasses.field(default_factory=lambda: np.zeros(1))  # (m,) of the next m rows
    alpha: float = 0.0
    beta: float = 0.0
    gamma: float = 0.0
    phi: float = 1.0
    multiplicative: bool = False  # error and season
    factors: Row | None = None  # (m,) that rows are divided by, from `start` on
    summands: Row | None = None  # (m,) that are taken from rows, from `start` on

    def forecast(self, values: Values, origins: Origins, *, horizon: int) -> Forecast:
        """Forecast `horizon` steps from each origin, from the rows up to it alone.

        Args:
            values: (n, 1), of which rows from `start` on are the ones that were fitted.
            origins: (W,) rows of the last known values, `start` or later.
            horizon: steps.

        Returns:
            (W, horizon, 1).
        """
        y = values[self.start : int(origins.max()) + 1, 0]
        with np.errstate(all="ignore"):  # a multiplicative season has no way on from 0
            levels, trends, seasons = self._states(self._adjust(y, np.arange(len(y)), back=False))
        known, ahead = origins - self.start, np.arange(horizon)
        damped = np.cumsum(self.phi ** (ahead + 1.0))
        forecast = levels[known, None] + trends[known, None] * damped
        # seasons[t] is of row t, and was last renewed m rows before it
        last = seasons[known[:, None] + 1 + ahead % len(self.season)]
        forecast = forecast * last if self.multiplicative else forecast + last
        return self._adjust(forecast, known[:, None] + 1 + ahead, back=True)[:, :, None]

    def _states(self, y: Row) -> tuple[Row, Row, Row]:
        """Levels and trends after each row, (n,); the season of each row and m after, (n + m,)."""
        level, trend, m = self.level, self.trend, len(self.season)
        levels, trends = np.empty(len(y)), np.empty(len(y))
        seasons = np.concatenate([self.season, np.empty(len(y))])
        for t, value in enumerate(y):
            season = seasons[t]
            base, drift = level + self.phi * trend, self.phi * trend
            if self.multiplicative:
                error = value / (base * season) - 1
                level, trend = base * (1 + self.alpha * error), drift + self.beta * base * error
                seasons[t + m] = season * (1 + self.gamma * error / (1 + self.alpha * error))
            else:
                error = value - base - season
                level, trend = base + self.alpha * error, drift + self.beta * error
                seasons[t + m] = season + self.gamma * error
            levels[t], trends[t] = level, trend
        return levels, trends, seasons

    def _adjust(self, y: Row, rows: NDArray[np.int64], *, back: bool) -> Row:
        """Take the fixed season out of rows, counted from `start`, or put it back."""
        if self.factors is not None:
            factors = self.factors[rows % len(self.factors)]
            return y * factors if back else y / factors
        if self.summands is not None:
            summands = self.summands[rows % len(self.summands)]
            return y + summands if back else y - summands
        return y


def fit_ets(train: Values, *, season: int | None = None) -> Smoothing | None:
    """Fit the exponential smoothing that has the smallest corrected AIC, by statsmodels' ETSModel.

    Compared are no trend, a trend and a damped one, with an additive season and, where no row is
    near 0, a multiplicative one with a multiplicative error; without a season an additive error.
    States are started by statsmodels' heuristic, from the first rows.

    Args:
        train: (n, 1) the training part, of which the last MOST_ROWS are taken.
        season: rows in a season; one longer than LONGEST_SEASON is taken out first, and constant.

    Returns:
        None when there are fewer than MINIMUM_ROWS rows, or no model can be fitted. Where all are
        equal, that constant.
    """
    y, start = _last(train)
    if len(y) < MINIMUM_ROWS:
        return None
    if np.ptp(y) == 0:
        return Smoothing("ETS(A,N,N)", start, float(y[0]))
    season = _usable(season, len(y))
    kinds: list[str | None] = [None]
    if season is not None and season <= LONGEST_SEASON:
        kinds = ["add", "mul"] if _in_proportion(y) else ["add"]
    fixed = Smoothing("", start, 0.0)
    if season is not None and season > LONGEST_SEASON:
        fixed = _deseasonalised(fixed, y, season)
        y = fixed._adjust(y, np.arange(len(y)), back=False)
    fits = [
        _fit(fixed, y, trend, kind, season) for trend, kind in itertools.product(_TRENDS, kinds)
    ]
    found = [fit for fit in fits if fit is not None and np.isfinite(fit[0])]
    return min(found, key=lambda fit: fit[0])[1] if found else None


def fit_theta(train: Values, *, season: int | None = None) -> Smoothing | None:
    """Fit the Theta method of Assimakopoulos and Nikolopoulos (2000), by statsmodels' ThetaModel.

    The season is taken out first by classical decomposition, as in the M3 and M4 competitions: in
    factors, or where rows come near 0 in summands.

    Args, Returns:
        As for `fit_ets`.
    """
    from statsmodels.tsa.forecasting.theta import ThetaModel

    y, start = _last(train)
    if len(y) < MINIMUM_ROWS:
        return None
    if np.ptp(y) == 0:
        return Smoothing("Theta", start, float(y[0]))
    fixed = Smoothing("Theta", start, 0.0)
    if (season := _usable(season, len(y))) is not None:
        fixed = _deseasonalised(fixed, y, season)
        y = fixed._adjust(y, np.arange(len(y)), back=False)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        fitted = ThetaModel(y, period=1, deseasonalize=False).fit()
    slope, alpha = float(fitted.params["b0"]), float(fitted.params["alpha"])
    # one drift before the first row, so that the first level is that row
    return dataclasses.replace(fixed, level=float(y[0]) - slope / 2, trend=slope / 2, alpha=alpha)


_TRENDS = ((None, False), ("add", False), ("add", True))
_LETTERS = {None: "N", "add": "A", "mul": "M"}


def _fit(
    fixed: Smoothing, y: Row, trend: tuple[str | None, bool], kind: str | None, season: int | None
) -> tuple[float, Smoothing] | None:
    """The corrected AIC of one model, and the model."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    error = "mul" if kind == "mul" else "add"
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of a flat or steep likelihood
        try:
            fitted = ETSModel(
                y,
                error=error,
                trend=trend[0],
                damped_trend=trend[1],
                seasonal=kind,
                seasonal_periods=season if kind else None,
                initialization_method="heuristic",
            ).fit(disp=False)
        except (ValueError, np.linalg.LinAlgError):  # too few rows for so many states
            return None
    letters = _LETTERS[error], _LETTERS[trend[0]] + "d" * trend[1], _LETTERS[kind]
    found = dataclasses.replace(
        fixed,
        label=f"ETS({','.join(letters)})",
        level=float(fitted.initial_level),
        trend=float(fitted.initial_trend) if trend[0] else 0.0,
        season=np.asarray(fitted.initial_seasonal, float) if kind else np.zeros(1),
        alpha=float(fitted.smoothing_level),
        beta=float(fitted.smoothing_trend) if trend[0] else 0.0,
        gamma=float(fitted.smoothing_seasonal) if kind else 0.0,
        phi=float(fitted.damping_trend) if trend[1] else 1.0,
        multiplicative=kind == "mul",
    )
    return float(fitted.aicc), found


def _last(train: Values) -> tuple[Row, int]:
    """The rows to fit, (n,), and which the first of them is."""
    start = max(0, len(train) - MOST_ROWS)
    return train[start:, 0], start


def _usable(season: int | None, rows: int) -> int | None:
    return season if season is not None and 1 < season <= rows // SEASONS else None


def _in_proportion(y: Row) -> bool:
    """Whether a season may be in proportion to the level: near 0 a factor explains nothing."""
    return bool(y.min() > NEAR_ZERO * y.mean())


def _deseasonalised(model: Smoothing, y: Row, season: int) -> Smoothing:
    """With the season of classical decomposition, in factors or summands."""
    from statsmodels.tsa.seasonal import seasonal_decompose

    kind = "multiplicative" if _in_proportion(y) else "additive"
    found = np.asarray(seasonal_decompose(y, kind, period=season).seasonal[:season])
    if kind == "multiplicative":
        return dataclasses.replace(model, factors=found)
    return dataclasses.replace(model, summands=found)
