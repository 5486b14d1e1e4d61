"""AR and VAR: the forecasts are statsmodels' own, for every origin, and see nothing ahead."""

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.tsa.api import VAR
from statsmodels.tsa.ar_model import AutoReg, ar_select_order

from rnnkit.tasks.forecasting.baselines import autoregressive
from rnnkit.tasks.forecasting.baselines.autoregressive import (
    MAXIMUM_LAG,
    MINIMUM_ROWS,
    Autoregression,
    fit_ar,
    fit_var,
    refit,
)

Column = NDArray[np.float64]
HORIZON = 5


def coupled(rows: int, seed: int = 0) -> Column:
    """(rows, 2): the second column follows the first."""
    rng = np.random.default_rng(seed)
    y = np.zeros((rows, 2))
    for t in range(1, rows):
        rule = np.array([3 + 0.5 * y[t - 1, 0], 0.9 * y[t - 1, 0]])
        y[t] = rule + rng.normal(size=2)
    return y * [1.0, 1000.0]


def test_ar_forecasts_like_statsmodels(sunspots: Column) -> None:
    model = fit_ar(sunspots[:247])
    assert model is not None
    assert model.order == 9
    forecast = model.forecast(sunspots, np.array([246]), horizon=HORIZON)
    expected = AutoReg(sunspots[:247, 0], 9).fit().forecast(HORIZON)
    assert np.allclose(forecast[0, :, 0], expected)


@pytest.mark.parametrize("rows", [40, 90, 300])
def test_the_order_is_that_of_statsmodels(rows: int) -> None:
    walk = np.random.default_rng(rows).normal(size=(rows, 1)).cumsum(axis=0)
    for series in (walk, np.diff(walk, n=2, axis=0), 1000 + 0.01 * walk):
        expected = ar_select_order(series[:, 0], min(24, len(series) // 4), ic="aic").ar_lags
        found = fit_ar(series)
        assert found is not None
        assert found.order == max(expected or [0])


def test_the_order_of_a_series_without_noise_is_the_smallest_that_fits() -> None:
    found = fit_ar(np.sin(0.3 * np.arange(200.0))[:, None])
    assert found is not None
    assert found.order == 2


def test_refitting_is_fitting_up_to_each_origin(sunspots: Column) -> None:
    model = fit_ar(sunspots[:247])
    assert model is not None
    origins = np.array([246, 260, 300])
    forecast = refit(model, sunspots, origins).forecast(sunspots, origins, horizon=HORIZON)
    for index, origin in enumerate(origins):
        expected = AutoReg(sunspots[: origin + 1, 0], 9).fit().forecast(HORIZON)
        assert np.allclose(forecast[index, :, 0], expected, rtol=1e-8)


def test_var_forecasts_like_statsmodels() -> None:
    values = coupled(300)
    model = fit_var(values[:200])
    assert model is not None
    forecast = model.forecast(values, np.array([199]), horizon=HORIZON)
    fitted = VAR(values[:200]).fit(model.order)
    assert np.allclose(forecast[0], fitted.forecast(values[:200], HORIZON), rtol=1e-6)
    again = refit(model, values, np.array([199])).forecast(values, np.array([199]), horizon=HORIZON)
    assert np.allclose(forecast, again, rtol=1e-6)


@pytest.mark.parametrize("refitted", [False, True])
def test_nothing_after_an_origin_is_seen(refitted: bool) -> None:
    values, origins = coupled(120), np.array([80, 90])
    changed = values.copy()
    changed[91:] += 1e6
    forecasts = []
    for known in (values, changed):
        model = fit_var(known[:80])
        assert model is not None
        if refitted:
            model = refit(model, known, origins)
        forecasts.append(model.forecast(known, origins, horizon=HORIZON))
    assert np.allclose(forecasts[0], forecasts[1], rtol=1e-6)


def test_rows_before_the_first_are_the_training_mean() -> None:
    model = Autoregression(np.array([1.0]), np.array([[[0.5]], [[0.25]]]), np.array([8.0]))
    forecast = model.forecast(np.array([[4.0]]), np.array([0]), horizon=2)
    first = 1 + 0.5 * 4 + 0.25 * 8
    assert np.allclose(forecast[0, :, 0], [first, 1 + 0.5 * first + 0.25 * 4])


def test_the_order_is_bounded_and_short_series_are_not_fitted() -> None:
    walk = np.cumsum(np.random.default_rng(0).normal(size=(400, 1)), axis=0)
    model = fit_ar(walk)
    assert model is not None
    assert 1 <= model.order <= MAXIMUM_LAG
    assert fit_ar(walk[: MINIMUM_ROWS - 1]) is None
    assert fit_ar(walk[:MINIMUM_ROWS]) is not None
    assert fit_var(np.repeat(walk[:MINIMUM_ROWS], 3, axis=1)) is None


def test_a_constant_series_is_forecast_by_its_constant() -> None:
    for order in (1, None):
        model = fit_ar(np.full((50, 1), 7.0), order=order)
        assert model is not None
        forecast = model.forecast(np.full((60, 1), 7.0), np.array([55]), horizon=2)
        assert np.array_equal(forecast[0, :, 0], [7, 7])
    assert fit_var(np.full((50, 2), 7.0)) is None


def test_targets_that_are_sums_of_one_another_have_no_var() -> None:
    values = coupled(100)
    assert fit_var(np.column_stack([values, values.sum(axis=1)])) is None


def test_of_a_long_series_the_last_rows_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    walk = np.cumsum(np.random.default_rng(0).normal(size=(400, 2)), axis=0)
    expected = fit_ar(walk[-100:, :1]), fit_var(walk[-100:])
    monkeypatch.setattr(autoregressive, "MOST_ROWS", 100)
    found = fit_ar(walk[:, :1]), fit_var(walk)
    for one, other in zip(found, expected, strict=True):
        assert one is not None
        assert other is not None
        assert np.array_equal(one.coefficients, other.coefficients)
        assert not np.array_equal(one.mean, other.mean)


@pytest.mark.parametrize(("order", "rows"), [(0, 20), (9, 9)])
def test_refitting_without_lags_or_with_too_few_rows(order: int, rows: int) -> None:
    model = Autoregression(np.array([7.0]), np.zeros((order, 1, 1)), np.array([7.0]))
    values, origins = np.full((rows, 1), 7.0), np.array([rows - 2])
    forecast = refit(model, values, origins).forecast(values, origins, horizon=2)
    assert forecast.tolist() == [[[7.0], [7.0]]]
