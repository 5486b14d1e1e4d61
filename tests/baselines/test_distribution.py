"""CRPS, coverage, width and the PIT histogram: by hand, and against closed forms."""

import numpy as np
import pytest
from scipy import stats

from rnnkit.baselines.distribution import (
    LEVELS,
    calibration,
    central,
    crps,
    judge_distribution,
    pit,
)


def test_one_quantile_is_the_absolute_error() -> None:
    assert crps(np.array([[3.0], [5.0]]), [0.5], np.array([1.0, 9.0])).tolist() == [2.0, 4.0]


def test_three_quantiles_by_hand() -> None:
    """Shares 0.3, 0.4, 0.3; of 1, 2, 4 for what was 3: 2 * (0.3 * 0.2 + 0.4 * 0.5 + 0.3 * 0.1)."""
    found = crps(np.array([1.0, 2.0, 4.0]), [0.1, 0.5, 0.9], np.array(3.0))
    assert found == pytest.approx(0.58)


def test_equal_shares_are_the_crps_of_an_ensemble() -> None:
    """Gneiting and Raftery 2007, (20): E|X - y| - E|X - X'| / 2."""
    ensemble, y = np.array([0.0, 1.0, 4.0, 9.0]), 2.5
    by_energy = np.abs(ensemble - y).mean() - np.abs(ensemble[:, None] - ensemble).mean() / 2
    found = crps(ensemble, [0.125, 0.375, 0.625, 0.875], np.array(y))
    assert found == pytest.approx(by_energy)


@pytest.mark.parametrize("y", [-2.0, 0.0, 0.7])
def test_a_normal_distribution_has_its_closed_form(y: float) -> None:
    """Gneiting and Raftery 2007, (21), with a deviation of 1; 39 quantiles come within 1 %."""
    exact = y * (2 * stats.norm.cdf(y) - 1) + 2 * stats.norm.pdf(y) - 1 / np.sqrt(np.pi)
    found = crps(stats.norm.ppf(LEVELS), LEVELS, np.array(y))
    assert found == pytest.approx(exact, rel=0.01)


def test_what_lies_between_quantiles_counts_evenly() -> None:
    quantiles = np.array([[1.0, 2.0, 4.0]])
    found = pit(quantiles, [0.1, 0.5, 0.9], np.array([3.0]))
    assert found == pytest.approx([0, 0, 0, 0, 0, 0.25, 0.25, 0.25, 0.25, 0])
    tied = pit(np.array([[0.0, 0.0, 2.0]]), [0.1, 0.5, 0.9], np.array([0.0]))
    assert tied == pytest.approx([*[1 / 9] * 9, 0])  # of all that 0 has


def test_right_counts_are_flat() -> None:
    rng = np.random.default_rng(0)
    mean = rng.uniform(0.5, 9, size=(4000, 1))
    quantiles = stats.poisson.ppf(np.array(LEVELS), mean)
    assert np.allclose(pit(quantiles, LEVELS, rng.poisson(mean[:, 0])), 0.1, atol=0.02)


def test_coverage_and_width_by_horizon() -> None:
    quantiles = np.array([[[0.0, 1, 2], [0, 2, 8]], [[0, 1, 4], [0, 2, 8]]])  # (W, horizon, Q)
    found = calibration(quantiles, [0.1, 0.5, 0.9], np.array([[2.0, 9], [5, 0]]), [0.8])
    (interval,) = found.intervals
    assert (interval.coverage, interval.coverage_by_horizon) == (0.5, [0.5, 0.5])
    assert (interval.mean_width, interval.width_by_horizon) == (5.5, [3, 8])
    assert found.crps == pytest.approx(np.mean(found.crps_by_horizon))


def test_the_ends_of_a_central_interval() -> None:
    low, high = central(np.array(LEVELS), LEVELS, 0.95)
    assert (low, high) == pytest.approx((0.025, 0.975))


def test_beside_conformal_intervals() -> None:
    """Both know the same errors; they are as good, but for the bound."""
    rng = np.random.default_rng(0)
    forecast, errors = rng.uniform(0, 3, size=(500, 1)), rng.normal(size=(2000, 1))
    actual = np.maximum(forecast - rng.normal(size=(500, 1)), 0)
    quantiles = forecast[..., None] + stats.norm.ppf(LEVELS)
    judged = judge_distribution(
        quantiles, LEVELS, actual, shown=(0.8,), forecast=forecast, validation_errors=errors,
        bounded=False, spread=np.ones((len(actual), 1)),
    )  # fmt: skip
    assert judged.conformal is not None
    assert judged.conformal.crps == pytest.approx(judged.network.crps, rel=0.02)
    assert judged.conformal.intervals[0].mean_width == pytest.approx(2.56, abs=0.1)
    bounded = judge_distribution(
        quantiles, LEVELS, actual, shown=(0.8,), forecast=forecast, validation_errors=errors,
        bounded=True, spread=np.ones((len(actual), 1)),
    )  # fmt: skip
    assert bounded.conformal is not None
    assert bounded.conformal.crps < judged.conformal.crps
    assert bounded.conformal.intervals[0].mean_width < judged.conformal.intervals[0].mean_width
    assert judged.sentence.startswith(
        "Conformal intervals around the same forecasts are better than its distributions by 0.3 %: "
        "CRPS of its distributions 0.513 "
    )


def test_few_errors_make_fewer_intervals() -> None:
    judged = judge_distribution(
        np.zeros((2, 1, 3)), [0.1, 0.5, 0.9], np.zeros((2, 1)), shown=(0.8,),
        forecast=np.zeros((2, 1)), validation_errors=np.zeros((3, 1)), bounded=False,
        spread=np.ones((2, 1)),
    )  # fmt: skip
    assert judged.conformal is not None
    assert judged.conformal.intervals == []
    alone = judge_distribution(
        np.zeros((2, 1, 3)), [0.1, 0.5, 0.9], np.zeros((2, 1)), shown=(0.8,),
        forecast=np.zeros((2, 1)), validation_errors=None, bounded=False,
        spread=np.ones((2, 1)),
    )  # fmt: skip
    assert alone.conformal is None
    assert alone.sentence == (
        "Its distributions have a CRPS of 0 (of its 80 % intervals 100.0 % held)."
    )
