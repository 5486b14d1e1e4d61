"""One process a run: a lock on the run folder, which the kernel frees when its holder dies."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from rnnkit.errors import RunError

try:
    import fcntl
except ImportError:  # Windows: two processes on one run are not told apart there
    fcntl = None  # type: ignore[assignment]


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock file `path` while the body runs.

    It is a flock: it goes with its process, however that ends, so what a dead one left behind
    never stands in the way. On NFS it needs version 4, or 3 with lockd.

    Raises:
        RunError: another process holds it, or the folder cannot be written.
    """
    try:
        file = path.open("a+b", buffering=0)
    except OSError as error:
        raise RunError(f"{path.parent}: cannot be written: {error.strerror}") from None
    with file:
        _take(file, path)
        since = time.strftime("%Y-%m-%d %H:%M:%S")
        holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": since}
        try:
            file.truncate(0)
            file.write(json.dumps(holder).encode())
        except OSError as error:
            raise RunError(f"{path}: cannot be written: {error.strerror}") from None
        yield


def is_held(path: Path) -> bool:
    """Whether another process holds the lock file; False where that cannot be known.

    To ask takes it for an instant, in which nobody else can.
    """
    if fcntl is None or not path.is_file():
        return False
    with contextlib.suppress(OSError), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _take(file: IO[bytes], path: Path) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _holder(file)
        raise RunError(f"{path.parent}: in use by {holder}; wait for it or stop it") from None
    except OSError as error:
        raise RunError(f"{path}: cannot be locked: {error.strerror}") from None


def _holder(file: IO[bytes]) -> str:
    file.seek(0)
    try:
        holder = json.loads(file.read())
        return f"process {holder['pid']} on {holder['host']} since {holder['since']}"
    except (ValueError, KeyError, TypeError):  # it has just been taken
        return "another process"
