"""Separate sequences -> batches of similar length, in few different shapes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.ahead import read_ahead
from rnnkit.data.batch import Batch, Shuffle, filled_batches, steps_an_epoch
from rnnkit.data.dataset import PADDING_ID
from rnnkit.data.sequences import Sequences
from rnnkit.data.tokens.ids import DiskIds
from rnnkit.data.tokens.vocabulary import Ids

BUCKETS = 4  # lengths at most; XLA compiles once for each, in seconds
NEAR = 0.8  # of the next longer bucket: closer ones are one


@dataclasses.dataclass(frozen=True, eq=False)
class SequencePart:
    """N sequences, each read from `<end>` and predicted up to its own `<end>`. A Feed.

    Args:
        sequences: their tokens, values (S,), in RAM or on disk.
        end: the id of `<end>`.
        buckets: lengths, rising, to which sequences are filled up; longer ones have one more.
    """

    sequences: Sequences
    end: int
    buckets: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.sequences.lengths)

    @property
    def predictions(self) -> int:
        """Tokens to predict, an `<end>` for each sequence among them."""
        return int(self.sequences.lengths.sum()) + len(self)

    def tokens(self, index: int) -> Ids:
        """One sequence without its `<end>`, (n,)."""
        start, length = self.sequences.starts[index], self.sequences.lengths[index]
        found: Ids = self.sequences.values[start : start + length]
        return found

    def steps(self, batch_size: int) -> int:
        """Batches in one pass."""
        return sum(steps_an_epoch(len(members), batch_size) for _, members in self._buckets)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """x (B, T) from `<end>` on, y (B, T) up to `<end>`; valid (B, T) is 0 for filler."""
        asked = self.plan(batch_size, shuffle=shuffle)[start:]
        on_disk = isinstance(self.sequences.values, DiskIds)
        yield from read_ahead(asked, self._batch) if on_disk else map(self._batch, asked)

    def plan(
        self, batch_size: int, *, shuffle: Shuffle | None = None
    ) -> list[tuple[int, NDArray[np.int64], NDArray[np.float32]]]:
        """Each batch's length, the sequences in it, (B,), and which rows are real, (B,)."""
        rng = None if shuffle is None else np.random.default_rng([shuffle.seed, shuffle.epoch])
        plan = []
        for length, members in self._buckets:
            order = members if rng is None else rng.permutation(members)
            plan += [(length, rows, real) for rows, real in filled_batches(order, batch_size)]
        return plan if rng is None else [plan[i] for i in rng.permutation(len(plan))]

    @cached_property
    def _buckets(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Each length that occurs, and the sequences that are filled up to it."""
        steps = self.sequences.lengths + 1  # with <end>
        longest = int(steps.max())
        lengths = [*(b for b in self.buckets if b < longest)]
        lengths.append(next((b for b in self.buckets if b >= longest), longest))
        which = np.searchsorted(lengths, steps)
        found = ((length, np.flatnonzero(which == i)) for i, length in enumerate(lengths))
        return [(length, members) for length, members in found if len(members)]

    def _batch(self, asked: tuple[int, NDArray[np.int64], NDArray[np.float32]]) -> Batch:
        length, rows, real = asked
        x, y, valid = self._padded(rows, length)
        valid *= real[:, None]
        return Batch(x, y, valid, valid)

    def _padded(self, rows: NDArray[np.int64], length: int) -> tuple[Ids, Ids, NDArray[np.float32]]:
        lengths = self.sequences.lengths[rows][:, None]
        place = np.arange(length)[None]
        index = (self.sequences.starts[rows][:, None] + place).clip(
            max=len(self.sequences.values) - 1
        )
        tokens = self.sequences.values[index]
        y = np.where(place < lengths, tokens, np.where(place == lengths, self.end, PADDING_ID))
        x = np.concatenate([np.full((len(rows), 1), self.end), y[:, :-1]], axis=1)
        return x.astype(np.int32), y.astype(np.int32), (place <= lengths).astype(np.float32)


def bucket_lengths(lengths: NDArray[np.intp]) -> tuple[int, ...]:
    """Up to BUCKETS lengths, `<end>` included, so that each holds about as many sequences."""
    shares = np.linspace(0, 1, BUCKETS + 1)[1:]
    found = np.quantile(lengths + 1, shares, method="inverted_cdf").astype(int).tolist()
    kept = found[-1:]
    for length in reversed(found[:-1]):
        if length < NEAR * kept[0]:
            kept.insert(0, length)
    return tuple(kept)
