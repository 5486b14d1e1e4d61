"""Scores by hand."""

import math

import numpy as np
import pytest

from rnnkit.baselines.accuracy import (
    Accuracy,
    Scales,
    accuracy,
    has_direction,
    scale_of,
    squared_scale_of,
)

ACTUAL = np.array([[1.0, 2.0], [3.0, 0.0]])
FORECAST = np.array([[2.0, 4.0], [3.0, -4.0]])


def scored(
    forecast: np.ndarray,
    actual: np.ndarray,
    *,
    absolute: tuple[float, ...] = (1.0,),
    squared: tuple[float, ...] = (1.0,),
    series: tuple[int, ...] | None = None,
    directional: bool = False,
) -> Accuracy:
    return accuracy(
        forecast,
        actual,
        series=np.array(series or [0] * len(forecast)),
        scales=Scales(np.array(absolute), np.array(squared)),
        directional=directional,
    )


def test_errors_by_horizon_and_over_all() -> None:
    found = scored(FORECAST, ACTUAL, absolute=(2.0, 1.0), squared=(1.0, 1.0), series=(0, 1))
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
    assert scored(forecast, actual, directional=True).direction_accuracy == 2 / 3
    assert scored(forecast, 0 * actual, directional=True).direction_accuracy is None


def test_mase_divides_by_the_naive_error_of_training() -> None:
    train = np.array([1.0, 3.0, 2.0, 6.0])
    assert scale_of(train, season=None) == pytest.approx((2 + 1 + 4) / 3)
    assert scale_of(train, season=2) == pytest.approx((1 + 3) / 2)
    assert scale_of(train, season=9) == scale_of(train, season=None)


def test_a_constant_series_has_no_mase() -> None:
    assert scale_of(np.ones(5), season=None) == 0
    assert scale_of(np.ones(1), season=None) == 0
    still = scored(FORECAST, ACTUAL, absolute=(0.0,), squared=(0.0,))
    assert still.mase is None
    assert still.mase_by_horizon is None
    assert still.rmsse is None


def test_a_series_without_a_scale_leaves_the_others_theirs() -> None:
    found = scored(
        FORECAST, ACTUAL, absolute=(0.0, 2.0, 5.0), squared=(0.0, 4.0, 9.0), series=(0, 1)
    )
    assert found.mase == pytest.approx((0 + 4) / 2 / 2)
    assert found.rmsse == pytest.approx(math.sqrt(16 / 2 / 4))


def test_scores_of_the_m_competitions_by_hand() -> None:
    """Two series of a horizon of three, each scored and then averaged."""
    train = [np.array([10.0, 20.0, 14.0, 22.0, 18.0]), np.array([0.0, 0.0, 2.0, 5.0, 4.0])]
    actual = np.array([[24.0, 20.0, 25.0], [6.0, 0.0, 4.0]])
    forecast = np.array([[20.0, 20.0, 20.0], [3.0, 0.0, 6.0]])
    scales = Scales.of(train, season=2)
    # a season apart: 4, 2, 4 and 2, 5, 2
    assert scales.absolute == pytest.approx([10 / 3, 3])
    # a row apart: 10, -6, 8, -4; and from the first that is not 0: 3, -1
    assert scales.squared == pytest.approx([(100 + 36 + 64 + 16) / 4, (9 + 1) / 2])
    found = accuracy(forecast, actual, series=np.array([0, 1]), scales=scales, directional=False)
    # absolute errors: 4, 0, 5 and 3, 0, 2
    assert found.mase == pytest.approx(((9 / 3) / (10 / 3) + (5 / 3) / 3) / 2)
    assert found.rmsse == pytest.approx((math.sqrt(41 / 3 / 54) + math.sqrt(13 / 3 / 5)) / 2)
    first = (8 / 44 + 0 + 10 / 45) / 3
    second = (6 / 9 + 0 + 4 / 10) / 3  # 0 beside 0 is no error
    assert found.smape == pytest.approx((first + second) / 2)
    assert found.wape == pytest.approx((9 + 5) / (69 + 10))


def test_shares_mean_nothing_around_zero() -> None:
    found = scored(FORECAST, ACTUAL, directional=True)
    assert found.smape is None
    assert found.wape is None
    assert scored(FORECAST, 0 * ACTUAL).wape is None


def test_rmsse_divides_by_changes_from_the_first_sale_on() -> None:
    assert squared_scale_of(np.array([0.0, 0.0, 3.0, 5.0])) == pytest.approx(4)
    assert squared_scale_of(np.zeros(4)) == 0
    assert squared_scale_of(np.array([0.0, 3.0])) == 0


def test_what_moves_around_zero_has_a_direction() -> None:
    rng = np.random.default_rng(0)
    assert has_direction([rng.normal(size=100)])
    assert not has_direction([np.abs(rng.normal(size=100))])
    assert not has_direction([np.append(np.ones(99), -1.0)])
