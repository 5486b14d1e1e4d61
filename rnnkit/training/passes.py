"""Passes over a part outside of training -> whoever counts their batches."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from rnnkit.data.batch import Batch, Feed

Count = Callable[[int, int], None]  # called with the batches that are done, and all of the pass


def nobody_counts(done: int, total: int) -> None:
    """Nobody counts."""


_COUNT: ContextVar[Count] = ContextVar("count", default=nobody_counts)


@contextlib.contextmanager
def counted_by(count: Count) -> Iterator[None]:
    """Have the passes of the body counted."""
    before = _COUNT.set(count)
    try:
        yield
    finally:
        _COUNT.reset(before)


def one_pass(feed: Feed, batch_size: int) -> Iterator[Batch]:
    """The batches of a part in its own order, counted as they are done."""
    count, total = _COUNT.get(), feed.steps(batch_size)
    for done, batch in enumerate(feed.batches(batch_size), start=1):
        yield batch
        count(done, total)
