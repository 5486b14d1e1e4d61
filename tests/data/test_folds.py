"""Folds: alike in size and classes, groups whole, each example in one of them."""

import numpy as np
import pytest

from rnnkit.data.keys import name_keys
from rnnkit.data.splits import deal_folds
from rnnkit.errors import DataError

KEYS = name_keys(range(103))
CLASSES = (np.arange(103) % 10 < 2).astype(np.intp)  # 22 of 103


def test_sizes_and_classes_differ_by_one() -> None:
    folds = deal_folds(KEYS, 5, seed=0, where="x", classes=CLASSES)
    for chosen in (folds, folds[CLASSES == 0], folds[CLASSES == 1]):
        assert np.ptp(np.bincount(chosen, minlength=5)) <= 1


def test_the_seed_shuffles_and_the_order_of_the_rows_does_not() -> None:
    folds = deal_folds(KEYS, 4, seed=0, where="x", classes=CLASSES)
    assert (folds != deal_folds(KEYS, 4, seed=1, where="x", classes=CLASSES)).any()
    order = np.random.default_rng(0).permutation(103)
    again = deal_folds(KEYS[order], 4, seed=0, where="x", classes=CLASSES[order])
    assert (again == folds[order]).all()


def test_groups_stay_together() -> None:
    rng = np.random.default_rng(0)
    group = rng.integers(0, 30, 400)
    classes = (rng.random(400) < 0.1 + 0.4 * (group % 2)).astype(np.intp)
    folds = deal_folds(name_keys(group), 5, seed=0, where="x", classes=classes)
    for one in range(30):
        assert np.ptp(folds[group == one]) == 0
    assert np.bincount(folds).min() > 50
    shares = [classes[folds == fold].mean() for fold in range(5)]
    assert np.ptp(shares) < 0.15


def test_too_few() -> None:
    with pytest.raises(DataError, match=r"data.split.folds \(=5\) of 3 different examples"):
        deal_folds(KEYS[:3], 5, seed=0, where="x")
    rare = (np.arange(20) == 7).astype(np.intp)
    with pytest.raises(DataError, match="a class of 1 example would be in one fold alone"):
        deal_folds(KEYS[:20], 5, seed=0, where="x", classes=rare)
    twice = name_keys([0, 0, *range(1, 19)])  # two equal ones
    rare = (np.arange(20) < 2).astype(np.intp)
    with pytest.raises(DataError, match="a class of 2 examples would be in one fold alone"):
        deal_folds(twice, 5, seed=0, where="x", classes=rare)
