"""Files that are read only where they can be files, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rnnkit.errors import RunError

TEMPORARY = ".writing-"  # how the name of a file begins while it is written
MAX_TEXT = 1 << 27  # bytes that are read at once; a vocabulary of a million words has 20 MB


def open_regular(path: Path, *, most: int | None = None) -> io.BufferedReader:
    """Open a file that a user has not looked at: in a foreign folder any name may be anything.

    Raises:
        OSError: it cannot be read, is no ordinary file, or has more than `most` bytes.
    """
    status = path.stat()  # before it is opened: a pipe waits for a writer, a device may never end
    if not (stat.S_ISREG(status.st_mode) or stat.S_ISDIR(status.st_mode)):
        raise OSError(errno.EINVAL, "it is a pipe or a device: name a file", str(path))
    if most is not None and status.st_size > most:
        raise OSError(errno.EFBIG, f"{status.st_size:,} bytes are too many for it", str(path))
    return path.open("rb")


def read_regular(path: Path, *, most: int = MAX_TEXT) -> bytes:
    """The content of such a file.

    Raises:
        OSError: as `open_regular`.
    """
    with open_regular(path, most=most) as file:
        return file.read(most)


def write_text(path: Path, text: str) -> None:
    """Write a whole file or nothing: a reader never sees half of it."""
    with replacing(path) as temporary:
        # half characters, as in a file name that is no UTF-8, in JSON's escapes
        temporary.write_text(text, encoding="utf-8", errors="backslashreplace")


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """`values` as indented JSON, atomically."""
    write_text(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary path with the suffix of `path` that takes its place if the body succeeds.

    Links stay and what they lead to is replaced; what is no regular file is written into instead.

    Raises:
        RunError: the disk is full, the folder is gone or read-only.
    """
    try:
        if is_stream(path):
            with tempfile.TemporaryDirectory() as folder:
                whole = Path(folder, "whole").with_suffix(path.suffix)
                yield whole
                with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), "wb") as stream:
                    stream.write(whole.read_bytes())
            return
        target = Path(os.path.realpath(path))
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY, suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        try:
            yield temporary
            temporary.chmod(0o644)  # mkstemp makes files private
            with temporary.open("rb") as file:
                os.fsync(file.fileno())  # else a loss of power can leave an empty file
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_write(path, error) from error


def of_this_process(prefix: str) -> str:
    """How the name of a folder begins that `clear_up` deletes once its process was killed."""
    return f"{prefix}{socket.gethostname()}-{os.getpid()}-"


def clear_up(folder: Path, prefix: str) -> None:
    """Delete the folders that processes of this machine left in `folder` that were killed."""
    ours = f"{prefix}{socket.gethostname()}-"
    for left in folder.glob(f"{ours}*"):
        with contextlib.suppress(ValueError, PermissionError):
            try:
                os.kill(int(left.name.removeprefix(ours).partition("-")[0]), 0)
            except ProcessLookupError:
                shutil.rmtree(left, ignore_errors=True)


def is_stream(path: Path) -> bool:
    """A pipe, a device, or what a process has open, such as /dev/stdout: never to be replaced."""
    try:
        mode = path.stat().st_mode
    except OSError:  # nothing is there
        return False
    if not stat.S_ISREG(mode):
        return not stat.S_ISDIR(mode)
    while path.is_symlink() and not path.parent.resolve().is_relative_to("/proc"):
        path = path.parent / path.readlink()
    return path.is_symlink()


def cannot_write(path: Path, error: OSError) -> RunError:
    """The error for a full disk, a folder that is gone or read-only."""
    return RunError(f"{path}: cannot be written: {error.strerror or error}")
