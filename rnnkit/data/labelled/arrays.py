"""An .npz file -> Examples: x_train, y_train and, where given, x_validation, x_test and theirs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray
from rnnkit.data.labelled.examples import Examples, Labels
from rnnkit.data.labelled.spelling import EXPECTED, meanings, merged
from rnnkit.data.npz import ArrayFile, as_numbers, first_of, kept_dtype
from rnnkit.data.sequences import Sequences
from rnnkit.data.splits import PARTS
from rnnkit.errors import DataError
from rnnkit.words import counted


def read_parts(
    file: ArrayFile, *, ids: bool, max_length: int | None, numbers: bool = False
) -> dict[str, Examples]:
    """Every part that the file brings.

    Args:
        file: the open file.
        ids: x is integers for an embedding.
        max_length: longer sequences are cut to it, so that parts may differ.
        numbers: y is numbers to predict rather than labels.

    Raises:
        DataError: no training part, x without y, or arrays that do not fit one another.
    """
    names = _parts_in(file)
    _check_alike(file, names, ids=ids, max_length=max_length)
    return _alike(
        file,
        {part: _read(file, f"x_{part}", f"y_{part}", ids=ids, numbers=numbers) for part in names},
    )


def outline(
    file: ArrayFile, *, max_length: int | None, numbers: bool = False
) -> dict[str, Examples]:
    """The examples that each part has, answers and lengths, without reading any x.

    Raises:
        DataError: as `read_parts`.
    """
    names = _parts_in(file)
    lengths, features = _check_alike(file, names, ids=False, max_length=max_length)
    values = np.zeros((1, features), np.float32)
    found = {}
    for part, length in zip(names, lengths, strict=True):
        count = file.header(f"x_{part}")[0][0]
        steps = Sequences.of_lengths(values, np.full(count, length))
        found[part] = _answered(file, steps, f"x_{part}", f"y_{part}", numbers=numbers)
    return _alike(file, found)


def read_new(file: ArrayFile, *, ids: bool, labelled: bool, numbers: bool = False) -> Examples:
    """Examples to evaluate or predict: x_test and y_test, or else x and y.

    Raises:
        DataError: neither is there, or they do not fit.
    """
    suffix = next((s for s in ("_test", "") if f"x{s}" in file.names), None)
    if suffix is None:
        raise DataError(f"{file.path}: no array 'x_test' or 'x': it has {file.listed}")
    if labelled and f"y{suffix}" not in file.names:
        raise DataError(f"{file.path}: no array 'y{suffix}': it has {file.listed}")
    y_name = f"y{suffix}" if labelled else None
    return _read(file, f"x{suffix}", y_name, ids=ids, numbers=numbers)


def _parts_in(file: ArrayFile) -> list[str]:
    """The parts that the file brings, train first."""
    found = []
    for part in PARTS:
        missing = [name for name in (f"x_{part}", f"y_{part}") if name not in file.names]
        if len(missing) == 1 or (missing and part == "train"):
            raise DataError(
                f"{file.path}: no array '{missing[0]}': it has {file.listed}; expected x_train "
                "and y_train, and where there are such parts x_validation, y_validation, x_test, "
                "y_test"
            )
        if not missing:
            found.append(part)
    return found


def _check_alike(
    file: ArrayFile, parts: list[str], *, ids: bool, max_length: int | None
) -> tuple[list[int], int]:
    """Each part's T, equal unless `max_length` makes them so, and their F."""
    shapes = {part: _check_shape(file, f"x_{part}", ids=ids) for part in parts}
    train = shapes["train"]
    for part, shape in shapes.items():
        if shape[2] != train[2] or (shape[1] != train[1] and max_length is None):
            raise DataError(
                f"{file.path}: x_{part} has {shape[1]} time steps of {shape[2]} features, "
                f"but x_train has {train[1]} of {train[2]}"
            )
    return [length for _, length, _ in shapes.values()], train[2]


def _alike(file: ArrayFile, parts: dict[str, Examples]) -> dict[str, Examples]:
    """Refuse parts with different numbers of targets."""
    counts = {part: examples.numbers for part, examples in parts.items()}
    for part, count in counts.items():
        if count != counts["train"]:
            raise DataError(
                f"{file.path}: y_{part} has {count} numbers an example, but y_train "
                f"{counts['train']}"
            )
    return parts


def _read(
    file: ArrayFile, x_name: str, y_name: str | None, *, ids: bool, numbers: bool
) -> Examples:
    """The examples in two arrays.

    Args:
        file: the open file.
        x_name: (N, T, F) or (N, T) numbers.
        y_name: (N,) labels, or numbers (N,) or (N, K); None leaves the examples without.
        ids: x is (N, T) integers for an embedding.
        numbers: y is numbers.

    Raises:
        DataError: wrong shapes, dtypes or values, or different lengths.
    """
    _check_shape(file, x_name, ids=ids)
    where = f"{file.path}: {x_name}"
    x = _on_disk(file, x_name, ids=ids) if file.is_large(x_name) else file.read(x_name)
    if not isinstance(x, DiskArray):
        x = _as_kept(x, where, ids=ids)
    sequences = Sequences.of_equal_length(x if x.ndim == 3 else x.reshape(*x.shape, 1))
    if y_name is None:
        return Examples(sequences, Labels.unknown(len(x)))
    return _answered(file, sequences, x_name, y_name, numbers=numbers)


def _answered(
    file: ArrayFile, sequences: Sequences, x_name: str, y_name: str, *, numbers: bool
) -> Examples:
    """The examples with their labels or numbers."""
    if not numbers:
        return Examples(sequences, _read_labels(file, y_name, of=x_name))
    targets = _read_targets(file, y_name, of=x_name)
    return Examples(sequences, Labels.none(len(targets)), targets=targets)


def _on_disk(file: ArrayFile, name: str, *, ids: bool) -> DiskArray:
    """A large array, gone through once: its checksum and its values are right."""
    _, stored = file.header(name)
    x = file.on_disk(name, dtype=np.dtype(np.int32) if ids else kept_dtype(stored))
    error: DataError | None = None
    for start, piece in x.pieces():
        try:
            if error is None:
                _as_kept(piece, x.where, ids=ids, start=start)
        except DataError as found:
            error = found  # a damaged file is the better explanation, found at its end
    if error is not None:
        raise error
    return x


def _check_shape(file: ArrayFile, name: str, *, ids: bool) -> tuple[int, int, int]:
    """(N, T, F) by the header alone; F is 1 for an array (N, T).

    Raises:
        DataError: the shape or the dtype does not fit.
    """
    shape, dtype = file.header(name)
    where = f"{file.path}: {name}"
    if ids and (len(shape) != 2 or dtype.kind not in "iu"):
        raise DataError(
            f"{where} has shape {shape} of {dtype}: a model that starts with an embedding reads "
            "integer ids, (N, T)"
        )
    if len(shape) not in (2, 3):
        raise DataError(f"{where} has shape {shape}: expected (N, T, F) or (N, T)")
    if 0 in shape:
        raise DataError(f"{where} has shape {shape}: there is nothing in it")
    if dtype.kind not in "biuf":
        raise DataError(f"{where} holds {dtype}: expected numbers")
    return shape[0], shape[1], shape[2] if len(shape) == 3 else 1


def _read_targets(file: ArrayFile, name: str, *, of: str) -> NDArray[np.float64]:
    """The numbers in one array, (N,) or (N, K), of the examples in the array `of`, as (N, K).

    Raises:
        DataError: another shape, no numbers, not finite ones, or not as many as examples.
    """
    where = f"{file.path}: {name}"
    shape, dtype = file.header(name)
    _check_count(file, name, of)
    if len(shape) not in (1, 2) or 0 in shape:
        raise DataError(f"{where} has shape {shape}: expected numbers to predict, (N,) or (N, K)")
    if dtype.kind not in "biuf":
        raise DataError(f"{where} holds {dtype}: expected numbers to predict")
    y = file.read(name).astype(np.float64).reshape(shape[0], -1)
    with np.errstate(over="ignore"):
        wrong = ~np.isfinite(y.astype(np.float32))
    if wrong.any():
        raise DataError(
            f"{first_of(y, wrong, where)}: numbers to predict must be finite "
            f"({counted(int(wrong.sum()), 'such value')})"
        )
    return y


def _check_count(file: ArrayFile, name: str, of: str) -> None:
    """Raise a DataError unless there is one answer an example."""
    shape, examples = file.header(name)[0], file.header(of)[0][0]
    if shape and shape[0] != examples:
        raise DataError(
            f"{file.path}: {of} has {examples:,} examples but {name} has {shape[0]:,} labels: "
            "they must be as many"
        )


def _read_labels(file: ArrayFile, name: str, *, of: str) -> Labels:
    """The labels in one array, (N,) or (N, 1), of the examples in the array `of`.

    Raises:
        DataError: another shape, floats, missing labels, or not one an example.
    """
    where = f"{file.path}: {name}"
    shape, dtype = file.header(name)
    _check_count(file, name, of)
    if len(shape) == 2 and shape[1] > 1:
        raise DataError(
            f"{where} has shape {shape}: expected one label an example, (N,); from one-hot rows, "
            "y.argmax(axis=1) makes them"
        )
    if len(shape) not in (1, 2):
        raise DataError(f"{where} has shape {shape}: expected one label an example, (N,)")
    if dtype.kind not in "biufUS":
        raise DataError(f"{where} holds {dtype}: {EXPECTED}")
    found, codes = np.unique(file.read(name).ravel(), return_inverse=True)
    if dtype.kind == "S":
        found = np.char.decode(found, "utf-8", "replace")
    values = (found.astype(np.int64) if dtype.kind == "b" else found).tolist()
    meant = meanings(values, typed=True)
    for wrong in ("", None):
        if wrong in meant:
            number = meant.index(wrong)
            what = "is empty: every example needs a label"
            if wrong is None:
                what = f"= {values[number]}: {EXPECTED}"
            raise DataError(f"{where}[{int(np.argmax(codes == number))}] {what}")
    return merged(codes.astype(np.intp), values, meant, where=where)


def _as_kept(x: NDArray[Any], where: str, *, ids: bool, start: int | None = None) -> NDArray[Any]:
    """Ids, or features; `start` numbers the first row of a piece."""
    if not ids:
        return as_numbers(x, where, "features", start=start)
    for wrong, what in ((x < 0, "is negative"), (x > np.iinfo(np.int32).max, "is too large")):
        if wrong.any():
            raise DataError(f"{first_of(x, wrong, where, start)} {what}: ids count from 0")
    return x.astype(np.int32, copy=False)
