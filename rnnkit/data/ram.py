"""How much RAM this process may use: what takes much of it stays on disk, more is refused."""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

SHARE = 4  # an array of more than a SHARE-th of the RAM stays on disk

_OWN_GROUPS = Path("/proc/self/cgroup")
_GROUPS = Path("/sys/fs/cgroup")
# the folder and the file of the limit on RAM, in the kernel's words, which are a task's here
_VERSION_1, _VERSION_2 = ("mem*y", "mem*y.limit_in_bytes"), (".", "mem*y.max")


def ram_size() -> int | None:
    """Bytes of RAM in this machine, or that a container, Slurm or systemd leaves of it.

    None where the system does not say.
    """
    try:
        machine = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
    return min((machine, *_limits()))


def is_large(size: int) -> bool:
    """Whether so many bytes of one source stay on disk, and are read a batch at a time."""
    ram = ram_size()
    return ram is not None and size > ram // SHARE


def _limits() -> Iterator[int]:
    """Of the control groups that this process is in; each group's also holds for those in it."""
    try:
        lines = _OWN_GROUPS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, group = line.split(":", 2)
        root, name = _VERSION_1 if controllers else _VERSION_2
        if controllers and not fnmatch.filter(controllers.split(","), root):
            continue
        own = PurePosixPath(group.lstrip("/"))
        # in a container the path may be the host's, and only the root is there
        for folder in (own, *own.parents):
            for file in _GROUPS.glob(f"{root}/{glob.escape(str(folder))}/{name}"):
                with contextlib.suppress(OSError, ValueError):  # not to be read, or "max"
                    yield int(file.read_text(encoding="utf-8"))
