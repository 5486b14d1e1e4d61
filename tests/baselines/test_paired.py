"""Two models on the same examples: which examples those are, their scores, and the tests."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from rnnkit.baselines.paired import Paired, outcome, shared
from rnnkit.baselines.significance import diebold_mariano

RNG = np.random.default_rng(7)


def paired(loss: Any, **more: Any) -> Paired:
    loss = np.asarray(loss, np.float64)
    loss = loss if loss.ndim == 2 else loss[:, None]
    known = {"measure": "loss", "noun": "example", "test": "bootstrap"}
    return Paired(**{"keys": np.arange(len(loss), dtype=np.uint64), **known, **more}, loss=loss)


def test_examples_are_found_by_their_keys_in_the_order_of_the_first() -> None:
    one = paired([1, 2, 3, 4], keys=np.array([9, 5, 7, 3], np.uint64))
    other = paired([30, 70, 50], keys=np.array([3, 7, 5], np.uint64))
    first, second = shared([one, other])
    assert first.keys.tolist() == [5, 7, 3] == second.keys.tolist()
    assert first.loss[:, 0].tolist() == [2, 3, 4]
    assert second.loss[:, 0].tolist() == [50, 70, 30]


def test_equal_examples_count_as_often_as_both_have_them() -> None:
    one = paired([1, 2, 3], keys=np.array([4, 4, 8], np.uint64))
    other = paired([5, 6, 7], keys=np.array([8, 4, 2], np.uint64))
    first, second = shared([one, other])
    assert first.loss[:, 0].tolist() == [1, 3]
    assert second.loss[:, 0].tolist() == [6, 5]


def test_right_and_wrong() -> None:
    one = paired([0, 1, 1, 0, 0], measure="accuracy", test="mcnemar")
    found = outcome(one, dataclasses.replace(one, loss=np.array([[0.0], [0], [0], [1], [0]])))
    assert found.scores == (0.6, 0.8)
    assert found.only == (1, 2)
    assert found.p_value == 1
    assert (found.examples, found.units, found.interval) == (5, 5, None)


def test_scores_are_weighted_by_what_an_example_holds() -> None:
    lengths = np.array([1.0, 2, 3, 4] * 3)
    one = paired(lengths, weight=lengths)
    found = outcome(one, dataclasses.replace(one, loss=one.loss * 2))
    assert found.scores == (1, 2)
    assert found.interval == pytest.approx((1, 1))
    assert found.p_value == pytest.approx(2 / 5000)


def test_targets_count_in_standard_deviations() -> None:
    truth = np.stack([np.arange(4.0), 100 * np.arange(4.0)], axis=1)
    one = paired(np.tile(truth.var(axis=0), (4, 1)), truth=truth, measure="rmse")
    assert one.score == 1


def test_forecasts_of_one_time_are_one() -> None:
    """Two series, three steps ahead from every row: what the groups are, and how they overlap."""
    loss, other = RNG.normal(size=(2, 60)) ** 2
    times = np.tile(np.arange(30), 2)
    one = paired(loss, group=times, until=times + 2, test="diebold_mariano", measure="rmse")
    found = outcome(one, dataclasses.replace(one, loss=other[:, None]))
    means = [values.reshape(2, 30).mean(axis=0) for values in (loss, other)]
    assert found.p_value == pytest.approx(diebold_mariano(*means, overlap=3))
    assert (found.examples, found.units) == (60, 30)
    assert found.scores[0] == pytest.approx(loss.mean() ** 0.5)


def test_a_stride_as_long_as_the_horizon_leaves_no_overlap() -> None:
    loss, other = RNG.normal(size=(2, 20)) ** 2
    times = 3 * np.arange(20)
    one = paired(loss, group=times, until=times + 2, test="diebold_mariano")
    found = outcome(one, dataclasses.replace(one, loss=other[:, None]))
    assert found.p_value == pytest.approx(diebold_mariano(loss, other, overlap=1))
