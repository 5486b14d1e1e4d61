"""Each test by hand, against tests that it must agree with, and how often it is wrong."""

import numpy as np
import pytest
from scipy import stats

from rnnkit.baselines.significance import (
    MINIMUM_POINTS,
    diebold_mariano,
    holm,
    mcnemar,
    paired_bootstrap,
)

RNG = np.random.default_rng(5)


def test_one_step_ahead_it_is_student_s_t_test() -> None:
    # (n + 1 - 2 + 0) / n times the variance with 1 / n is the sample variance with 1 / (n - 1)
    loss, other = RNG.normal(size=(2, 40)) ** 2
    assert diebold_mariano(loss, other, overlap=1) == pytest.approx(
        stats.ttest_1samp(loss - other, 0).pvalue
    )


def test_overlapping_horizons_by_hand() -> None:
    d = np.array([1.0, 2.0, 4.0, 1.0, 3.0, 5.0, 2.0, 2.0, 6.0, 4.0])
    c, n = d - d.mean(), len(d)
    variance = (c @ c + 2 * (c[1:] @ c[:-1])) / n**2
    statistic = d.mean() / np.sqrt(variance) * np.sqrt((n + 1 - 4 + 2 / n) / n)
    expected = 2 * stats.t.sf(statistic, df=n - 1)
    assert diebold_mariano(d, np.zeros(n), overlap=2) == pytest.approx(expected)


def test_it_has_two_sides() -> None:
    loss, other = RNG.normal(size=(2, 30)) ** 2
    assert diebold_mariano(loss, other, overlap=1) == diebold_mariano(other, loss, overlap=1)


def test_equal_forecasts_are_called_different_as_often_as_promised() -> None:
    found = []
    for _ in range(600):
        noise = RNG.normal(size=205)
        difference = np.convolve(noise, np.ones(4), "valid")  # what horizon 4 does to errors
        found.append(diebold_mariano(difference, 0 * difference, overlap=4))
    rate = np.mean(np.array(found) < 0.05)
    assert 0.02 < rate < 0.10


def test_too_few_points_have_no_p_value() -> None:
    few = RNG.normal(size=MINIMUM_POINTS - 1)
    for count in (1, 3, len(few)):
        assert diebold_mariano(few[:count], 0 * few[:count], overlap=1) is None
    enough = RNG.normal(size=40)
    assert diebold_mariano(enough, 0 * enough, overlap=9) is None
    assert diebold_mariano(enough, 0 * enough, overlap=8) is not None


def test_a_variance_is_positive_where_the_sum_is_not() -> None:
    zigzag = np.resize([1.0, -1.0], 40) + 0.1  # the autocovariances take away more than all of it
    value = diebold_mariano(zigzag, 0 * zigzag, overlap=2)
    assert value is not None
    assert 0 < value < 1


def test_the_same_losses_differ_by_chance_alone() -> None:
    loss = RNG.normal(size=20)
    assert diebold_mariano(loss, loss.copy(), overlap=1) == 1.0
    assert diebold_mariano(loss, loss + 1, overlap=1) is not None


def test_mcnemar_by_hand() -> None:
    assert mcnemar(11, 1) == pytest.approx(2 * (1 + 12) / 2**12)
    assert mcnemar(1, 11) == mcnemar(11, 1)
    assert mcnemar(0, 0) == 1


def test_the_bootstrap_agrees_with_student_s_t_test_where_nothing_is_skewed() -> None:
    difference = RNG.normal(0.1, 1, size=400)
    p_value, interval = paired_bootstrap(difference, np.ones(400))
    assert p_value == pytest.approx(stats.ttest_1samp(difference, 0).pvalue, abs=0.02)
    assert interval == pytest.approx(
        stats.t.interval(0.95, 399, difference.mean(), stats.sem(difference)), abs=0.01
    )


def test_units_of_more_weight_count_for_more() -> None:
    difference, weight = np.repeat([0.0, 9.0], 10), np.repeat([1.0, 3.0], 10)
    _, interval = paired_bootstrap(difference, weight)
    assert interval is not None
    assert interval[0] < 90 / 40 < interval[1] <= 3


def test_too_few_units_say_nothing() -> None:
    few = np.ones(MINIMUM_POINTS - 1)
    assert paired_bootstrap(few, few) == (None, None)


def test_equal_models_are_called_different_about_as_often_as_promised() -> None:
    p_values = [paired_bootstrap(RNG.normal(size=40), np.ones(40))[0] for _ in range(200)]
    assert 0.02 < np.mean(np.array(p_values) < 0.05) < 0.1


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, None, 0.03]) == pytest.approx([0.03, 0.06, None, 0.06])
    assert holm([0.02]) == [0.02]
    assert holm([0.6, 0.7]) == [1, 1]
