"""Windows cut out of one array are what padding copies of them would give."""

import numpy as np
import pytest

from rnnkit.data.padded_rows import CutRows
from rnnkit.data.padding import pad_sequences
from rnnkit.data.sequences import Sequences

VALUES = np.arange(24.0).reshape(12, 2)


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_as_padded_copies(padding):
    first, kept = np.array([0, 1, 5, 11]), np.array([3, 2, 3, 1])
    rows = CutRows(VALUES, first, kept, 3, padding)
    copies = pad_sequences(Sequences(VALUES, first, kept), 3, padding=padding, zeros=False)
    assert rows.shape == copies.shape == (4, 3, 2)
    assert rows.dtype == copies.dtype
    np.testing.assert_array_equal(rows[:], copies)
    np.testing.assert_array_equal(rows[np.array([2, 0])], copies[[2, 0]])


def test_whole_windows_keep_their_dtype():
    rows = CutRows(VALUES.astype(np.uint8), np.array([0, 1]), np.array([2, 2]), 2, "pre")
    assert (rows.dtype, rows[:].dtype) == (np.uint8, np.uint8)
    assert rows[:].tolist() == [[[0, 1], [2, 3]], [[2, 3], [4, 5]]]


def test_ids_are_padded_with_0():
    ids = np.arange(1, 5, dtype=np.int32)[:, None]
    rows = CutRows(ids, np.array([0, 2]), np.array([1, 2]), 2, "pre", ids=True)
    assert rows.shape == (2, 2)
    assert rows[:].tolist() == [[0, 1], [3, 4]]
    assert rows[:].dtype == np.int32
