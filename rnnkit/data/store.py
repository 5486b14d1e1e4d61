"""Arrays written once into a folder of the cache, some rows at a time -> read from there.

The same for every task: a file an array, and a file of JSON that says what they are.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.disk import PIECE, DiskArray, DiskFile, bytes_of
from rnnkit.errors import DataError

_CONTENT = "content.json"


class Stored(NamedTuple):
    """What a folder holds."""

    arrays: Mapping[str, DiskArray]
    rest: Mapping[str, Any]  # JSON


class Writer:
    """Fills a folder, which is empty.

    Args:
        folder: of the cache.
        written: called with the bytes of each piece.
    """

    def __init__(self, folder: Path, written: Callable[[int], None]) -> None:
        self._folder, self._written = folder, written
        self._known: dict[str, dict[str, Any]] = {}

    def add(self, name: str, rows: NDArray[Any]) -> None:
        """Append rows, (n, ...), to an array, which becomes as wide as its widest numbers."""
        new = {"dtype": rows.dtype.str, "shape": [0, *rows.shape[1:]], "crc": 0}
        known = self._known.setdefault(name, new)
        dtype = np.promote_types(known["dtype"], rows.dtype)
        if dtype.str != known["dtype"]:
            self._widen(name, dtype)
        content = bytes_of(np.ascontiguousarray(rows, dtype))
        with _path(self._folder, name).open("ab") as file:
            file.write(content)
        known["crc"] = zlib.crc32(content, known["crc"])
        known["shape"][0] += len(rows)
        self._written(len(content))

    def close(self, rest: Mapping[str, Any]) -> None:
        """Write what the arrays are, and the rest."""
        cache.write_checked(self._folder / _CONTENT, {"arrays": self._known, "rest": rest})

    def _widen(self, name: str, dtype: np.dtype[Any]) -> None:
        """Write the rows so far once more."""
        known, path = self._known[name], _path(self._folder, name)
        narrow, crc = known["dtype"], 0
        with path.open("rb") as old, path.with_suffix(".new").open("wb") as new:
            while content := old.read(PIECE):
                wider = np.frombuffer(content, narrow).astype(dtype).tobytes()
                new.write(wider)
                crc = zlib.crc32(wider, crc)
        path.with_suffix(".new").replace(path)
        known.update(dtype=dtype.str, crc=crc)


def stored(
    place: cache.Place | None,
    key: Mapping[str, Any],
    fill: Callable[[Writer], Mapping[str, Any]],
    *,
    size: int,
    what: str,
) -> Stored:
    """The arrays of a key, written now or before.

    Args:
        place: where the cache is; None: nothing can be written.
        key: what the content follows from, as JSON.
        fill: writes the arrays, and gives the rest.
        size: bytes that it takes, or takes at most.
        what: is converted, for messages.

    Raises:
        DataError: there is no place.
        RunError: the disk is too small, or the folder cannot be written.
    """

    def write(folder: Path, written: Callable[[int], None]) -> None:
        writer = Writer(folder, written)
        writer.close(fill(writer))

    return cache.converted(place, key, write, read_stored, size=size, what=what)


def read_stored(folder: Path) -> Stored:
    """What was written into a folder, once its checksums were compared.

    Raises:
        DataError: it is damaged.
        ValueError: its JSON is.
    """
    content = cache.read_checked(folder / _CONTENT)
    arrays = {name: _array(folder, name, **known) for name, known in content["arrays"].items()}
    return Stored(arrays, content["rest"])


def _array(folder: Path, name: str, *, dtype: str, shape: list[int], crc: int) -> DiskArray:
    file, kind = DiskFile(_path(folder, name)), np.dtype(dtype)
    array = DiskArray(file, 0, tuple(shape), kind, kind, str(folder), (0, crc))
    if file.size != len(array) * array.row_bytes:
        raise DataError(f"{folder}: damaged")
    for _ in array.pieces():
        pass
    return array


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.bin"
