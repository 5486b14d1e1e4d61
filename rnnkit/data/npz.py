"""The arrays of an .npz file, read as if it came from anyone.

Every size that a header declares is checked before memory is given to it, and nothing is
unpickled.
"""

from __future__ import annotations

import contextlib
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from rnnkit.data.memory import memory_size
from rnnkit.errors import DataError

MAX_DEFLATE_RATIO = 1032  # a byte of deflate cannot stand for more
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,  # a zip compression that Python lacks
    SyntaxError,  # this and the next two: numpy parses a header as Python
    tokenize.TokenError,
    RecursionError,
)


class ArrayFile:
    """The arrays of an open .npz file. Every message names the file and the array."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.path = path
        self._archive = archive
        self.names = [n.removesuffix(".npy") for n in archive.namelist() if n.endswith(".npy")]

    def header(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and dtype of an array, whose size fits the file and the memory.

        Raises:
            DataError: damaged, object arrays, or larger than the file or the memory can hold.
        """
        with self._member(name) as file:
            return self._checked_header(name, file)

    def read(self, name: str) -> NDArray[Any]:
        """One array.

        Raises:
            DataError: as `header`, and truncated or changed content.
        """
        self.header(name)
        with self._member(name) as file:
            array: NDArray[Any] = npy.read_array(file, allow_pickle=False)
            file.read()  # to the end, where the zip file's checksum is compared
            return array

    @contextlib.contextmanager
    def _member(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._archive.open(f"{name}.npy") as file:
                yield file
        except RuntimeError as error:  # zipfile's words for encryption
            raise DataError(f"{self.path}: {name} cannot be read: {error}") from None
        except _DAMAGED as error:
            raise DataError(f"{self.path}: {name} is damaged: {error}") from None

    def _checked_header(self, name: str, file: IO[bytes]) -> tuple[tuple[int, ...], np.dtype[Any]]:
        version = npy.read_magic(file)
        if version not in {(1, 0), (2, 0)}:
            raise ValueError(f"unknown format version {version}")
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, _, dtype = read_header(file)
        if dtype.hasobject:
            raise DataError(
                f"{self.path}: {name} holds Python objects, which could run code when read: "
                "save arrays of numbers or text"
            )
        entry = self._archive.getinfo(f"{name}.npy")
        size = dtype.itemsize
        for side in shape:
            size *= side
        if size != entry.file_size - file.tell() or (
            entry.file_size > (entry.compress_size + 1) * MAX_DEFLATE_RATIO
        ):
            raise DataError(
                f"{self.path}: {name} is damaged: its header declares {shape} {dtype}, "
                f"{size:,} bytes, and the file does not hold them"
            )
        if (memory := memory_size()) is not None and size > memory:
            raise DataError(
                f"{self.path}: {name} has {size:,} bytes, more than this machine's memory "
                f"({memory:,} bytes)"
            )
        return shape, dtype


@contextlib.contextmanager
def open_arrays(path: Path) -> Iterator[ArrayFile]:
    """Open an .npz file.

    Raises:
        DataError: it is not one, or it was cut short.
    """
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGED as error:
        raise DataError(
            f"{path}: not an .npz file, or only a piece of one ({error}): save it again with "
            "numpy.savez_compressed"
        ) from None
    with archive:
        yield ArrayFile(path, archive)
