"""Padding and cutting, compared with the definition written out a step at a time."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rnnkit.data.padded_rows import pad_sequences, shared_length
from rnnkit.data.sequences import Sequences

sides = st.sampled_from(["pre", "post"])


def sequences_of(lists, dtype=np.float32) -> Sequences:
    values = np.array(list(itertools.chain(*lists)), dtype)[:, None]
    return Sequences.of_lengths(values, np.array([len(one) for one in lists], np.intp))


# a busy machine is slow to draw
@given(
    st.lists(st.integers(1, 7), min_size=1, max_size=12), st.integers(1, 9), sides, sides, st.data()
)
def test_pad_sequences_is_pads_definition(lengths, length, padding, truncating, data):
    counter = iter(range(1, 1000))
    lists = [[next(counter) for _ in range(n)] for n in lengths]
    chosen = data.draw(st.lists(st.integers(0, len(lists) - 1), min_size=1, unique=True))
    expected = []
    for one in (lists[i] for i in chosen):
        kept = one[-length:] if truncating == "pre" else one[:length]
        fill = [0] * (length - len(kept))
        expected.append(fill + kept if padding == "pre" else kept + fill)

    taken = sequences_of(lists, np.int32).take(np.array(chosen))
    ids = pad_sequences(taken, length, padding=padding, truncating=truncating, ids=True)[:]
    assert ids.dtype == np.int32
    assert ids.tolist() == expected

    taken = sequences_of(lists, np.uint8).take(np.array(chosen))
    floats = pad_sequences(taken, length, padding=padding, truncating=truncating)[:]
    assert np.nan_to_num(floats)[:, :, 0].tolist() == expected
    assert np.isnan(floats).sum() == np.sum(np.array(expected) == 0)


def test_bytes_of_equal_length_stay_bytes_and_are_not_copied():
    x = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    sequences = Sequences.of_equal_length(x)
    padded = pad_sequences(sequences, 4, padding="post", truncating="pre")
    assert padded.dtype == np.uint8
    assert np.shares_memory(padded, x)
    assert (padded == x).all()
    second = pad_sequences(sequences.take(np.array([1])), 4, padding="post", truncating="pre")
    assert (second == x[1:]).all()


def test_one_long_sequence_takes_no_more_than_its_steps():
    lengths = np.ones(10**6, np.intp)
    lengths[0] = 10**6
    values = np.zeros((int(lengths.sum()), 1), np.uint8)
    padded = pad_sequences(Sequences.of_lengths(values, lengths), 10**6)
    assert padded.shape == (10**6, 10**6, 1)
    assert padded.nbytes < 20 * len(values)
    assert np.isnan(padded[-1:][0, 1:]).all()


@pytest.mark.parametrize(
    ("lengths", "max_length", "expected"),
    [([5, 5], None, 5), ([5, 4], None, None), ([5, 4], 4, 4), ([5, 4], 3, 3), ([5, 5], 6, None)],
)
def test_shared_length(lengths, max_length, expected):
    assert shared_length(lengths, max_length) == expected


FRAMES = np.arange(6, dtype=np.uint8)[:, None]


def test_shorter_ones_end_in_zeros():
    some = Sequences.of_lengths(FRAMES, np.array([1, 3, 2])).take(np.array([2, 1]))
    result = pad_sequences(some, 4, ids=True)
    assert result[:].tolist() == [[4, 5, 0, 0], [1, 2, 3, 0]]
    assert result.dtype == np.uint8


@pytest.mark.parametrize("starts", [[3, 0], [2, 1]])
def test_equal_ones(starts):
    some = Sequences(FRAMES, np.array(starts), np.array([3, 3]))
    assert pad_sequences(some, 3)[:, :, 0].tolist() == [[s, s + 1, s + 2] for s in starts]
