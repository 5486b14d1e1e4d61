"""Batches: every example once an epoch, one fixed shape, an order that the seed decides."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rnnkit.data.dataset import Part
from rnnkit.training.batches import batches, epoch_order, steps_an_epoch


def part_of(examples: int) -> Part:
    store = np.arange(examples, dtype=np.float32).reshape(examples, 1, 1)
    return Part(store, (np.arange(examples) % 3).astype(np.int32))


@settings(derandomize=True, max_examples=50, deadline=None)
@given(examples=st.integers(1, 50), batch_size=st.integers(1, 20), seed=st.integers(0, 5))
def test_every_example_counts_exactly_once(examples: int, batch_size: int, seed: int) -> None:
    order = epoch_order(examples, seed=seed, epoch=0, shuffle=True)
    seen = []
    count = 0
    for batch in batches(part_of(examples), order, batch_size):
        assert batch.x.shape == (batch_size, 1, 1)
        seen += batch.x[batch.valid == 1].ravel().tolist()
        count += 1
    assert sorted(seen) == list(range(examples))
    assert count == steps_an_epoch(examples, batch_size)


def test_the_order_is_a_function_of_seed_and_epoch() -> None:
    first = epoch_order(100, seed=1, epoch=2, shuffle=True)
    assert np.array_equal(first, epoch_order(100, seed=1, epoch=2, shuffle=True))
    assert not np.array_equal(first, epoch_order(100, seed=1, epoch=3, shuffle=True))
    assert not np.array_equal(first, epoch_order(100, seed=2, epoch=2, shuffle=True))
    assert np.array_equal(epoch_order(5, seed=1, epoch=0, shuffle=False), np.arange(5))


def test_filler_rows_weigh_nothing_and_classes_their_weight() -> None:
    [batch] = batches(part_of(4), np.arange(4), 6, class_weight={1: 2.5})
    assert batch.valid.tolist() == [1, 1, 1, 1, 0, 0]
    assert batch.y.tolist() == [0, 1, 2, 0, 0, 1]
    assert batch.weight.tolist() == [1, 2.5, 1, 1, 0, 0]
