"""Conformal widths: ranks by hand, and the coverage that they promise."""

import numpy as np

from rnnkit.baselines.intervals import coverage, few_levels, half_widths


def test_the_width_is_the_right_rank() -> None:
    errors = np.array([[1.0, -10.0], [-2.0, 20.0], [3.0, 30.0], [-4.0, -40.0]])
    assert half_widths(errors, level=0.8) == [4.0, 40.0]  # ceil(5 * 0.8) = 4
    assert half_widths(errors, level=0.5) == [3.0, 30.0]  # ceil(5 * 0.5) = 3


def test_too_few_errors_give_no_interval() -> None:
    errors = np.arange(1.0, 19)[:, None]
    assert half_widths(errors, level=0.95) is None
    assert half_widths(np.append(errors, [[19.0]], axis=0), level=0.95) == [19.0]
    assert half_widths(errors[:3], level=0.8) is None


def test_coverage_by_horizon() -> None:
    errors = np.array([[1.0, 1.0], [-2.0, 3.0]])
    assert coverage(errors, [1.0, 5.0]) == [0.5, 1.0]


def test_exchangeable_errors_are_covered_at_the_promised_rate() -> None:
    rng, held = np.random.default_rng(0), []
    for _ in range(2000):
        widths = half_widths(rng.standard_t(3, size=(30, 1)), level=0.8)
        assert widths is not None
        held.append(coverage(rng.standard_t(3, size=(1, 1)), widths)[0])
    assert 0.78 < np.mean(held) < 0.83  # ceil(31 * 0.8) / 31 = 0.806


def test_of_many_intervals_two_are_drawn() -> None:
    assert few_levels([0.2, 0.4, 0.6, 0.8, 0.9, 0.95]) == [0.8, 0.95]
    assert few_levels([0.5]) == [0.5]
    assert few_levels([]) == []
