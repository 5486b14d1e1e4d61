"""What a command is doing -> whoever listens, told when it begins."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

Tell = Callable[[str], None]

_LISTENERS: ContextVar[tuple[Tell, ...]] = ContextVar("listeners", default=())


def begin(stage: str) -> None:
    """Say what begins now; it lasts until something else does."""
    for tell in _LISTENERS.get():
        tell(stage)


@contextlib.contextmanager
def told_to(tell: Tell) -> Iterator[None]:
    """Have one more listener while the body runs."""
    before = _LISTENERS.set((*_LISTENERS.get(), tell))
    try:
        yield
    finally:
        _LISTENERS.reset(before)
