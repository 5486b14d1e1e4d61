"""A split is a partition, seeded, stratified, and leaves every class in train."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.labelled.examples import Examples, Labels
from rnnkit.data.labelled.section import Split
from rnnkit.data.labelled.splits import choose, limit_parts, split_parts
from rnnkit.data.sequences import Sequences
from rnnkit.data.splits import check_split
from rnnkit.errors import DataError

strata = st.lists(st.integers(0, 5), min_size=2, max_size=80).map(
    lambda codes: np.unique(codes, return_inverse=True)[1]
)
seeds = st.integers(0, 2**31 - 1)


def examples(codes) -> Examples:
    """One example for each code; its only value is its number."""
    codes = np.asarray(codes, np.intp)
    x = np.arange(len(codes), dtype=np.float32)[:, None, None]
    return Examples(Sequences.of_equal_length(x), Labels(codes, tuple(range(codes.max() + 1))))


def numbers(part: Examples) -> list[int]:
    return part.sequences.values[part.sequences.starts, 0].astype(int).tolist()


@given(strata, st.data())
def test_choose_draws_as_many_as_asked_in_order_and_in_proportion(codes, data):
    count = data.draw(st.integers(0, len(codes)))
    taken = choose(codes, count, np.random.default_rng(0))
    assert len(taken) == count
    assert (np.diff(taken) > 0).all()
    sizes = np.bincount(codes)
    assert (
        np.abs(np.bincount(codes[taken], minlength=len(sizes)) - sizes * count / len(codes)) < 1
    ).all()


@given(strata, seeds, st.booleans(), st.floats(0.05, 0.6), st.floats(0.05, 0.6))
def test_a_split_is_a_partition_in_the_original_order(codes, seed, stratify, test, validation):
    split = Split(test=test, validation=validation, stratify=stratify)
    try:
        parts = split_parts({"train": examples(codes)}, split, seed=seed, where="data")
    except DataError:
        assert (
            not stratify or np.bincount(codes).min() < 4 or len(codes) * min(test, validation) < 2
        )
        return
    assert set(parts) == {"train", "validation", "test"}
    drawn = [numbers(part) for part in parts.values()]
    assert sorted(itertools.chain(*drawn)) == list(range(len(codes)))
    assert all(part == sorted(part) for part in drawn)


@given(strata, seeds, st.floats(0.01, 0.99))
def test_stratified_shares_keep_proportions_and_leave_every_class_in_train(codes, seed, share):
    try:
        parts = split_parts(
            {"train": examples(codes)}, Split(validation=share), seed=seed, where=""
        )
    except DataError:
        return
    classes = codes.max() + 1
    left = np.bincount(parts["train"].labels.codes, minlength=classes)
    taken = np.bincount(parts["validation"].labels.codes, minlength=classes)
    count = min(round(share * len(codes)), len(codes) - 1)
    assert (left >= 1).all()
    assert (np.abs(taken - np.bincount(codes) * count / len(codes)) < 1).all()


def test_a_split_is_a_function_of_the_seed():
    def draw(seed):
        codes = np.arange(100) % 3
        parts = split_parts({"train": examples(codes)}, Split(validation=0.2), seed=seed, where="")
        return numbers(parts["validation"])

    assert draw(0) == draw(0)
    assert draw(0) != draw(1)
    assert draw(0)[:6] == [14, 16, 17, 22, 25, 27]  # a changed draw changes published scores


def test_a_lone_example_of_a_class_stays_in_train():
    codes = [0] * 9 + [1]
    for seed in range(20):
        parts = split_parts({"train": examples(codes)}, Split(test=0.5), seed=seed, where="")
        assert 9 in numbers(parts["train"])


def test_validation_can_be_the_test_part_itself():
    given = {"train": examples([0, 1, 0, 1]), "test": examples([0, 1])}
    parts = split_parts(given, Split(validation="test"), seed=0, where="")
    assert parts["validation"] is parts["test"]
    limited = limit_parts(parts, 1, seed=0)
    assert limited["validation"] is limited["test"]
    assert len(limited["test"]) == 1


@given(strata, seeds, st.integers(1, 90))
def test_a_limit_is_a_subset_in_order(codes, seed, limit):
    limited = limit_parts({"train": examples(codes)}, limit, seed=seed)["train"]
    assert len(limited) == min(limit, len(codes))
    assert numbers(limited) == sorted(set(numbers(limited)))


@pytest.mark.parametrize(
    ("brought", "split", "message"),
    [
        (
            ["train", "test"],
            {"test": 0.2},
            "d.npz brings its own test part: remove data.split.test (=0.2), or that part from the "
            "source",
        ),
        (
            ["train", "validation"],
            {"validation": "test"},
            "d.npz brings its own validation part: remove data.split.validation (=test), or that "
            "part from the source",
        ),
        (
            ["train"],
            {"validation": "test"},
            "d.npz has no test part for data.split.validation (=test): give data.split.test a "
            "share, or data.split.validation a number",
        ),
    ],
)
def test_splits_that_do_not_fit_the_source(brought, split, message):
    with pytest.raises(DataError) as error:
        check_split(brought, Split(**split), where="d.npz")
    assert str(error.value) == message


@pytest.mark.parametrize(
    ("codes", "share", "reason"),
    [
        ([0, 1, 0, 1], 0.1, "is none"),
        ([0, 1, 2, 3], 0.5, "would leave a class without any for training"),
    ],
)
def test_a_share_that_holds_no_example(codes, share, reason):
    with pytest.raises(DataError) as error:
        split_parts({"train": examples(codes)}, Split(validation=share), seed=0, where="d.csv")
    assert str(error.value) == (
        f"d.csv: data.split.validation (={share}) of 4 examples {reason}: give a larger share or "
        "more examples"
    )
