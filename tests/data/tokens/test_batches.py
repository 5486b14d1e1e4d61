"""Sequences in batches of similar length."""

import numpy as np
import pytest

from rnnkit.data.batch import Shuffle
from rnnkit.data.buckets import bucket_limits
from rnnkit.data.sequences import Sequences
from rnnkit.data.tokens.dataset import SequencePart

END = 0
LENGTHS = np.array([1, 9, 2, 3, 4, 1, 8], np.intp)


def part(buckets: tuple[int, ...] = (3, 10)) -> SequencePart:
    values = np.arange(1, LENGTHS.sum() + 1, dtype=np.int32)
    return SequencePart(Sequences.of_lengths(values, LENGTHS), END, buckets)


@pytest.mark.parametrize("shuffle", [None, Shuffle(0, 0), Shuffle(0, 1)])
def test_every_token_and_every_end_counts_once(shuffle: Shuffle | None) -> None:
    batches = list(part().batches(2, shuffle=shuffle))
    assert len(batches) == part().steps(2) == 4
    counted = np.concatenate([b.y[b.valid > 0] for b in batches])
    assert sorted(counted) == [END] * 7 + list(range(1, 29))
    assert len(counted) == part().predictions
    assert {b.x.shape for b in batches} == {(2, 3), (2, 10)}


def test_a_row_reads_from_the_end_mark_and_predicts_up_to_it() -> None:
    x, y, valid, weight, _ = next(iter(part().batches(2)))
    assert x.tolist() == [[END, 1, END], [END, 11, 12]]
    assert y.tolist() == [[1, END, END], [11, 12, END]]
    assert valid.tolist() == weight.tolist() == [[1, 1, 0], [1, 1, 1]]
    assert (x.dtype, y.dtype) == (np.int32, np.int32)


def test_filler_rows_count_nothing() -> None:
    batches = list(part((10,)).batches(4))
    assert batches[-1].valid.sum(axis=1).tolist() == [5, 2, 9, 0]


def test_longer_sequences_than_the_buckets_have_one_more() -> None:
    assert {b.x.shape[1] for b in part((3, 5)).batches(2)} == {3, 5, 10}


def test_shuffling_is_a_function_of_seed_and_epoch() -> None:
    def order(epoch: int, start: int = 0) -> list[list[list[int]]]:
        batches = part().batches(2, shuffle=Shuffle(3, epoch), start=start)
        return [b.y.tolist() for b in batches]

    assert order(1) == order(1)
    assert order(1)[2:] == order(1, start=2)
    assert order(1) != order(2)


def test_one_sequence() -> None:
    assert part().tokens(2).tolist() == [11, 12]


@pytest.mark.parametrize(
    ("lengths", "buckets"),
    [([4], (5,)), ([9] * 10, (10,)), ([1, 1, 5, 5, 9, 9, 19, 19], (2, 6, 10, 20))],
)
def test_buckets(lengths: list[int], buckets: tuple[int, ...]) -> None:
    assert bucket_limits(np.array(lengths) + 1) == buckets
