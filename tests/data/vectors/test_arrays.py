"""Arrays that do not fit are refused with their name and place."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.data.vectors.arrays import read_new, read_parts
from rnnkit.errors import DataError

VALUES = np.zeros((5, 2))


def refusal(path: Path, **arrays: object) -> str:
    np.savez(path / "d.npz", **arrays)
    with pytest.raises(DataError) as error:
        read_parts(path / "d.npz")
    assert str(path / "d.npz") in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("offsets", "message"),
    [
        ([0, 2, 4], "offsets goes from 0 to 4: it must begin with 0 and end with 5, the number of"),
        ([1, 5], "offsets goes from 1 to 5"),
        ([0, 2, 2, 5], r"offsets[2] = 2 after 2: every sequence needs a frame"),
        ([0, 4, 3, 5], r"offsets[2] = 3 after 4"),
        ([5], "has shape (1,) of int64: expected N + 1 integers"),
        ([0.0, 5.0], "of float64: expected N + 1 integers"),
    ],
)
def test_offsets(tmp_path: Path, offsets: list[float], message: str) -> None:
    assert message in refusal(tmp_path, values=VALUES, offsets=np.array(offsets))


def test_shapes(tmp_path: Path) -> None:
    assert "x has shape (5, 2): expected sequences of frames, (N, T, F)" in refusal(
        tmp_path, x=VALUES
    )
    assert "x has shape (0, 4, 2): there is nothing in it" in refusal(
        tmp_path, x=np.zeros((0, 4, 2))
    )
    assert "values has shape (0, 2)" in refusal(tmp_path, values=VALUES[:0], offsets=[0, 0])
    assert "values needs offsets (N + 1,) beside it" in refusal(tmp_path, values=VALUES)
    assert "it has y_train; expected x_train" in refusal(tmp_path, y_train=VALUES)
    assert "the frames of test have 1 feature, those of train 2" in refusal(
        tmp_path, x_train=np.zeros((2, 3, 2)), x_test=np.zeros((2, 3, 1))
    )


def test_values(tmp_path: Path) -> None:
    x = np.zeros((2, 3, 2))
    x[1, 2, 0] = np.nan
    x[1, 2, 1] = 1e300
    assert (
        "x_train[1, 2, 0] = nan: frames must be finite float32 numbers (2 such values"
        in refusal(tmp_path, x_train=x)
    )
    assert "holds <U1: expected numbers" in refusal(tmp_path, x=np.full((1, 2, 3), "a"))


def test_object_arrays_are_not_unpickled(tmp_path: Path) -> None:
    ragged = np.array([np.zeros((2, 1)), np.zeros((3, 1))], object)
    assert "x holds Python objects, which could run code" in refusal(tmp_path, x=ragged)
    np.save(tmp_path / "a.npy", ragged)
    with pytest.raises(DataError, match=r"a\.npy.*holds Python objects, which could run code"):
        read_parts(tmp_path / "a.npy")


def test_damaged_npy(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.zeros((4, 3, 2)))
    whole = (tmp_path / "a.npy").read_bytes()
    for piece in (whole[:-8], whole[:20], b"", b"not numpy"):
        (tmp_path / "a.npy").write_bytes(piece)
        with pytest.raises(DataError, match=r"a\.npy: cannot be read as an \.npy array"):
            read_parts(tmp_path / "a.npy")


def test_small_types_stay_small(tmp_path: Path) -> None:
    for dtype, kept in ((np.uint8, np.uint8), (np.bool_, np.uint8), (np.float64, np.float64)):
        np.save(tmp_path / "a.npy", np.ones((1, 2, 3), dtype))
        assert read_new(tmp_path / "a.npy").values.dtype == kept


def test_new_files(tmp_path: Path) -> None:
    np.savez(tmp_path / "n.npz", x_train=np.zeros((2, 3, 1)), x_test=np.ones((2, 3, 1)))
    assert read_new(tmp_path / "n.npz").values.min() == 1
    np.savez(tmp_path / "n.npz", y=VALUES)
    with pytest.raises(DataError, match="no array x_test, x or values: it has y"):
        read_new(tmp_path / "n.npz")
