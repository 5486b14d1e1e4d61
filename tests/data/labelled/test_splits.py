"""A split is a partition, seeded, stratified, and leaves every class in train."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data import keys as keys_module
from rnnkit.data.keys import content_keys, name_keys
from rnnkit.data.labelled.examples import Examples, Labels
from rnnkit.data.labelled.section import Split
from rnnkit.data.labelled.splits import choose, limit_parts, split_parts
from rnnkit.data.sequences import Sequences
from rnnkit.data.splits import EXPECTED, check_split, draw_parts, share_notes
from rnnkit.errors import DataError
from rnnkit.words import counted

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
def test_stratified_shares_leave_every_class_in_train_and_hold_back_what_is_expected(
    codes, seed, share
):
    try:
        parts = split_parts(
            {"train": examples(codes)}, Split(validation=share), seed=seed, where=""
        )
    except DataError:
        return
    classes = codes.max() + 1
    left = np.bincount(parts["train"].labels.codes, minlength=classes)
    taken = np.bincount(parts["validation"].labels.codes, minlength=classes)
    assert (left >= 1).all()
    assert (taken[share * np.bincount(codes) >= EXPECTED] >= 1).all()


def test_a_split_is_a_function_of_the_seed():
    def draw(seed):
        codes = np.arange(100) % 3
        parts = split_parts({"train": examples(codes)}, Split(validation=0.2), seed=seed, where="")
        return numbers(parts["validation"])

    assert draw(0) == draw(0)
    assert draw(0) != draw(1)
    assert draw(0)[:6] == [12, 14, 16, 22, 23, 30]  # a changed draw changes published scores


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
        check_split(dict.fromkeys(brought, range(12)), Split(**split), where="d.npz")
    assert str(error.value) == message


@pytest.mark.parametrize("codes", [[0, 1, 2, 3], [5, 1, 4]], ids=["one a class", "three of three"])
def test_a_share_that_holds_no_example(codes):
    with pytest.raises(DataError, match=r"validation \(=0.01\) of [34] examples is none: give"):
        split_parts({"train": examples(codes)}, Split(validation=0.01), seed=0, where="d.csv")
    with pytest.raises(DataError) as error:
        split_parts({"train": examples(codes)}, Split(validation=0.5), seed=0, where="d.csv")
    assert str(error.value) == (
        f"d.csv: data.split.validation (=0.5) of {counted(len(codes), 'example')} would be empty, "
        "or leave a class without any for training (equal examples, and those of one group, stay "
        "together): give more examples, or parts of your own"
    )


def positions(keys, *, seed=0, **shares) -> dict[str, list[int]]:
    """Which of the keys are in each part."""
    drawn = draw_parts(np.asarray(keys), {"test": 0.2, **shares}, seed=seed, where="d")
    return {part: sorted(keys[members].tolist()) for part, members in drawn.items()}


@pytest.mark.parametrize("seed", range(3))
def test_examples_stay_in_their_part_when_others_come_go_or_change_places(seed):
    keys = name_keys(range(3000))
    before = positions(keys[:1000], seed=seed, validation=0.1)
    rng = np.random.default_rng(seed)
    for others in (keys, keys[rng.permutation(2000)], keys[100:900]):
        after = positions(others, seed=seed, validation=0.1)
        both = set(others.tolist()) & set(keys[:1000].tolist())
        for part in before:
            assert both & set(before[part]) == set(after[part]) & both & set(keys[:1000].tolist())


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_a_share_is_met_about(share):
    drawn = draw_parts(name_keys(range(10_000)), {"test": share}, seed=0, where="d")
    assert len(drawn["test"]) / 10_000 == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize("count", [2, 3, 5, 20])
def test_of_few_examples_no_part_is_empty(count):
    for seed in range(30):
        drawn = draw_parts(name_keys(range(count)), {"test": 0.2}, seed=seed, where="d")
        assert len(drawn["test"]) >= 1
        assert len(drawn["train"]) >= 1


def test_what_has_one_key_is_in_one_part():
    keys = name_keys(np.arange(300) // 5)
    drawn = positions(keys, validation=0.2)
    assert not set(drawn["train"]) & set(drawn["test"] + drawn["validation"])


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ([[1.0, 2.0]], [[1, 2]], True),
        ([[0.0], [1.0]], [[-0.0], [1.0]], True),
        ([[1], [2]], [[2], [1]], False),
        ([[1], [0]], [[1]], False),
        ([[4_075_580.123]], [[4_075_580.124]], False),
    ],
)
def test_content_is_values_and_their_order(one, other, alike):
    [first], [second] = (
        content_keys(Sequences.of_lengths(np.array(x), np.array([len(x)]))) for x in (one, other)
    )
    assert (first == second) == alike


def test_content_does_not_depend_on_where_it_is_cut(monkeypatch):
    values = np.random.default_rng(0).normal(size=(500, 3))
    sequences = Sequences.of_lengths(values, np.array([1, 99, 200, 150, 50]))
    whole = content_keys(sequences)
    monkeypatch.setattr(keys_module, "PIECE", 300)
    assert (content_keys(sequences) == whole).all()
    assert len(set(whole.tolist())) == 5


@pytest.mark.parametrize(("copies", "noted"), [(1, 0), (700, 1)])
def test_a_share_that_equal_examples_make_is_explained(copies, noted):
    keys = name_keys([*range(1000), *["same"] * copies])
    shares = {"test": 0.2, "validation": None}
    drawn = draw_parts(keys, shares, seed=0, where="d")
    notes = share_notes({part: len(members) for part, members in drawn.items()}, shares)
    assert len(notes) == noted
    assert all("because equal examples, and those of one group, stay together" in n for n in notes)


def test_a_part_that_the_source_brings_is_none_of_those_a_share_is_drawn_from():
    shares = {"test": None, "validation": 0.2}
    assert share_notes({"train": 80, "validation": 20, "test": 500}, shares) == ()
