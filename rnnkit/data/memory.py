"""How much memory this machine has: what takes much of it stays on disk, more is refused."""

from __future__ import annotations

import os

SHARE = 4  # an array of more than a SHARE-th of the memory stays on disk


def memory_size() -> int | None:
    """Bytes of memory in this machine; None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def is_large(size: int) -> bool:
    """Whether so many bytes of one source stay on disk, and are read a batch at a time."""
    memory = memory_size()
    return memory is not None and size > memory // SHARE
