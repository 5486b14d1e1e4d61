"""Which pixel stands where in each order, and the way back."""

import numpy as np
import pytest

from rnnkit.data.order import ImageOrder, image_order
from rnnkit.errors import DataError

IMAGES = np.arange(2 * 2 * 3).reshape(2, 2, 3)  # the first is [[0, 1, 2], [3, 4, 5]]


def order_of(name: str, *, seed: int = 0) -> ImageOrder:
    return image_order(name, (2, 3), seed=seed, where="d.npz")


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("rows", [[0, 1, 2], [3, 4, 5]]),
        ("columns", [[0, 3], [1, 4], [2, 5]]),
        ("pixels", [[0], [1], [2], [3], [4], [5]]),
    ],
)
def test_orders(name: str, first: list[list[int]]) -> None:
    order = order_of(name)
    assert order.apply(IMAGES)[0].tolist() == first
    assert order.shape == np.shape(first)


def test_permuted_is_one_order_for_all_images() -> None:
    order = order_of("permuted", seed=1)
    sequences = order.apply(IMAGES)
    assert sorted(order.permutation) == list(range(6)) != list(order.permutation)
    assert sequences[0, :, 0].tolist() == list(order.permutation)
    assert np.array_equal(sequences[1] - 6, sequences[0])
    assert order == order_of("permuted", seed=1) != order_of("permuted", seed=2)


@pytest.mark.parametrize("name", ["rows", "columns", "pixels", "permuted"])
def test_there_and_back(name: str) -> None:
    order = ImageOrder.model_validate_json(order_of(name).model_dump_json())
    assert order.apply(IMAGES).shape == (2, *order.shape)
    assert np.array_equal(order.undo(order.apply(IMAGES)), IMAGES)
    assert np.array_equal(order.undo(order.apply(IMAGES[0])), IMAGES[0])


def test_places() -> None:
    assert np.array_equal(order_of("rows").places(), np.eye(2))
    assert np.array_equal(order_of("columns").places(), np.eye(3))
    pixels = order_of("pixels").places()
    assert pixels[4].tolist() == [0, 1, 0, 1, 0]  # row 1, column 1
    permuted = order_of("permuted", seed=1)
    assert np.array_equal(permuted.places(), pixels[list(permuted.permutation)])


@pytest.mark.parametrize("shape", [(5, 1), (1, 5)])
def test_sequences_have_no_order_of_pixels(shape: tuple[int, int]) -> None:
    with pytest.raises(DataError, match=r"data.order \(=pixels\) is for images.*d.npz are"):
        image_order("pixels", shape, seed=0, where="d.npz")
    assert image_order("rows", shape, seed=0, where="d.npz").shape == shape


def test_another_size() -> None:
    with pytest.raises(DataError, match=r"new.npz: 4 rows of 3 pixels, .*images of 2 × 3"):
        order_of("pixels").check((4, 3), "new.npz")
