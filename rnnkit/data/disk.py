"""Arrays that stay on disk: a batch's rows are copied out of the file when they are asked for.

Positional reads rather than a memory map: a file that is cut short, or a disk that fails, gives a
message instead of a SIGBUS, and what was read counts as the system's cache, not as this process's
memory. Unlike a map they need no alignment, so an array is read where it lies inside a .npz.

The order is that of data in RAM, a full permutation of the examples for each seed and epoch
(batch.py): nothing is shuffled within a window or by blocks.
"""

from __future__ import annotations

import dataclasses
import os
import weakref
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import DataError
from rnnkit.files import open_regular

PIECE = 1 << 24  # bytes read at once when an array is gone through from end to end


class DiskFile:
    """A file held open for as long as something reads from it.

    Raises:
        DataError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with open_regular(path) as file:
                self._handle = os.dup(file.fileno())
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror}") from None
        weakref.finalize(self, os.close, self._handle)

    @property
    def size(self) -> int:
        return os.fstat(self._handle).st_size

    def fill(self, array: NDArray[Any], offset: int) -> None:
        """Read a contiguous array's bytes from `offset` on.

        Raises:
            DataError: the file has become shorter, or the disk fails.
        """
        self.fill_bytes(bytes_of(array), offset)

    def fill_bytes(self, view: memoryview, offset: int) -> None:
        """`fill` for many parts of one array, which need no array each."""
        done = 0
        while done < len(view):
            try:
                count = self._read(view[done:], offset + done)
            except OSError as error:
                raise DataError(f"{self.path}: cannot be read: {error.strerror}") from None
            if count == 0:
                raise DataError(f"{self.path}: it became shorter while it was read: start again")
            done += count

    def expect(self, offset: int, size: int) -> None:
        """Have the system read ahead."""
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(self._handle, offset, size, os.POSIX_FADV_WILLNEED)

    def _read(self, view: memoryview, offset: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._handle, [view], offset)
        os.lseek(self._handle, offset, os.SEEK_SET)  # Windows
        data = os.read(self._handle, len(view))
        view[: len(data)] = data
        return len(data)


@dataclasses.dataclass(frozen=True, eq=False)
class DiskArray:
    """An array in C order inside a file, of the same shape and dtype as it would have in RAM.

    Args:
        file: where it lies.
        offset: of its first byte.
        shape: (N, ...).
        stored: the dtype in the file.
        dtype: what it is given out as.
        where: what messages call it.
        crc: (CRC-32 of what stands before the array, CRC-32 of both); None where none is known.
    """

    file: DiskFile
    offset: int
    shape: tuple[int, ...]
    stored: np.dtype[Any]
    dtype: np.dtype[Any]
    where: str
    crc: tuple[int, int] | None = None

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def row_bytes(self) -> int:
        """Of one row in the file."""
        return self.stored.itemsize * int(np.prod(self.shape[1:], dtype=np.int64))

    def __len__(self) -> int:
        return self.shape[0]

    def reshape(self, *shape: int) -> DiskArray:
        """The same values in another shape; one side may be -1."""
        known = -int(np.prod(shape, dtype=np.int64))
        total = int(np.prod(self.shape, dtype=np.int64))
        sides = tuple(total // known if side == -1 else side for side in shape)
        return dataclasses.replace(self, shape=sides)

    def raw(self, start: int, rows: int) -> NDArray[Any]:
        """Rows from `start` on as they are stored, (rows, ...)."""
        values = np.empty((rows, *self.shape[1:]), self.stored)
        self.file.fill(values, self.offset + start * self.row_bytes)
        return values

    def __getitem__(self, chosen: Any) -> NDArray[Any]:
        """The rows of a slice, or rows by number, of any shape; one read for each stretch."""
        if isinstance(chosen, slice):
            start, stop, _ = chosen.indices(len(self))
            return self._given(self.raw(start, max(0, stop - start)))
        flat = np.asarray(chosen).reshape(-1)
        values = np.empty((len(flat), *self.shape[1:]), self.stored)
        view, size = bytes_of(values), self.row_bytes
        begins = np.flatnonzero(np.diff(flat, prepend=-2) != 1)
        ends = np.append(begins[1:], len(flat))
        places = self.offset + flat[begins] * size
        stretches = list(zip(begins.tolist(), ends.tolist(), places.tolist(), strict=True))
        if len(stretches) > 1:
            for begin, end, place in stretches:  # the system looks for them all at once
                self.file.expect(place, (end - begin) * size)
        for begin, end, place in stretches:
            self.file.fill_bytes(view[begin * size : end * size], place)
        return self._given(values.reshape((*np.shape(chosen), *self.shape[1:])))

    def part(self, start: int, stop: int) -> DiskArray:
        """The same file's rows from `start` up to `stop`."""
        offset, shape = self.offset + start * self.row_bytes, (stop - start, *self.shape[1:])
        return dataclasses.replace(self, offset=offset, shape=shape, crc=None)

    def pieces(self) -> Iterator[tuple[int, NDArray[Any]]]:
        """Everything once as it is stored, each piece with the number of its first row.

        Raises:
            DataError: at the end, when the checksum is not what was written.
        """
        step = max(1, PIECE // max(1, self.row_bytes))
        found = self.crc[0] if self.crc else 0
        for start in range(0, len(self), step):
            piece = self.raw(start, min(step, len(self) - start))
            if self.crc:
                found = zlib.crc32(piece.reshape(-1).view(np.uint8).data, found)
            yield start, piece
        if self.crc and found != self.crc[1]:
            unpacked = not self.where.startswith(str(self.file.path))
            advice = f"; delete {self.file.path}, it is written again" if unpacked else ""
            raise DataError(f"{self.where} is damaged: its CRC-32 is not what was written{advice}")

    def max(self) -> Any:
        return max(piece.max() for _, piece in self.pieces())

    def _given(self, values: NDArray[Any]) -> NDArray[Any]:
        if self.stored == np.bool_:
            return values.view(np.uint8)
        return values.astype(self.dtype, copy=False)


def bytes_of(array: NDArray[Any]) -> memoryview:
    """The bytes of an array in C order."""
    return memoryview(array.reshape(-1).view(np.uint8).data)
