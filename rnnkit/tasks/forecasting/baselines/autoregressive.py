"""Autoregressive models, AR(p) and VAR(p): fitted on the training part, iterated from any origin.

    y_t = c + A_1 y_(t-1) + ... + A_p y_(t-p) + e,  y_t (K,), A_i (K, K); K = 1 is AR(p)

AR(p) is fitted by statsmodels, and so is VAR(p), whose order it chooses. The forecasts of all
origins are then iterated side by side on the matrix of their last p values, which takes
milliseconds for thousands of origins.
"""

from __future__ import annotations

import dataclasses
import warnings

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.points import Forecast, Origins, Values

MAXIMUM_LAG = 24  # AIC chooses among the orders up to it: two years of months, a day of hours
ROWS_A_LAG = 4  # training rows for each lag of AR(p), rows for each coefficient of VAR(p)
MINIMUM_ROWS = 8  # below it nothing is fitted
MOST_ROWS = 200_000  # the last of a longer training part: all lags of each are copied


@dataclasses.dataclass(frozen=True, eq=False)
class Autoregression:
    """A fitted model of K targets."""

    constant: NDArray[np.float64]  # (K,), or (W, K) where each origin has its own
    coefficients: NDArray[np.float64]  # (p, K, K), [i] multiplies y_(t-1-i); or (W, p, K, K)
    mean: NDArray[np.float64]  # (K,) of the training part: stands for rows before the first

    @property
    def label(self) -> str:
        """`AR(9)`."""
        return f"{'AR' if len(self.mean) == 1 else 'VAR'}({self.order})"

    @property
    def order(self) -> int:
        return int(self.coefficients.shape[-3])

    def forecast(self, values: Values, origins: Origins, *, horizon: int) -> Forecast:
        """Forecast `horizon` steps from each origin, from the rows up to it alone.

        Args:
            values: (n, K).
            origins: (W,) rows of the last known values.
            horizon: steps.

        Returns:
            (W, horizon, K).
        """
        known = np.concatenate([np.tile(self.mean, (self.order, 1)), values])
        # lags[:, i] is y_(t-1-i)
        lags = known[origins[:, None] + self.order - np.arange(self.order)]  # (W, p, K)
        forecast = np.empty((len(origins), horizon, values.shape[1]))
        sums = "wpk,wpjk->wj" if self.coefficients.ndim == 4 else "wpk,pjk->wj"
        for step in range(horizon):
            following = self.constant + np.einsum(sums, lags, self.coefficients)
            forecast[:, step] = following
            lags = np.concatenate([following[:, None], lags], axis=1)[:, : self.order]
        return forecast


def fit_ar(train: Values, *, order: int | None = None) -> Autoregression | None:
    """Fit AR(p) by least squares, as statsmodels's AutoReg does.

    Args:
        train: (n, 1) the training part, of which the last MOST_ROWS are taken.
        order: p; None takes the smallest AIC among the orders up to MAXIMUM_LAG, all compared on
            the same rows (and to n / ROWS_A_LAG, where the series is short).

    Returns:
        None when there are fewer than MINIMUM_ROWS rows. Where all are equal, that constant.
    """
    from statsmodels.tsa.ar_model import AutoReg

    if len(train) < MINIMUM_ROWS:
        return None
    last = train[-MOST_ROWS:]
    if np.ptp(last) == 0:
        return Autoregression(last[0], np.zeros((order or 0, 1, 1)), last[0])
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # a series without noise is fitted exactly: log(0)
        if order is None:
            order = _order_of(last[:, 0], most=min(MAXIMUM_LAG, len(train) // ROWS_A_LAG))
        parameters = np.asarray(AutoReg(last[:, 0], order).fit().params)
    return Autoregression(
        constant=parameters[:1],
        coefficients=parameters[1:].reshape(order, 1, 1),
        mean=train.mean(axis=0),
    )


def _order_of(values: NDArray[np.float64], *, most: int) -> int:
    """The order of the smallest AIC up to `most`, as statsmodels's ar_select_order finds it.

    One QR of the lags gives the residuals of every order; a fit for each takes 50 times as long.
    """
    windows = np.lib.stride_tricks.sliding_window_view(values - values.mean(), most + 1)
    rows = len(windows)
    nested = np.column_stack([np.ones(rows), windows[:, ::-1][:, 1:], windows[:, -1]])
    last = np.linalg.qr(nested)[1][:, -1]
    squares = np.cumsum(last[::-1] ** 2)[::-1][1:]  # (most + 1,) of the residuals, by order
    floor = np.finfo(float).eps * squares[0]  # below it is rounding: the fit is exact
    return int(np.argmin(rows * np.log(np.maximum(squares, floor)) + 2 * np.arange(most + 1)))


def fit_var(train: Values) -> Autoregression | None:
    """Fit VAR(p) of all targets together, p by AIC, as statsmodels's VAR does.

    The orders go up to MAXIMUM_LAG while there are ROWS_A_LAG rows for each coefficient of an
    equation.

    Returns:
        None when the series are too short for VAR(1), or one of them is constant.
    """
    from statsmodels.tsa.api import VAR

    mean, train = train.mean(axis=0), train[-MOST_ROWS:]
    rows, targets = train.shape
    most = min(MAXIMUM_LAG, (rows // ROWS_A_LAG - 1) // targets)
    if rows < MINIMUM_ROWS or most < 1 or not np.ptp(train, axis=0).all():
        return None
    scale = train.std(axis=0)  # the residuals' covariance must not be singular by units alone
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            fitted = VAR(train / scale).fit(maxlags=most, ic="aic")
    except (np.linalg.LinAlgError, ValueError):  # targets that are sums of one another
        return None
    rescale = scale[:, None] / scale
    return Autoregression(
        constant=np.asarray(fitted.intercept) * scale,
        coefficients=np.asarray(fitted.coefs).reshape(fitted.k_ar, targets, targets) * rescale,
        mean=mean,
    )


def refit(model: Autoregression, values: Values, origins: Origins) -> Autoregression:
    """The same order, fitted anew at each origin on all rows up to it.

    Ordinary least squares by the normal equations of values with mean 0 and deviation 1. Where the
    history is still shorter than the coefficients are many, they are the smallest that fit.

    Returns:
        A model with a constant, (W, K), and coefficients, (W, p, K, K), for each origin.
    """
    order, targets = model.order, values.shape[1]
    scale = values.std(axis=0)
    scale[scale == 0] = 1.0
    centred = (values - model.mean) / scale
    rows = np.arange(order, len(values))
    lags = centred[rows[:, None] - 1 - np.arange(order)].reshape(len(rows), order * targets)
    design, answers = np.column_stack([np.ones(len(rows)), lags]), centred[order:]
    solved = np.empty((len(origins), design.shape[1], targets))
    for index, origin in enumerate(origins):
        known = design[: max(0, origin + 1 - order)]
        inverse = np.linalg.pinv(known.T @ known, rcond=1e-12, hermitian=True)
        solved[index] = inverse @ (known.T @ answers[: len(known)])
    shape = (len(origins), order, targets, targets)
    coefficients = solved[:, 1:].reshape(shape).swapaxes(-1, -2) * (scale[:, None] / scale)
    constant = solved[:, 0] * scale + model.mean
    constant -= np.einsum("wpjk,k->wj", coefficients, model.mean)
    return Autoregression(constant, coefficients, model.mean)
