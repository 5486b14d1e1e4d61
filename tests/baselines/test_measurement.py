"""Scores and verdict of numbers predicted, golden numbers by hand."""

import numpy as np
import pytest

from rnnkit.baselines.measurement import measure, scores

ACTUAL = np.array([1.0, 2, 3, 4])


def measured(predicted, other, actual, units=None):
    return measure(
        "y",
        predicted,
        actual,
        field={"mean": other},
        units=np.arange(len(actual)) if units is None else units,
        intervals=(),
        intervals_note="",
    )


def test_scores():
    found = scores(ACTUAL + np.array([1, -1, 1, -1]), ACTUAL)
    assert (found.rmse, found.mae) == (1, 1)
    assert found.r2 == pytest.approx(1 - 1 / 1.25)
    assert scores(np.zeros(3), np.ones(3)).r2 is None


def test_measurement():
    found = measured(ACTUAL + 1, np.full(4, 2.5), ACTUAL)
    assert found.mean_error == 1
    assert found.best_baseline == "mean"
    assert found.skill == pytest.approx(1 - 1 / 1.25)
    assert found.p_value is None
    assert found.sentence == (
        "This network is better than the mean by 10.6 % in RMSE, on 4 examples: too few to tell "
        "that from chance."
    )


def test_examples_of_one_unit_count_as_one():
    rng = np.random.default_rng(0)
    actual = np.zeros(200)
    better, worse = 0.9 * rng.normal(size=200), rng.normal(size=200)
    apart = measured(better, worse, actual).p_value
    # every window of a unit has the same error: ten times as many say nothing more
    together = measured(
        np.repeat(better, 10), np.repeat(worse, 10), np.zeros(2000), np.repeat(np.arange(200), 10)
    )
    assert together.p_value == pytest.approx(apart)
    assert together.rmse == pytest.approx(measured(better, worse, actual).rmse)


def test_thirds_by_what_is_true():
    actual = np.arange(60.0)[::-1]
    error = np.where(actual < 20, 1, np.where(actual < 40, 2, 3))
    found = measured(actual + error, actual + 2, actual)
    assert [(t.low, t.high, t.rmse, t.best_rmse) for t in found.thirds] == [
        (0, 19, 1, 2), (20, 39, 2, 2), (40, 59, 3, 2),
    ]  # fmt: skip
    assert measured(ACTUAL, ACTUAL, ACTUAL).thirds == ()
