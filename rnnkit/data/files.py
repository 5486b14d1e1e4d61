"""The `source:` of a config -> a file that is there and of a known kind, with its checksum."""

from __future__ import annotations

import contextlib
import dataclasses
import difflib
import glob
import hashlib
import itertools
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from rnnkit.data.ram import ram_size
from rnnkit.data.tables import FORMATS, suffix_of
from rnnkit.datasets import EMBEDDED, FOLDER, GENERATED, Embedded
from rnnkit.errors import DataError
from rnnkit.files import open_regular
from rnnkit.words import counted, listed, quoted

ARRAYS = ".npz"
TABLES = tuple(FORMATS)
EXAMPLES = (ARRAYS, *TABLES)  # suffixes of files with labelled examples
_PIECE = 1 << 20  # bytes read at once for a checksum


@dataclasses.dataclass(frozen=True)
class Source:
    """A data file that is there.

    Args:
        path: the file, or the first of several tables.
        name: of the embedded data, or the file's.
        embedded: what is known of it without reading, when rnnkit brings it.
        others: further tables that are read with it, end to end.
        joined: those that a query reads beside them.
    """

    path: Path
    name: str
    embedded: Embedded | None = None
    others: tuple[Path, ...] = ()
    joined: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        """Those that are one table."""
        return (self.path, *self.others)

    @property
    def where(self) -> str:
        """What messages call it."""
        return self.name if self.embedded is not None else str(self.path)

    @property
    def is_arrays(self) -> bool:
        return self.path.suffix.lower() == ARRAYS

    def checksum(self) -> str:
        """The file's sha256 in hex; that of embedded data is as it should be.

        Raises:
            DataError: the file cannot be read, or is damaged.
        """
        digest = checksum((*self.files, *self.joined))
        if self.embedded is not None and digest != self.embedded.sha256:
            raise DataError(
                f"{self.path}, which rnnkit brings, is damaged: its sha256 is {digest} instead of "
                f"{self.embedded.sha256}: install rnnkit again"
            )
        return digest


def with_joined(source: Source, tables: Mapping[str, str]) -> Source:
    """A source with the files of `data.tables`.

    Raises:
        DataError: one is not there, or is no table.
    """
    found = (find_files(path, kinds=TABLES) for path in tables.values())
    return dataclasses.replace(source, joined=tuple(itertools.chain.from_iterable(found)))


def find_source(
    source: str | Sequence[str], holds: str, *, kinds: Sequence[str] = EXAMPLES
) -> Source:
    """The embedded data of this name, or the file at this path.

    Args:
        source: a name or a path, or paths of tables that are read end to end.
        holds: what embedded data must hold: images, text, a series.
        kinds: the suffixes of files that can be read.

    Raises:
        DataError: it is not there, cannot be read, or is embedded data of another kind.
    """
    if not isinstance(source, str):
        first, *others = _find_each(source)
        name = f"{first.name} and {counted(len(others), 'other file')}"
        return Source(first, name, others=tuple(others))
    embedded = EMBEDDED.get(source)
    if embedded is None:
        first, *others = find_files(source, kinds=kinds)
        return Source(first, Path(source).name, others=tuple(others))
    if embedded.holds != holds:
        raise DataError(f"'{source}', which rnnkit brings, holds {embedded.holds}, not {holds}")
    return Source(find_file(FOLDER / embedded.file, kinds=kinds), source, embedded)


def size_of(sources: Iterable[str]) -> int | None:
    """Bytes of the files of sources; None for what rnnkit brings or makes, or is not there."""
    size = 0
    for source in sources:
        found = glob.glob(source) if glob.has_magic(source) else [source]  # noqa: PTH207 absolute
        if source in EMBEDDED or not any(map(os.path.exists, found)):
            return None
        for path in map(Path, found):
            below = path.rglob("*") if path.is_dir() else [path]
            size += sum(file.stat().st_size for file in below if file.is_file())
    return size


def find_files(source: str | Path, *, kinds: Sequence[str] = EXAMPLES) -> list[Path]:
    """The file at `source`; or the tables of a folder, or those that fit a pattern, by name.

    Raises:
        DataError: as `find_file`; no table, or tables of several kinds.
    """
    path = Path(source)
    # os.path, which says no of a name that is too long
    if os.path.isdir(path) and set(TABLES) & set(kinds):  # noqa: PTH112
        found = [file for file in sorted(path.iterdir()) if suffix_of(file) in TABLES]
        what = f"{path} is a folder without tables: it needs {listed(TABLES)} files"
        if deeper := next((f for f in path.glob("*/*") if suffix_of(f) in TABLES), None):
            pattern = path / "*" / f"*{suffix_of(deeper)}"
            what = f"{path} has tables in its folders: name them all, as in {pattern}"
    elif glob.has_magic(str(path)) and not os.path.exists(path):  # noqa: PTH110
        found = sorted(map(Path, glob.glob(str(path), recursive=True)))  # noqa: PTH207 absolute
        what = f"there is no file {path}, and none that fits this pattern"
    else:
        return [find_file(path, kinds=kinds)]
    if not found:
        raise DataError(what)
    suffixes = _one_kind(str(path), found)
    if len(found) > 1 and suffixes[0] not in TABLES:
        raise DataError(f"{path}: only tables are read from several files: name one")
    return [find_file(file, kinds=kinds) for file in found]


def _find_each(sources: Sequence[str]) -> list[Path]:
    """The tables of a list, in its order."""
    found = [file for one in sources for file in find_files(one, kinds=TABLES)]
    _one_kind("data.source", found)
    if twice := [file.name for file, count in Counter(found).items() if count > 1]:
        raise DataError(f"data.source names {quoted(twice)} more than once: its rows would be too")
    return found


def _one_kind(where: str, found: Sequence[Path]) -> list[str]:
    """The suffix that files share."""
    suffixes = sorted({suffix_of(file) for file in found})
    if len(suffixes) > 1:
        raise DataError(
            f"{where}: files of several kinds, {listed(suffixes)}: name one kind, as in "
            f"*{suffixes[0]}"
        )
    return suffixes


def find_file(source: str | Path, *, kinds: Sequence[str] = EXAMPLES) -> Path:
    """The file at `source`, which exists, is not empty and has one of the suffixes `kinds`.

    Raises:
        DataError: otherwise, with near misses among the embedded names or the folder's files.
    """
    path = Path(source)
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(f"there is no file {path}.{_near_miss(path)}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read: {_reason(error)}") from None
    if stat.S_ISDIR(status.st_mode):
        raise DataError(f"{path} is a folder: name one file in it")
    if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device might never end
        raise DataError(f"{path} is a device or a pipe: name a file")
    if suffix_of(path) not in kinds:
        raise DataError(f"{path}: cannot read '{path.suffix}' files: expected {listed(kinds)}")
    if status.st_size == 0:
        raise DataError(f"{path} is empty")
    return path


def read_bytes(path: Path) -> bytes:
    """The content of a file.

    Raises:
        DataError: it cannot be read, is no ordinary file, or is larger than the RAM.
    """
    with open_file(path) as file:
        size, limit = os.fstat(file.fileno()).st_size, ram_size()
        if limit is not None and size > limit:
            raise DataError(f"{path} has {size:,} bytes, more than this machine's RAM")
        return file.read()


def checksum(paths: Iterable[Path]) -> str:
    """The sha256 of files, end to end, in hex.

    Raises:
        DataError: one cannot be read, or is no ordinary file.
    """
    digest = hashlib.sha256()
    for path in paths:
        with open_file(path) as file:
            while piece := file.read(_PIECE):
                digest.update(piece)
    return digest.hexdigest()


@contextlib.contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """A file to read from.

    Raises:
        DataError: it cannot be read, now or in the body, or is no ordinary file.
    """
    try:
        with open_regular(path) as file:
            yield file
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {_reason(error)}") from None


def _near_miss(path: Path) -> str:
    brought = [] if path.suffix else sorted({*EMBEDDED, *GENERATED})
    names = [file.name for file in path.parent.glob("*")]
    if near := difflib.get_close_matches(path.name, [*names, *brought], n=1):
        whose = "" if near[0] in names else ", which rnnkit brings"
        return f" Did you mean '{near[0]}'{whose}?"
    return f" rnnkit brings: {', '.join(brought)}." if brought else ""


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
