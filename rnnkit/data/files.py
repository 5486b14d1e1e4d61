"""The `source:` of a config -> a file that is there and of a known kind, with its checksum."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
from pathlib import Path

from rnnkit.config.problems import listed
from rnnkit.datasets import EMBEDDED, FOLDER, Embedded
from rnnkit.errors import DataError

ARRAYS = ".npz"
TABLES = (".csv", ".parquet", ".jsonl")


@dataclasses.dataclass(frozen=True)
class Source:
    """A data file that is there.

    Args:
        path: the file.
        name: of the embedded data, or the file's.
        embedded: what is known of it without reading, when rnnkit brings it.
    """

    path: Path
    name: str
    embedded: Embedded | None = None

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
        try:
            with self.path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise DataError(f"{self.path}: cannot be read: {_reason(error)}") from None
        if self.embedded is not None and digest != self.embedded.sha256:
            raise DataError(
                f"{self.path}, which rnnkit brings, is damaged: its sha256 is {digest} instead of "
                f"{self.embedded.sha256}: install rnnkit again"
            )
        return digest


def find_source(source: str, task: str) -> Source:
    """The embedded data of this name, or the file at this path.

    Raises:
        DataError: it is not there, cannot be read, or is data for another task.
    """
    embedded = EMBEDDED.get(source)
    if embedded is None:
        path = find_file(source)
        return Source(path, path.name)
    if task not in embedded.tasks:
        raise DataError(f"'{source}' is data for {listed(embedded.tasks)}, not for {task}")
    return Source(find_file(FOLDER / embedded.file), source, embedded)


def find_file(source: str | Path) -> Path:
    """The file at `source`, which exists, is not empty and has a suffix that can be read.

    Raises:
        DataError: otherwise, with near misses among the embedded names or the folder's files.
    """
    path = Path(source)
    try:
        size = path.stat().st_size
    except (FileNotFoundError, NotADirectoryError):
        raise DataError(f"there is no file {path}.{_near_miss(path)}") from None
    except (OSError, ValueError) as error:
        raise DataError(f"{path}: cannot be read: {_reason(error)}") from None
    if path.is_dir():
        raise DataError(f"{path} is a folder: name one file in it")
    if path.suffix.lower() not in (ARRAYS, *TABLES):
        kinds = listed([ARRAYS, *TABLES])
        raise DataError(f"{path}: cannot read '{path.suffix}' files: expected {kinds}")
    if size == 0:
        raise DataError(f"{path} is empty")
    return path


def _near_miss(path: Path) -> str:
    if not path.suffix and (near := difflib.get_close_matches(path.name, EMBEDDED, n=1)):
        return f" Did you mean '{near[0]}', which rnnkit brings?"
    names = [file.name for file in path.parent.glob("*")]
    if near := difflib.get_close_matches(path.name, names, n=1, cutoff=0.6):
        return f" Did you mean '{near[0]}'?"
    return "" if path.suffix else f" rnnkit brings: {', '.join(EMBEDDED)}."


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
