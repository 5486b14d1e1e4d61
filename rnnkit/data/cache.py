"""Large data in a form that cannot be read in place -> a folder that can, written once.

The folders stand in `runs/<name>/cache/`, beside the runs of that name, which share them; each is
named after the sha256 of the source and the options it was read with. One is written beside its
name and renamed when it is whole, so a conversion that was killed is never taken for one; it begins
again. The cache may be deleted at any time.
"""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import hashlib
import json
import os
import shutil
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from rnnkit.errors import DataError, RunError
from rnnkit.files import read_regular

try:
    import fcntl
except ImportError:  # Windows: two processes can convert the same data twice there
    fcntl = None  # type: ignore[assignment]

FORMAT = 4  # of what is written; another one is converted again
_WRITING = ".writing-"
_KEY = "key.json"
_EVERY = 5.0  # seconds between two lines of progress

# (folder, written): fill `folder`, which is empty, and call written(bytes) on the way
Fill = Callable[[Path, Callable[[int], None]], None]
Found = TypeVar("Found")


@dataclasses.dataclass(frozen=True)
class Place:
    """Where conversions go and who hears of them."""

    folder: Path  # made when it is needed
    say: Callable[[str], None] | None = None  # called with lines of progress


def converted(
    place: Place | None,
    key: Mapping[str, Any],
    fill: Fill,
    read: Callable[[Path], Found],
    *,
    size: int,
    what: str,
) -> Found:
    """What `read` finds in the folder that `fill` filled for this key, now or before.

    A conversion of before that is damaged is made again.

    Args:
        place: where it is; None: nothing can be converted.
        key: what the content follows from, as JSON.
        fill: writes the content.
        read: reads it; whatever it raises means that the content is damaged.
        size: bytes that it takes, or takes at most.
        what: is converted, for messages.

    Raises:
        DataError: there is no place for conversions.
        RunError: the disk is too small, or the folder cannot be written.
    """
    if place is None:
        raise DataError(
            f"{what}: it is too large for the RAM and must be converted first, which "
            "`rnnkit train` does once, in the folder of its runs"
        )
    text = _text(key)
    target = place.folder / _name(text)
    if (found := _found(target, read)) is not None:
        return found
    try:
        place.folder.mkdir(parents=True, exist_ok=True)
        with _alone(place):
            if (found := _found(target, read)) is not None:  # another process has just written it
                return found
            temporary = place.folder / f"{_WRITING}{target.name}"
            _clear_up(place.folder)
            if target.exists():
                if place.say is not None:
                    place.say(f"{target} is damaged: it is written again")
                shutil.rmtree(target)
            _check_space(place.folder, size, what)
            temporary.mkdir()
            try:
                fill(temporary, _progress(place, size, what))
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                raise
            (temporary / _KEY).write_text(text + "\n", encoding="utf-8")
            _flush(temporary)
            temporary.rename(target)
    except OSError as error:
        raise RunError(f"{place.folder}: cannot be written: {error.strerror or error}") from error
    return read(target)


def existing(
    place: Place | None, key: Callable[[], Mapping[str, Any]], read: Callable[[Path], Found]
) -> Found | None:
    """What `read` finds in a conversion that was made before; None without a whole one.

    Args:
        place: where conversions are.
        key: gives what the content follows from; only called where there are conversions.
        read: as for `converted`.
    """
    if place is None or not any(place.folder.glob(f"*/{_KEY}")):
        return None
    return _found(place.folder / _name(_text(key())), read)


def write_checked(path: Path, values: Mapping[str, Any]) -> None:
    """JSON behind its CRC-32."""
    text = json.dumps(values)
    path.write_text(f"{zlib.crc32(text.encode())} {text}", encoding="utf-8")


def read_checked(path: Path) -> dict[str, Any]:
    """What `write_checked` wrote.

    Raises:
        ValueError: it is damaged.
    """
    found, _, text = read_regular(path).decode().partition(" ")
    if found != str(zlib.crc32(text.encode())):
        raise ValueError("its CRC-32 is not what was written")
    values: dict[str, Any] = json.loads(text)
    return values


def _found(target: Path, read: Callable[[Path], Found]) -> Found | None:
    if not (target / _KEY).is_file():
        return None
    try:
        return read(target)
    except MemoryError:
        raise
    except Exception:  # whatever damaged bytes lead to: what cannot be read is written again
        return None


def _text(key: Mapping[str, Any]) -> str:
    return json.dumps({"format": FORMAT, **key}, sort_keys=True)


def _name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:20]


@contextlib.contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Only one process converts into a folder; the others wait for what it writes."""
    lock = place.folder / ".lock"
    if lock.is_symlink() or (lock.exists() and not lock.is_file()):
        raise OSError(errno.EINVAL, f"{lock.name} is a link, a pipe or a device: delete it")
    with lock.open("a") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if place.say is not None:
                    place.say(f"waiting for another process that converts into {place.folder}")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _clear_up(folder: Path) -> None:
    """Delete what conversions that were killed left; a link, and not what it leads to."""
    for left in folder.glob(f"{_WRITING}*"):
        if left.is_symlink() or not left.is_dir():
            left.unlink()
        else:
            shutil.rmtree(left)


def _check_space(folder: Path, size: int, what: str) -> None:
    free = _free(folder)
    if size > free:
        raise RunError(
            f"{what}: converting it needs {_gigabytes(size)} in {folder}, where "
            f"{_gigabytes(free)} are free"
        )


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free


def _progress(place: Place, size: int, what: str) -> Callable[[int], None]:
    say = place.say or (lambda line: None)
    name = what.partition(" (")[0]
    say(f"converting {what} once, up to {_gigabytes(size)} into {place.folder}")
    done, spoken = 0, time.monotonic()

    def written(count: int) -> None:
        nonlocal done, spoken
        done += count
        if time.monotonic() - spoken >= _EVERY:
            spoken = time.monotonic()
            say(f"converting {name}: {_gigabytes(done)} of {_gigabytes(size)}")

    return written


def _flush(folder: Path) -> None:
    for path in (*folder.iterdir(), folder):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"
