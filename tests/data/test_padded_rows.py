"""Examples cut out of one array when they are read."""

import numpy as np
import pytest

from rnnkit.data.padded_rows import CutRows
from rnnkit.data.scaling import Scale

VALUES = np.arange(24.0).reshape(12, 2)


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_narrowed_keeps_what_examples_have(padding):
    rows = CutRows(VALUES, np.array([1, 5, 11]), np.array([2, 3, 1]), 3, padding)
    scale = Scale(name="standard", offset=(1.0, 2.0), divisor=(2.0, 4.0))
    narrowed = rows.narrowed(scale)
    assert narrowed.values.shape == (6, 2)
    np.testing.assert_array_equal(narrowed[:], scale.apply(rows[:]))
    overlapping = CutRows(VALUES, np.array([0, 0, 0]), np.array([12, 12, 11]), 12, padding)
    assert overlapping.narrowed(None).values.shape == VALUES.shape


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
