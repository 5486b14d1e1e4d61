"""Features that are too large for the RAM: written into the cache, in the order of sequences."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.disk import DiskArray, DiskFile
from rnnkit.errors import DataError

_VALUES, _REST = "values.bin", "values.json"
_NUMBER = np.dtype(np.float64)


def write_features(
    folder: Path, pieces: Iterable[NDArray[Any]], written: Callable[[int], None]
) -> None:
    """Fill a folder of the cache with the rows of some pieces, (rows, F) each."""
    crc = 0
    with (folder / _VALUES).open("wb") as file:
        for piece in pieces:
            raw = np.ascontiguousarray(piece, _NUMBER).data
            crc = zlib.crc32(raw, crc)
            file.write(raw)
            written(raw.nbytes)
    cache.write_checked(folder / _REST, {"crc": crc})


def read_features(folder: Path, shape: tuple[int, int]) -> DiskArray:
    """What was written, (S, F), once its checksum was compared.

    Raises:
        DataError: it is damaged.
    """
    crc = cache.read_checked(folder / _REST)["crc"]
    file = DiskFile(folder / _VALUES)
    if file.size != _NUMBER.itemsize * shape[0] * shape[1]:
        raise DataError(f"{folder}: damaged")
    values = DiskArray(file, 0, shape, _NUMBER, _NUMBER, str(folder), (0, crc))
    for _ in values.pieces():
        pass
    return values
