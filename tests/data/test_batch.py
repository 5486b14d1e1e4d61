"""Batches: every example once an epoch, one fixed shape, an order that the seed decides."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.data.batch import Shuffle, epoch_order, steps_an_epoch
from rnnkit.data.labelled.dataset import Part


def part_of(examples: int) -> Part:
    store = np.arange(examples, dtype=np.float32).reshape(examples, 1, 1)
    return Part(store, (np.arange(examples) % 3).astype(np.int32))


@settings(max_examples=50)
@given(examples=st.integers(1, 50), batch_size=st.integers(1, 20), seed=st.integers(0, 5))
def test_every_example_counts_exactly_once(examples: int, batch_size: int, seed: int) -> None:
    seen = []
    count = 0
    for batch in part_of(examples).batches(batch_size, shuffle=Shuffle(seed, 0)):
        assert batch.x.shape == (batch_size, 1, 1)
        seen += batch.x[batch.valid == 1].ravel().tolist()
        count += 1
    assert sorted(seen) == list(range(examples))
    assert count == steps_an_epoch(examples, batch_size)


def test_the_order_is_a_function_of_seed_and_epoch() -> None:
    first = epoch_order(100, Shuffle(seed=1, epoch=2))
    assert np.array_equal(first, epoch_order(100, Shuffle(seed=1, epoch=2)))
    assert not np.array_equal(first, epoch_order(100, Shuffle(seed=1, epoch=3)))
    assert not np.array_equal(first, epoch_order(100, Shuffle(seed=2, epoch=2)))
    assert np.array_equal(epoch_order(5, None), np.arange(5))


def test_a_pass_can_start_in_its_middle() -> None:
    whole = list(part_of(23).batches(4, shuffle=Shuffle(1, 1)))
    rest = list(part_of(23).batches(4, shuffle=Shuffle(1, 1), start=2))
    assert len(rest) == len(whole) - 2
    for a, b in zip(whole[2:], rest, strict=True):
        assert np.array_equal(a.x, b.x)
        assert np.array_equal(a.valid, b.valid)


def test_filler_rows_weigh_nothing_and_classes_their_weight() -> None:
    part = dataclasses.replace(part_of(4), weight=np.array([1, 2.5, 1, 1], np.float32))
    [batch] = part.batches(6)
    assert batch.valid.tolist() == [1, 1, 1, 1, 0, 0]
    assert batch.y.tolist() == [0, 1, 2, 0, 0, 1]
    assert batch.weight.tolist() == [1, 2.5, 1, 1, 0, 0]
