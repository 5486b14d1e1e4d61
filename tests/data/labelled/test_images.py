"""Labelled images that are read pixel by pixel."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from rnnkit.errors import DataError
from rnnkit.tasks.classification.dataset import facts, read_new
from tests.tasks.classification.small import config_of
from tests.tasks.classification.test_dataset import load, message_of

PICTURES = np.arange(6 * 8 * 9, dtype=np.uint8).reshape(6, 8, 9)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    y = np.arange(6) % 2
    np.savez(tmp_path / "p.npz", x_train=PICTURES, y_train=y, x_test=PICTURES[:2], y_test=y[:2])
    return tmp_path / "p.npz"


@pytest.mark.parametrize(
    ("order", "shape"), [("columns", (9, 8)), ("pixels", (72, 1)), ("permuted", (72, 1))]
)
def test_order(pictures: Path, order: str, shape: tuple[int, int]) -> None:
    dataset = load(pictures, order=order, scale="pixels", split={"validation": 0.5})
    kept = dataset.preprocessing
    config = config_of(pictures, order=order)
    assert facts(config, kept).shape == shape
    assert dataset.train.rows(slice(None)).shape == (len(dataset.train), *shape)
    assert dataset.test.is_image
    assert np.array_equal(dataset.test.pictures, PICTURES[:2])
    new = read_new(pictures, config, kept)
    assert np.array_equal(new.rows(slice(None)), dataset.test.rows(slice(None)))
    assert np.array_equal(new.rows(slice(None)), kept.order.apply(PICTURES[:2]) / np.float32(255))


def test_mnist_by_pixels() -> None:
    dataset = load("mnist", order="pixels", limit=20)
    assert dataset.description == "mnist: 20 train, 20 test; 784 steps of 1 feature; 10 classes"


def test_new_images_of_another_size(pictures: Path, tmp_path: Path) -> None:
    kept = load(pictures, order="pixels").preprocessing
    np.savez(tmp_path / "n.npz", x=PICTURES[:, :7])
    with pytest.raises(DataError, match=r"n.npz: 7 rows of 9 pixels, .* images of 8 × 9"):
        read_new(tmp_path / "n.npz", config_of(pictures), kept, labelled=False)


def test_where_there_are_no_images(pictures: Path, tmp_path: Path) -> None:
    assert "data.max_length (=4) would cut" in message_of(pictures, order="pixels", max_length=4)
    np.savez(tmp_path / "flat.npz", x_train=np.zeros((4, 3)), y_train=np.arange(4) % 2)
    assert "are 3 × 1: remove it" in message_of(tmp_path / "flat.npz", order="pixels")
    pd.DataFrame({"a": [1, 2], "y": [0, 1]}).to_csv(tmp_path / "t.csv", index=False)
    said = message_of(tmp_path / "t.csv", order="pixels", label="y")
    assert "data.order (=pixels) is for whole images, but" in said and "is a table" in said
    ids = np.zeros((4, 3), np.int32)
    np.savez(tmp_path / "ids.npz", x_train=ids, y_train=np.arange(4) % 2)
    assert "reads ids" in message_of(tmp_path / "ids.npz", order="pixels", ids=True)
