"""What a Python program holds, a table or arrays -> a file, with which all else goes on as ever.

So a run on it is checked, resumed, evaluated and hashed like any other.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.data.files import checksum
from rnnkit.errors import DataError
from rnnkit.files import TEMPORARY, cannot_write

# a path; a table of pandas, Polars or Arrow; numpy arrays, by the names they have in an .npz or by
# those of columns; one array (N, T, F)
Given = Any
_OF_NPZ = {"x", "y", "values", "offsets"}  # how the names of arrays begin that are no columns


def suffix_for(data: Given) -> str:
    """How the name of its file ends."""
    if isinstance(data, str | Path):
        return Path(data).suffix
    if isinstance(data, np.ndarray):
        return ".npy"
    if isinstance(data, Mapping) and {str(name).partition("_")[0] for name in data} <= _OF_NPZ:
        return ".npz"
    return ".parquet"


def as_file(data: Given, folder: Path, *, array: str | None = None) -> Path:
    """The file at a path, or one in `folder` that holds what was given, named after its content.

    Args:
        data: what was given.
        folder: where the file is made.
        array: the name of a single array in an .npz; None: it is an .npy.

    Raises:
        DataError: it is nothing of that kind.
        RunError: the folder cannot be written.
    """
    if isinstance(data, str | Path):
        return Path(data)
    if array is not None and isinstance(data, np.ndarray):
        data = {array: data}
    suffix = suffix_for(data)
    if suffix == ".npy":
        return _kept(folder, suffix, lambda path: np.save(path, data, allow_pickle=False))
    if not isinstance(data, Mapping):
        return _kept(folder, suffix, lambda path: _write_table(data, path))
    arrays: dict[str, Any] = {str(name): np.asarray(array) for name, array in data.items()}
    if suffix == ".npz":
        return _kept(folder, suffix, lambda path: np.savez(path, **arrays))
    shapes = {name: array.shape for name, array in arrays.items()}
    if len({*shapes.values()}) != 1 or any(len(shape) != 1 for shape in shapes.values()):
        raise DataError(f"data: columns must have one dimension and one length: {shapes}")
    return _kept(folder, suffix, lambda path: _write_table(arrays, path))


def _kept(folder: Path, suffix: str, write: Callable[[Path], object]) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=TEMPORARY) as scratch:
            written = Path(scratch, f"given{suffix}")
            write(written)
            target = folder / f"{checksum([written])[:20]}{suffix}"
            written.replace(target)
    except OSError as error:
        raise cannot_write(folder, error) from error
    return target


def _write_table(data: Any, path: Path) -> None:
    import duckdb  # takes 0.2 s

    try:
        with duckdb.connect() as database:
            database.register("given", data)
            database.table("given").write_parquet(str(path))
    except (duckdb.Error, TypeError, ValueError, RuntimeError):
        raise DataError(
            f"data: {type(data).__name__}: expected a path, a table of pandas, Polars or Arrow, or "
            "numpy arrays by name"
        ) from None
