"""Separate sequences -> batches of similar length, in few different shapes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Shuffle, read_ahead
from rnnkit.data.buckets import Buckets, Planned
from rnnkit.data.dataset import PADDING_ID
from rnnkit.data.sequences import Sequences
from rnnkit.data.tokens.vocabulary import DiskIds, Ids


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
        return self._buckets.steps(batch_size)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """x (B, T) from `<end>` on, y (B, T) up to `<end>`; valid (B, T) is 0 for filler."""
        asked = self.plan(batch_size, shuffle=shuffle)[start:]
        on_disk = isinstance(self.sequences.values, DiskIds)
        yield from read_ahead(asked, self._batch) if on_disk else map(self._batch, asked)

    def plan(self, batch_size: int, *, shuffle: Shuffle | None = None) -> list[Planned]:
        """As of Buckets."""
        return self._buckets.plan(batch_size, shuffle=shuffle)

    @cached_property
    def _buckets(self) -> Buckets:
        return Buckets(self.sequences.lengths + 1, self.buckets)  # with <end>

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
