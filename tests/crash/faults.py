"""Ends this very process at a chosen call that changes files, as a kill or a loss of power would.

Calls of the `os` functions below are counted from the start. Nothing in rnnkit knows of it.
"""

import functools
import os
import signal
import subprocess
from pathlib import Path
from typing import Any

CHANGING = ("fsync", "mkdir", "rename", "replace", "rmdir", "symlink", "unlink")


def install(
    *,
    record: str | None = None,
    at: int | None = None,
    error: int | None = None,
    remove: str | None = None,
) -> None:
    """Watch the calls of this process.

    Args:
        record: a file that gets a line for every call: its name and what it was called on.
        at: the number of the call, from 0, that does not happen: the process is killed there.
            What an fsync was to flush is cut in half before, as after a loss of power.
        error: raise OSError of this number there and at every later fsync, instead of a kill.
        remove: delete this folder there, instead of a kill.
    """
    calls = 0

    def watch(name: str, call: Any) -> Any:
        @functools.wraps(call)
        def watched(*arguments: Any, **options: Any) -> Any:
            nonlocal calls
            number, calls = calls, calls + 1
            if record is not None:
                with Path(record).open("a") as file:
                    file.write(f"{name} {_target(arguments[0])}\n")
            if at is not None and error is not None and number >= at and name == "fsync":
                raise OSError(error, os.strerror(error))
            if number == at and remove is not None:
                subprocess.run(["rm", "-r", remove], check=True)
            elif number == at and error is None:
                if name == "fsync":
                    _cut_in_half(arguments[0])
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **options)

        return watched

    for name in CHANGING:
        setattr(os, name, watch(name, getattr(os, name)))


def _target(argument: Any) -> str:
    if isinstance(argument, int):
        return str(Path(f"/proc/self/fd/{argument}").readlink())
    return str(argument)


def _cut_in_half(handle: int) -> None:
    path = Path(f"/proc/self/fd/{handle}")
    if path.is_file():
        os.truncate(path, path.stat().st_size // 2)
