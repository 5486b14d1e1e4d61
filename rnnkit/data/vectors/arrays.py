"""An .npz or .npy file -> the sequences of each part: arrays (N, T, F), or ragged ones.

Ragged sequences are two arrays: `values` (S, F), all frames end to end, and `offsets` (N + 1,),
where each begins and the last one ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from rnnkit.data.cache import Place
from rnnkit.data.disk import DiskArray, DiskFile
from rnnkit.data.npz import DAMAGED, ArrayFile, as_numbers, kept_dtype, open_arrays
from rnnkit.data.ram import is_large
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.splits import PARTS
from rnnkit.errors import DataError
from rnnkit.words import counted

_EXPECTED = (
    "expected x_train (N, T, F), or values_train (S, F) and offsets_train (N + 1,), and where "
    "there are such parts the same for validation and test; or one part alone, x, or values and "
    "offsets"
)


def read_parts(path: Path, place: Place | None = None) -> dict[str, Sequences]:
    """Every part that the file brings; what is not named as a part is for training.

    Raises:
        DataError: no training part, shapes that do not fit, or values that are no finite numbers.
    """
    if path.suffix.lower() == ".npy":
        return {"train": _read_npy(path)}
    with open_arrays(path, place) as file:
        parts = {part: _read(file, suffix) for part, suffix in _parts_in(file).items()}
    features = {part: sequences.values.shape[1] for part, sequences in parts.items()}
    for part, count in features.items():
        if count != features["train"]:
            raise DataError(
                f"{path}: the frames of {part} have {counted(count, 'feature')}, those of train "
                f"{features['train']}"
            )
    return parts


def read_new(path: Path, place: Place | None = None) -> Sequences:
    """Sequences to evaluate: the test part, or else the only one.

    Raises:
        DataError: as `read_parts`.
    """
    if path.suffix.lower() == ".npy":
        return _read_npy(path)
    with open_arrays(path, place) as file:
        for suffix in ("_test", ""):
            if {f"x{suffix}", f"values{suffix}"} & set(file.names):
                return _read(file, suffix)
        raise DataError(f"{path}: no array x_test, x or values: it has {file.listed}")


def _parts_in(file: ArrayFile) -> dict[str, str]:
    """The ending of the array names of each part."""
    names = set(file.names)
    found = {part: f"_{part}" for part in PARTS if {f"x_{part}", f"values_{part}"} & names}
    if not found and {"x", "values"} & names:
        found = {"train": ""}
    if "train" not in found:
        raise DataError(f"{file.path}: it has {file.listed}; {_EXPECTED}")
    return found


def _read(file: ArrayFile, suffix: str) -> Sequences:
    if f"x{suffix}" in file.names:
        where = f"{file.path}: x{suffix}"
        return _of_equal_length(_loaded(file, f"x{suffix}"), where)
    if f"offsets{suffix}" not in file.names:
        raise DataError(f"{file.path}: values{suffix} needs offsets{suffix} (N + 1,) beside it")
    where = f"{file.path}: values{suffix}"
    values = _loaded(file, f"values{suffix}")
    if values.ndim != 2 or 0 in values.shape:
        raise DataError(f"{where} has shape {values.shape}: expected frames (S, F)")
    values = _checked(values, where)
    offsets = file.read(f"offsets{suffix}")
    return _cut(values, offsets, f"{file.path}: offsets{suffix}")


def _read_npy(path: Path) -> Sequences:
    try:
        # mapped, so that no RAM is given to more than the file holds
        x = npy.open_memmap(path, mode="r")
    except (*DAMAGED, OverflowError) as error:
        reason = str(error)
        if "Python objects" in reason or "pickle" in reason:
            reason = "it holds Python objects, which could run code when read: save numbers"
        raise DataError(f"{path}: cannot be read as an .npy array: {reason}") from None
    if not is_large(x.nbytes):
        return _of_equal_length(np.array(x), str(path))
    if not x.flags.c_contiguous:
        raise DataError(
            f"{path} is too large for the RAM and stored column by column: save it again "
            "after numpy.ascontiguousarray"
        )
    file, dtype = DiskFile(path), kept_dtype(x.dtype)
    return _of_equal_length(
        DiskArray(file, x.offset, x.shape, x.dtype, dtype, str(path)), str(path)
    )


def _loaded(file: ArrayFile, name: str) -> NDArray[Any] | DiskArray:
    """In RAM, or on disk where it is large."""
    if not file.is_large(name):
        return file.read(name)
    _, stored = file.header(name)
    return file.on_disk(name, dtype=kept_dtype(stored))


def _of_equal_length(x: NDArray[Any] | DiskArray, where: str) -> Sequences:
    if x.ndim != 3:
        raise DataError(f"{where} has shape {x.shape}: expected sequences of frames, (N, T, F)")
    if 0 in x.shape:
        raise DataError(f"{where} has shape {x.shape}: there is nothing in it")
    return Sequences.of_equal_length(_checked(x, where))


def _checked(x: NDArray[Any] | DiskArray, where: str) -> NDArray[Any] | DiskArray:
    """Finite numbers; what stays on disk is gone through once."""
    if not isinstance(x, DiskArray):
        return _numbers(x, where)
    for start, piece in x.pieces():
        _numbers(piece, where, start=start)
    return x


def _cut(values: NDArray[Any] | DiskArray, offsets: NDArray[Any], where: str) -> Sequences:
    """Cut frames (S, F) into sequences at `offsets` (N + 1,)."""
    if offsets.ndim != 1 or len(offsets) < 2 or offsets.dtype.kind not in "iu":
        raise DataError(
            f"{where} has shape {offsets.shape} of {offsets.dtype}: expected N + 1 integers"
        )
    places = offsets.astype(np.int64)
    if places[0] != 0 or places[-1] != len(values):
        raise DataError(
            f"{where} goes from {places[0]} to {places[-1]}: it must begin with 0 and end with "
            f"{len(values)}, the number of frames"
        )
    lengths: Indices = np.diff(places).astype(np.intp)
    if (wrong := lengths < 1).any():
        first = int(np.argmax(wrong))
        raise DataError(
            f"{where}[{first + 1}] = {places[first + 1]} after {places[first]}: every sequence "
            "needs a frame, so each offset must be larger than the one before"
        )
    return Sequences.of_lengths(values, lengths)


def _numbers(x: NDArray[Any], where: str, *, start: int | None = None) -> NDArray[Any]:
    """As they are kept; `start`: what stands before them along the first axis."""
    if x.dtype.kind not in "biuf":
        raise DataError(f"{where} holds {x.dtype}: expected numbers")
    return as_numbers(x, where, "frames", start=start)
