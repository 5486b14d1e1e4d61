"""The generated problems: what their definitions say, and what answering without memory costs."""

import math

import numpy as np
import pytest

from rnnkit.tasks.memory.problems import (
    ADDING_VARIANCE,
    adding,
    copy,
    copy_baseline,
    one_hot,
)


def test_adding() -> None:
    x, y = adding(np.random.default_rng(0), 500, 7)
    values, markers = x[:, :, 0], x[:, :, 1]
    assert x.shape == (500, 7, 2) and x.dtype == y.dtype == np.float32
    assert values.min() >= 0 and values.max() <= 1
    assert (markers[:, :3].sum(axis=1) == 1).all() and (markers[:, 3:].sum(axis=1) == 1).all()
    assert (markers[:, :3].sum(axis=0) > 0).all() and (markers[:, 3:].sum(axis=0) > 0).all()
    assert np.allclose(y, (values * markers).sum(axis=1))


def test_always_one_has_the_variance_of_the_sum() -> None:
    _, y = adding(np.random.default_rng(0), 200_000, 2)
    assert np.mean((y - 1) ** 2) == pytest.approx(ADDING_VARIANCE, abs=1e-3)
    assert pytest.approx(1 / 6) == ADDING_VARIANCE


def test_copy() -> None:
    x, y = copy(np.random.default_rng(0), 300, 4)
    assert x.shape == y.shape == (300, 24)
    assert x[:, :10].min() == 1 and x[:, :10].max() == 8
    assert not x[:, 10:13].any() and (x[:, 13:] == 9).all()
    assert not y[:, :14].any() and np.array_equal(y[:, 14:], x[:, :10])


def test_guessing_copys_digits() -> None:
    """Nothing is lost at the blanks; each of ten digits costs ln 8."""
    assert copy_baseline(4) == pytest.approx(10 * math.log(8) / 24)


def test_one_hot() -> None:
    assert np.array_equal(one_hot(np.array([[0, 9]])).argmax(axis=2), [[0, 9]])
