"""A Part's rows are the model's input."""

import numpy as np

from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.labelled.dataset import Part
from rnnkit.data.labelled.preprocessing import Scale

Y = np.zeros(2, np.int32)


def test_rows_are_scaled_float32_and_the_store_stays():
    store = np.array([[[0], [255]], [[51], [0]]], np.uint8)
    part = Part(store, Y, scale=Scale(name="pixels", offset=(0.0,), divisor=(255.0,)))
    assert len(part) == 2
    x = part.rows(np.array([1, 0, 1]))
    assert x.dtype == np.float32
    np.testing.assert_array_equal(x[:, :, 0], np.float32([[0.2, 0], [0, 1], [0.2, 0]]))
    assert part.rows(slice(0, 1)).shape == (1, 2, 1)
    assert part.store is store
    assert store.max() == 255


def test_rows_without_a_scale_are_a_copy():
    store = np.ones((2, 3, 1), np.float32)
    Part(store, Y).rows(slice(None))[:] = 7
    assert (store == 1).all()


def test_padded_steps_hold_the_padding_value_whatever_the_scale():
    store = np.array([[[3.0, 5.0], [np.nan, np.nan]]], np.float32)
    scale = Scale(name="standard", offset=(1.0, 5.0), divisor=(2.0, 1.0))
    x = Part(store, Y[:1], scale=scale, masked=True).rows(slice(None))
    assert x.tolist() == [[[1.0, 0.0], [PADDING_VALUE, PADDING_VALUE]]]
    assert np.isnan(store).sum() == 2


def test_the_padding_value_is_exact_in_float32():
    assert float(np.float32(PADDING_VALUE)) == PADDING_VALUE


def test_ids_stay_integers():
    part = Part(np.array([[1, 2], [3, 0]], np.int32), Y)
    x = part.rows(np.array([1]))
    assert x.dtype == np.int32
    assert x.tolist() == [[3, 0]]
