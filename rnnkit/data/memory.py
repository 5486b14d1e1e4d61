"""How much memory this machine has: what would need more is refused before it is tried."""

from __future__ import annotations

import os


def memory_size() -> int | None:
    """Bytes of memory in this machine; None where the system does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None
