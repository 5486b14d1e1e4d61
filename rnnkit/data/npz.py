"""The arrays of an .npz file, read as if it came from anyone.

Every size that a header declares is checked before RAM is given to it, and nothing is
unpickled. Large arrays stay on disk: an uncompressed one is read where it lies, a compressed one
is first unpacked into the cache.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import math
import struct
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.disk import PIECE, DiskArray, DiskFile
from rnnkit.data.ram import is_large, ram_size
from rnnkit.errors import DataError
from rnnkit.files import open_regular
from rnnkit.words import counted, named

MAX_DEFLATE_RATIO = 1032  # a byte of deflate cannot stand for more
MAX_DIRECTORY = 1 << 22  # bytes of a zip's table of contents, which Python reads whole
_LOCAL_HEADER = 30  # bytes, before the name
DAMAGED = (  # what a file that is none, or is damaged, leads numpy and zipfile to
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

    def __init__(self, path: Path, archive: zipfile.ZipFile, place: cache.Place | None) -> None:
        self.path = path
        self._unpack_into = place
        self._archive = archive
        self.names = [n.removesuffix(".npy") for n in archive.namelist() if n.endswith(".npy")]

    @property
    def listed(self) -> str:
        """What it has, for messages."""
        return named(self.names) or "no arrays"

    def header(self, name: str) -> tuple[tuple[int, ...], np.dtype[Any]]:
        """Shape and dtype of an array, whose size fits the file.

        Raises:
            DataError: damaged, object arrays, or larger than the file can hold.
        """
        with self._member(name) as file:
            shape, dtype, _ = self._checked_header(name, file)
            return shape, dtype

    def is_large(self, name: str) -> bool:
        """Whether an array is to stay on disk."""
        return is_large(self._entry(name).file_size)

    def on_disk(self, name: str, *, dtype: np.dtype[Any]) -> DiskArray:
        """An array that stays on disk and is given out as `dtype`.

        Its checksum is compared by the first `DiskArray.pieces` that comes to the end.

        Raises:
            DataError: as `header`; it cannot be read in place and there is nowhere to unpack it.
        """
        with self._member(name) as file:
            shape, stored, fortran = self._checked_header(name, file)
            begin = file.tell()
        size = self._entry(name).file_size
        where = f"{self.path}: {name}"
        if fortran:
            raise DataError(
                f"{where} is too large for the RAM and stored column by column: save it again "
                "after numpy.ascontiguousarray"
            )
        if (member := self._place(name)) is None:
            source, member = self._unpacked(name), 0
        else:
            source = _whole(self.path, member + size)
        head = np.empty(begin, np.uint8)
        source.fill(head, member)
        crc = (zlib.crc32(head.data), self._entry(name).CRC)
        return DiskArray(source, member + begin, shape, stored, dtype, where, crc)

    def read(self, name: str) -> NDArray[Any]:
        """One array.

        Raises:
            DataError: as `header`; truncated or changed content; more than the RAM holds.
        """
        shape, dtype = self.header(name)
        size = dtype.itemsize * math.prod(shape)
        if (ram := ram_size()) is not None and size > ram:
            raise DataError(
                f"{self.path}: {name} has {size:,} bytes, more than this machine's RAM "
                f"({ram:,} bytes)"
            )
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
        except DAMAGED as error:
            raise DataError(f"{self.path}: {name} is damaged: {error}") from None

    def _entry(self, name: str) -> zipfile.ZipInfo:
        return self._archive.getinfo(f"{name}.npy")

    def _place(self, name: str) -> int | None:
        """Where an uncompressed array's .npy begins in the file; None for a compressed one."""
        entry = self._entry(name)
        if entry.compress_type != zipfile.ZIP_STORED:
            return None
        with self.path.open("rb") as file:  # `_member` has compared the name and the signature
            file.seek(entry.header_offset)
            lengths: tuple[int, int] = struct.unpack("<HH", file.read(_LOCAL_HEADER)[-4:])
        return int(entry.header_offset) + _LOCAL_HEADER + sum(lengths)

    def _unpacked(self, name: str) -> DiskFile:
        """The cache's .npy of a compressed array."""
        size = self._entry(name).file_size

        def unpack(folder: Path, written: Callable[[int], None]) -> None:
            with self._member(name) as file, (folder / "x.npy").open("wb") as out:
                while piece := file.read(PIECE):
                    out.write(piece)
                    written(len(piece))

        def whole(folder: Path) -> DiskFile:
            return _whole(folder / "x.npy", size)

        key = {"sha256": self._sha256, "array": name}
        what = f"{self.path}: {name} (save it with numpy.savez, not savez_compressed, to spare it)"
        return cache.converted(self._unpack_into, key, unpack, whole, size=size, what=what)

    @functools.cached_property
    def _sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _checked_header(
        self, name: str, file: IO[bytes]
    ) -> tuple[tuple[int, ...], np.dtype[Any], bool]:
        version = npy.read_magic(file)
        if version not in {(1, 0), (2, 0)}:
            raise ValueError(f"unknown format version {version}")
        read_header = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, dtype = read_header(file)
        if dtype.hasobject:
            raise DataError(
                f"{self.path}: {name} holds Python objects, which could run code when read: "
                "save arrays of numbers or text"
            )
        entry = self._entry(name)
        size = dtype.itemsize
        for side in shape:
            size *= side
        if (
            min(shape, default=0) < 0
            or size != entry.file_size - file.tell()
            or (entry.file_size > (entry.compress_size + 1) * MAX_DEFLATE_RATIO)
        ):
            raise DataError(
                f"{self.path}: {name} is damaged: its header declares {shape} {dtype}, "
                f"{size:,} bytes, and the file does not hold them"
            )
        return shape, dtype, fortran


def kept_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    """As which numbers are kept: small ones as they are, wide ones float64, which a scale needs."""
    if dtype == np.bool_:
        return np.dtype(np.uint8)
    return np.dtype(np.float64) if dtype.itemsize > 4 else dtype


def as_numbers(x: NDArray[Any], where: str, noun: str, *, start: int | None = None) -> NDArray[Any]:
    """An array, or a piece of one, as it is kept.

    Args:
        x: numbers.
        where: the array, for messages.
        noun: what its values are called.
        start: of a piece the number of its first row.

    Raises:
        DataError: a value is not finite in float32.
    """
    kept = x.view(np.uint8) if x.dtype == np.bool_ else x.astype(kept_dtype(x.dtype), copy=False)
    if kept.dtype.kind == "f":
        with np.errstate(over="ignore"):  # what overflows is found as infinite
            wrong = ~np.isfinite(kept.astype(np.float32, copy=False))
        if wrong.any():
            values = counted(int(wrong.sum()), "such value")
            among = "in all" if start is None else "near it"
            raise DataError(
                f"{first_of(x, wrong, where, start)}: {noun} must be finite float32 numbers "
                f"({values} {among})"
            )
    return kept


def first_of(
    x: NDArray[Any], wrong: NDArray[np.bool_], where: str, start: int | None = None
) -> str:
    """`x_train[17, 3] = nan`, the first place where `wrong` is true; `start` as above."""
    place = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    shown = ((start or 0) + place[0], *place[1:])
    return f"{where}[{', '.join(str(int(i)) for i in shown)}] = {x[place]}"


def _whole(path: Path, size: int) -> DiskFile:
    """A file that has so many bytes."""
    file = DiskFile(path)
    if file.size < size:
        raise DataError(f"{path} is damaged: it ends inside an array")
    return file


@contextlib.contextmanager
def open_arrays(path: Path, place: cache.Place | None = None) -> Iterator[ArrayFile]:
    """Open an .npz file.

    Args:
        path: the file.
        place: where large compressed arrays are unpacked.

    Raises:
        DataError: it is not one, or it was cut short.
    """
    try:
        _check_directory(path)
        archive = zipfile.ZipFile(path)
    except DAMAGED as error:
        raise DataError(
            f"{path}: not an .npz file, or only a piece of one ({error}): save it again with "
            "numpy.savez_compressed"
        ) from None
    with archive:
        yield ArrayFile(path, archive, place)


def _check_directory(path: Path) -> None:
    """Refuse a table of contents that would fill the RAM when Python reads it.

    A file that is no zip, or declares a wrong size, is left to zipfile.
    """
    with open_regular(path) as file:
        file.seek(-min(path.stat().st_size, 1 << 16), 2)
        end = file.read()
    place = end.rfind(b"PK\x05\x06")
    found = end[place + 12 : place + 16] if place >= 0 else b""
    size = int.from_bytes(found, "little")
    if MAX_DIRECTORY < size < path.stat().st_size:
        raise DataError(f"{path}: its table of contents has {size:,} bytes: too many arrays")
