"""Arrays in an .npz file -> examples, or a message that names file, array and place."""

import numpy as np
import pytest

from rnnkit.data.labelled import arrays
from rnnkit.data.labelled.spelling import EXPECTED
from rnnkit.data.npz import open_arrays
from rnnkit.errors import DataError

X = np.arange(24, dtype=np.float32).reshape(4, 3, 2)
Y = np.array([0, 1, 0, 1])


def read(tmp_path, *, ids=False, max_length=None, **content):
    np.savez(tmp_path / "d.npz", **content)
    with open_arrays(tmp_path / "d.npz") as file:
        return arrays.read_parts(file, ids=ids, max_length=max_length)


def message_of(tmp_path, **content) -> str:
    with pytest.raises(DataError) as error:
        read(tmp_path, **content)
    return str(error.value).removeprefix(f"{tmp_path / 'd.npz'}: ")


def test_the_parts_that_are_there(tmp_path):
    parts = read(tmp_path, x_train=X, y_train=Y, x_test=X[:2], y_test=Y[:2], other=X)
    assert list(parts) == ["train", "test"]
    assert len(parts["train"]) == 4
    assert parts["train"].sequences.values.shape == (12, 2)
    assert parts["test"].sequences.lengths.tolist() == [3, 3]


def test_an_array_without_features_gets_one(tmp_path):
    parts = read(tmp_path, x_train=X[:, :, 0], y_train=Y)
    assert parts["train"].sequences.values.shape == (12, 1)


@pytest.mark.parametrize(
    ("dtype", "stored"),
    [
        ("uint8", "uint8"),
        ("bool", "uint8"),
        ("int16", "int16"),
        ("float16", "float16"),
        ("int64", "float64"),
        ("float64", "float64"),
        (">f8", "float64"),
    ],
)
def test_numbers_stay_small(tmp_path, dtype, stored):
    values = (X % 2).astype(dtype)
    parts = read(tmp_path, x_train=values, y_train=Y)
    assert parts["train"].sequences.values.dtype == stored
    assert (parts["train"].sequences.values == X.reshape(-1, 2) % 2).all()


@pytest.mark.parametrize(
    ("y", "values"),
    [
        (np.array([3, 1, 3, 1], np.uint8), (1, 3)),
        (np.array([[3], [1], [3], [1]]), (1, 3)),
        (np.array([True, False, True, False]), (0, 1)),
        (np.array(["b", "a", "b", "a"]), ("a", "b")),
        (np.array(["ö".encode(), b"a", "ö".encode(), b"a"]), ("a", "ö")),
    ],
)
def test_labels(tmp_path, y, values):
    labels = read(tmp_path, x_train=X, y_train=y)["train"].labels
    assert labels.values == values
    assert [type(value) for value in labels.values] == [type(value) for value in values]
    assert labels.codes.tolist() == [1, 0, 1, 0]


def test_ids(tmp_path):
    ids = np.array([[1, 2, 0], [5, 1, 1]])
    parts = read(tmp_path, x_train=ids, y_train=Y[:2], ids=True)
    assert parts["train"].sequences.values.dtype == np.int32
    assert parts["train"].sequences.values[:, 0].tolist() == [1, 2, 0, 5, 1, 1]


def changed(index, value):
    x = X.copy()
    x[index] = value
    return x


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            {"x": X, "y": Y},
            "no array 'x_train': it has x, y; expected x_train and y_train, and where there are "
            "such parts x_validation, y_validation, x_test, y_test",
        ),
        (
            {"x_train": X, "y_train": Y, "x_test": X},
            "no array 'y_test': it has x_train, y_train, x_test; expected x_train and y_train, "
            "and where there are such parts x_validation, y_validation, x_test, y_test",
        ),
        (
            {"x_train": X, "y_train": Y[:3]},
            "x_train has 4 examples but y_train has 3 labels: they must be as many",
        ),
        (
            {"x_train": X[0, 0], "y_train": Y},
            "x_train has shape (2,): expected (N, T, F) or (N, T)",
        ),
        (
            {"x_train": X[None], "y_train": Y},
            "x_train has shape (1, 4, 3, 2): expected (N, T, F) or (N, T)",
        ),
        ({"x_train": X[:0], "y_train": Y}, "x_train has shape (0, 3, 2): there is nothing in it"),
        ({"x_train": X.astype(str), "y_train": Y}, "x_train holds <U32: expected numbers"),
        (
            {"x_train": changed((2, 1), np.nan), "y_train": Y},
            "x_train[2, 1, 0] = nan: features must be finite float32 numbers (2 such values in "
            "all)",
        ),
        (
            {"x_train": changed(0, 1.0).astype(float) * 1e300, "y_train": Y},
            "x_train[0, 0, 0] = 1e+300: features must be finite float32 numbers (24 such values "
            "in all)",
        ),
        ({"x_train": X, "y_train": Y / 2}, f"y_train[1] = 0.5: {EXPECTED}"),
        (
            {"x_train": X, "y_train": np.eye(4)},
            "y_train has shape (4, 4): expected one label an example, (N,); from one-hot rows, "
            "y.argmax(axis=1) makes them",
        ),
        (
            {"x_train": X, "y_train": np.zeros((4, 1, 1))},
            "y_train has shape (4, 1, 1): expected one label an example, (N,)",
        ),
        (
            {"x_train": X, "y_train": np.array(["a", "b", "", "a"])},
            "y_train[2] is empty: every example needs a label",
        ),
        (
            {"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y},
            "x_test has 2 time steps of 2 features, but x_train has 3 of 2",
        ),
        (
            {"x_train": X, "y_train": Y, "ids": True},
            "x_train has shape (4, 3, 2) of float32: a model that starts with an embedding reads "
            "integer ids, (N, T)",
        ),
        (
            {"x_train": np.array([[1, -2]]), "y_train": Y[:1], "ids": True},
            "x_train[0, 1] = -2 is negative: ids count from 0",
        ),
        (
            {"x_train": np.array([[1, 2**40]]), "y_train": Y[:1], "ids": True},
            "x_train[0, 1] = 1099511627776 is too large: ids count from 0",
        ),
    ],
)
def test_what_does_not_fit(tmp_path, content, message):
    assert message_of(tmp_path, **content) == message


def test_parts_may_differ_in_length_under_max_length(tmp_path):
    content = {"x_train": X, "y_train": Y, "x_test": X[:, :2], "y_test": Y}
    parts = read(tmp_path, **content, max_length=2)
    assert parts["test"].sequences.lengths.tolist() == [2] * 4


def new(tmp_path, *, labelled, **content):
    np.savez(tmp_path / "new.npz", **content)
    with open_arrays(tmp_path / "new.npz") as file:
        return arrays.read_new(file, ids=False, labelled=labelled)


def test_new_examples_are_x_test_or_x(tmp_path):
    both = new(tmp_path, labelled=True, x_test=X[:2], y_test=Y[:2], x=X, y=Y)
    assert len(both) == 2
    alone = new(tmp_path, labelled=False, x=X)
    assert len(alone) == 4
    assert alone.labels.codes.tolist() == [-1] * 4
    with pytest.raises(DataError, match=r"no array 'y': it has x$"):
        new(tmp_path, labelled=True, x=X)
    with pytest.raises(DataError, match=r"no array 'x_test' or 'x': it has z$"):
        new(tmp_path, labelled=False, z=X)
