"""Sequences of unequal length: batches as long as they need, and what comes of that."""

import dataclasses

import numpy as np
import pytest

from rnnkit.data.batch import Shuffle
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.labelled.dataset import Part
from rnnkit.data.padded_rows import CutRows

LENGTHS = np.array([2, 9, 3, 2, 8, 3, 2, 9])


@pytest.fixture(params=["pre", "post"])
def part(request) -> Part:
    values = np.arange(float(LENGTHS.sum()))[:, None].astype(np.float32)
    first = np.cumsum(LENGTHS) - LENGTHS
    store = CutRows(values, first, LENGTHS, 9, request.param)
    return Part(store, y=np.arange(8, dtype=np.int32), masked=True)


def test_a_batch_is_as_long_as_its_longest(part: Part) -> None:
    batches = list(part.batches(2))
    assert part.steps(2) == len(batches)
    shapes = [batch.x.shape for batch in batches]
    assert sorted(shapes) == [(2, 2, 1)] * 2 + [(2, 3, 1)] + [(2, 9, 1)] * 2
    assert batches[0].y[0] == 0  # without shuffle the first example is in the first batch
    for batch in batches:
        steps = (batch.x != PADDING_VALUE).sum(axis=(1, 2))
        assert steps.tolist() == LENGTHS[batch.y].tolist()


def test_every_example_counts_once_an_epoch(part: Part) -> None:
    for epoch in range(2):
        batches = list(part.batches(2, shuffle=Shuffle(0, epoch)))
        seen = np.concatenate([batch.y[batch.valid > 0] for batch in batches])
        assert sorted(seen.tolist()) == list(range(8))


def test_a_pass_goes_on_where_it_stopped(part: Part) -> None:
    shuffle = Shuffle(3, 1)
    whole, rest = list(part.batches(2, shuffle=shuffle)), part.batches(2, shuffle=shuffle, start=2)
    for one, other in zip(whole[2:], rest, strict=True):
        np.testing.assert_array_equal(one.x, other.x)


def test_values_come_back_in_the_order_of_the_rows(part: Part) -> None:
    values = np.concatenate([batch.y[batch.valid > 0] for batch in part.batches(2)])
    assert values.tolist() != list(range(8))
    assert part.in_order(values, 2).tolist() == list(range(8))


def test_equal_lengths_are_left_alone(part: Part) -> None:
    equal = dataclasses.replace(part, store=np.zeros((8, 9, 1), np.float32))
    assert [batch.y.tolist() for batch in equal.batches(4)] == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_new_rows_are_filled_up_whoever_stands_beside_them(part: Part) -> None:
    new = dataclasses.replace(part, new=True)
    together = {int(y): batch.x.shape[1] for batch in new.batches(2) for y in batch.y}
    assert together == {number: 8 if length <= 8 else 9 for number, length in enumerate(LENGTHS)}
