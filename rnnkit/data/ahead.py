"""What is needed next is read while what is there is used."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

Asked = TypeVar("Asked")
Found = TypeVar("Found")


def read_ahead(asked: Iterable[Asked], read: Callable[[Asked], Found]) -> Iterator[Found]:
    """What `read` gives for each, in order; the next one is read in a thread meanwhile.

    Errors of `read` are raised when it is the turn of what it was reading.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read ahead") as thread:
        futures = (thread.submit(read, one) for one in asked)
        for this, _ in itertools.pairwise(itertools.chain(futures, [None])):
            if this is not None:
                yield this.result()
