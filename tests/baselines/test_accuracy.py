"""Scores by hand."""

import math

import numpy as np
import pytest

from rnnkit.baselines.accuracy import accuracy, has_direction, scale_of

ACTUAL = np.array([[1.0, 2.0], [3.0, 0.0]])
FORECAST = np.array([[2.0, 4.0], [3.0, -4.0]])


def test_errors_by_horizon_and_over_all() -> None:
    found = accuracy(FORECAST, ACTUAL, scale=np.array([2.0, 1.0]), directional=False)
    assert found.rmse == pytest.approx(math.sqrt((1 + 4 + 0 + 16) / 4))
    assert found.mae == pytest.approx((1 + 2 + 0 + 4) / 4)
    assert found.mase == pytest.approx((0.5 + 1 + 0 + 4) / 4)
    assert found.rmse_by_horizon == pytest.approx([math.sqrt(0.5), math.sqrt(10)])
    assert found.mae_by_horizon == pytest.approx([0.5, 3.0])
    assert found.mase_by_horizon == pytest.approx([0.25, 2.5])
    assert found.direction_accuracy is None


def test_the_right_sign_where_something_moved() -> None:
    actual = np.array([[1.0], [-2.0], [0.0], [3.0]])
    forecast = np.array([[0.1], [0.1], [5.0], [9.0]])
    scale = np.ones(4)
    assert accuracy(forecast, actual, scale=scale, directional=True).direction_accuracy == 2 / 3
    still = accuracy(forecast, 0 * actual, scale=scale, directional=True)
    assert still.direction_accuracy is None


def test_mase_divides_by_the_naive_error_of_training() -> None:
    train = np.array([1.0, 3.0, 2.0, 6.0])
    assert scale_of(train, season=None) == pytest.approx((2 + 1 + 4) / 3)
    assert scale_of(train, season=2) == pytest.approx((1 + 3) / 2)
    assert scale_of(train, season=9) == scale_of(train, season=None)


def test_a_constant_series_has_no_mase() -> None:
    assert scale_of(np.ones(5), season=None) == 0
    assert scale_of(np.ones(1), season=None) == 0
    assert accuracy(FORECAST, ACTUAL, scale=np.zeros(2), directional=False).mase is None


def test_what_moves_around_zero_has_a_direction() -> None:
    rng = np.random.default_rng(0)
    assert has_direction([rng.normal(size=100)])
    assert not has_direction([np.abs(rng.normal(size=100))])
    assert not has_direction([np.append(np.ones(99), -1.0)])
