"""What training reads: batches of one fixed shape, in an order that seed and epoch decide."""

from __future__ import annotations

import abc
import itertools
from collections.abc import Callable, Iterable, Iterator, Sized
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple, Protocol, Self, TypeVar

import numpy as np
import numpy.typing as npt

from rnnkit.data.padded_rows import DiskRows

INPUT = "input"  # the name of the first input, where a model has several

Order = npt.NDArray[np.int64]
Valid = npt.NDArray[np.float32]
# batches to be made: up to how many steps their rows are filled, None where all are equally long;
# which rows, (B,), and which of them are real, (B,)
Plan = Iterable[tuple[int | None, Order, Valid]]
Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Batch(NamedTuple):
    """One batch of B rows; every batch of a part has the same shape, the last one filled up.

    x: (B, T, F) floats or (B, T) tokens; where the model has several inputs, each by its name,
        that one as INPUT.
    y: what the loss takes as y_true, B first.
    valid: 1 for what is real, 0 for filler; (B,) when a row has one loss, (B, T) when every step
        has its own. float32.
    weight: the shape of `valid`, what each loss counts; 0 for filler. float32.
    state: what a model that carries its state starts from, (B, H) each; set by the loop.
    """

    x: Any
    y: Any
    valid: Any
    weight: Any
    state: tuple[Any, ...] = ()


class Shuffle(NamedTuple):
    """What decides the order of an epoch."""

    seed: int
    epoch: int  # from 0


class Feed(Protocol):
    """One part of the data, as batches. Its length counts examples, or tokens of running text."""

    def __len__(self) -> int: ...

    def steps(self, batch_size: int) -> int:
        """Batches in one pass."""
        ...

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """One pass, from batch number `start` on; a pure function of its arguments.

        Args:
            batch_size: rows of a batch.
            shuffle: what decides the order; None keeps the data's own.
            start: batches to leave out, for a run that goes on in the middle of an epoch.
        """
        ...


class RowFeed(abc.ABC):
    """A Feed of N rows, gathered when their batch is made; where they lie on disk, one ahead."""

    store: Sized  # the N rows, or what they are gathered from

    def __len__(self) -> int:
        return len(self.store)

    def steps(self, batch_size: int) -> int:
        """Batches in one pass, a smaller last one included."""
        return steps_an_epoch(len(self), batch_size)

    def plan(self, batch_size: int, *, shuffle: Shuffle | None = None) -> Plan:
        """The batches of one pass; a pure function of the arguments, which are those of a Feed."""
        order = epoch_order(len(self), shuffle)
        return ((None, rows, valid) for rows, valid in filled_batches(order, batch_size))

    def upto(self, steps: int) -> Self:
        """The same rows for batches that no row of is longer than `steps`; see `plan`."""
        return self

    def in_order(self, values: npt.NDArray[Any], batch_size: int) -> npt.NDArray[Any]:
        """Values of the real rows of all batches, one after the other, (N, ...), as rows are."""
        plan = self.plan(batch_size)
        found = np.empty_like(values)
        found[np.concatenate([rows[valid > 0] for _, rows, valid in plan])] = values
        return found

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """Whole batches of what `_batch` gives; the arguments are those of a Feed."""
        plan = itertools.islice(enumerate(self.plan(batch_size, shuffle=shuffle)), start, None)

        def read(numbered: tuple[int, tuple[int | None, Order, Valid]]) -> Batch:
            number, (steps, rows, valid) = numbered
            part = self if steps is None else self.upto(steps)
            return part._batch(rows, valid, None if shuffle is None else (*shuffle, number))

        yield from read_ahead(plan, read) if self.on_disk else map(read, plan)

    @property
    def on_disk(self) -> bool:
        """Whether a batch takes a while to read."""
        return isinstance(self.store, DiskRows)

    @abc.abstractmethod
    def _batch(self, rows: Order, valid: Valid, chance: tuple[int, int, int] | None) -> Batch:
        """The batch of these rows.

        Args:
            rows: (B,) numbers below N.
            valid: (B,) 1, or 0 for filler.
            chance: seed, epoch and number of the batch, from which all that is drawn for it must
                follow; None where nothing may be drawn: outside of training.
        """


def epoch_order(examples: int, shuffle: Shuffle | None) -> Order:
    """The order of the examples in one pass, (N,): a pure function, so a run can be resumed."""
    if shuffle is None:
        return np.arange(examples)
    return np.random.default_rng([shuffle.seed, shuffle.epoch]).permutation(examples)


def filled_batches(
    order: Order, batch_size: int, *, start: int = 0
) -> Iterator[tuple[Order, Valid]]:
    """The order cut into whole batches: which examples, (B,), and which of them count, (B,).

    XLA compiles once for each batch shape, so the last batch is filled up with rows that count
    nothing.
    """
    for begin in range(start * batch_size, len(order), batch_size):
        rows = order[begin : begin + batch_size]
        yield np.resize(rows, batch_size), (np.arange(batch_size) < len(rows)).astype(np.float32)


def steps_an_epoch(examples: int, batch_size: int) -> int:
    """Batches in an epoch, a smaller last one included."""
    return -(-examples // batch_size)


def read_ahead(asked: Iterable[Asked], read: Callable[[Asked], Found]) -> Iterator[Found]:
    """What `read` gives for each, in order; the next one is read in a thread meanwhile.

    Errors of `read` are raised when it is the turn of what it was reading.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read ahead") as thread:
        futures = (thread.submit(read, one) for one in asked)
        for this, _ in itertools.pairwise(itertools.chain(futures, [None])):
            if this is not None:
                yield this.result()
