"""The echo of the last value is called so, and nothing else is; autocorrelations."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.baselines.residuals import autocorrelation, echo_of, independence

RNG = np.random.default_rng(2)
Numbers = NDArray[np.float64]


def ar1(coefficient: float, rows: int = 400) -> Numbers:
    y = np.zeros(rows)
    for t in range(1, rows):
        y[t] = coefficient * y[t - 1] + RNG.normal()
    return y


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_a_repeated_price_is_an_echo(noise: float) -> None:
    price = 50 + np.cumsum(RNG.normal(size=300))
    last, actual = price[:-1], price[1:]
    forecast = last + noise * RNG.normal(size=299)
    echo = echo_of(forecast, actual, last)
    assert echo.is_echo
    assert echo.to_last < 0.25 < echo.to_actual
    assert echo.naive == pytest.approx(np.sqrt(np.mean((actual - last) ** 2)))


def test_a_damped_and_shifted_price_is_an_echo_too() -> None:
    price = 50 + np.cumsum(RNG.normal(size=300))
    assert echo_of(0.99 * price[:-1] + 0.6, price[1:], price[:-1]).is_echo


def test_the_mean_of_the_last_values_is_an_echo_too() -> None:
    price = 50 + np.cumsum(RNG.normal(size=1500))
    smooth = (price[2:-1] + price[1:-2] + price[:-3]) / 3
    assert echo_of(smooth, price[3:], price[2:-1]).is_echo


def test_forecasts_of_returns_are_no_echo() -> None:
    returns = RNG.normal(size=500)
    last, actual = returns[:-1], returns[1:]
    for forecast in (0 * last, 0.05 * last, 0.1 * RNG.normal(size=499), 2 * RNG.normal(size=499)):
        assert not echo_of(forecast, actual, last).is_echo


@pytest.mark.parametrize("coefficient", [0.3, 0.6, 0.9])
def test_the_best_forecast_of_a_stationary_series_is_no_echo(coefficient: float) -> None:
    y = ar1(coefficient)
    assert not echo_of(coefficient * y[:-1], y[1:], y[:-1]).is_echo


def test_a_good_forecast_of_a_slow_series_is_no_echo() -> None:
    wave = 10 * np.sin(np.arange(100) / 8)
    actual, last = wave[1:], wave[:-1]
    assert not echo_of(actual + 0.1 * RNG.normal(size=99), actual, last).is_echo


def test_a_constant_series_has_no_echo() -> None:
    assert not echo_of(np.ones(5), np.ones(5), np.ones(5)).is_echo


def test_autocorrelation_by_hand() -> None:
    errors = np.array([1.0, -1.0, 1.0, -1.0, 2.0, 0.0, -2.0, 0.0])
    found, band = autocorrelation([errors])
    assert found[0] == pytest.approx((-1 - 1 - 1 - 2 + 0 + 0 + 0) / 12)
    assert len(found) == 2
    assert band == pytest.approx(1.96 / np.sqrt(8))


def test_independent_errors_are_rarely_called_anything_else() -> None:
    chances = [independence(*autocorrelation([RNG.normal(size=200)])) for _ in range(200)]
    assert 0.01 < np.mean(np.array(chances) < 0.05) < 0.11
    assert independence(*autocorrelation([ar1(0.3)])) < 0.01


def test_series_are_not_joined() -> None:
    one, two = RNG.normal(size=(2, 40))
    whole, _ = autocorrelation([one, two])
    apart = [s - np.concatenate([one, two]).mean() for s in (one, two)]
    expected = sum(s[1:] @ s[:-1] for s in apart) / sum(s @ s for s in apart)
    assert whole[0] == pytest.approx(expected)


@pytest.mark.parametrize("errors", [np.ones(50), np.array([1.0]), np.array([1.0, 2.0, 0.0])])
def test_constant_or_few_errors_have_none(errors: Numbers) -> None:
    assert autocorrelation([errors])[0] == []
