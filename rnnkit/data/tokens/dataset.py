"""Running text or sequences in parts, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Shuffle, read_ahead
from rnnkit.data.buckets import Buckets, Planned
from rnnkit.data.card import DataCard, TableCard
from rnnkit.data.dataset import PADDING_ID, Dataset
from rnnkit.data.sequences import Sequences
from rnnkit.data.tokens.preprocessing import TokenPreprocessing
from rnnkit.data.tokens.streams import TextPart
from rnnkit.data.tokens.vocabulary import DiskIds, Ids
from rnnkit.words import counted

NOUNS = {"character": "character", "word": "word", "item": "token"}


@dataclasses.dataclass(frozen=True, eq=False)
class SequencePart:
    """N sequences, each read from `<end>` and predicted up to its own `<end>`. A Feed.

    Args:
        sequences: their tokens, values (S,), in RAM or on disk.
        end: the id of `<end>`.
        buckets: lengths, rising, to which sequences are filled up; longer ones have one more.
        notes: on rows of a new file that are none of them, as sentences.
    """

    sequences: Sequences
    end: int
    buckets: tuple[int, ...]
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.sequences.lengths)

    @property
    def predictions(self) -> int:
        """Tokens to predict, an `<end>` for each sequence among them."""
        return int(self.sequences.lengths.sum()) + len(self)

    def first(self, most: int) -> SequencePart:
        """The first sequences, one at least, with at most so many predictions."""
        count = np.searchsorted(np.cumsum(self.sequences.lengths + 1), most, side="right")
        return self._some(slice(max(1, int(count))))

    def last(self, most: int) -> SequencePart:
        """The same, up to the end."""
        ends = np.cumsum(self.sequences.lengths[::-1] + 1)
        return self._some(slice(-max(1, int(np.searchsorted(ends, most, side="right"))), None))

    def _some(self, which: slice) -> SequencePart:
        indices = np.arange(len(self))[which]
        return dataclasses.replace(self, sequences=self.sequences.take(indices))

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

    @functools.cached_property
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


TokenPart = TextPart | SequencePart


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TokenDataset(Dataset[TokenPreprocessing, TokenPart]):
    """Tokens to predict one by one."""

    table: TableCard | None = None

    @functools.cached_property
    def card(self) -> DataCard:
        vocabulary = self.preprocessing.vocabulary
        known: dict[str, Any] = {"unit": NOUNS[vocabulary.level], "alphabets": vocabulary.alphabets}
        if isinstance(self.train, SequencePart):
            lengths = self.train.sequences.lengths
            extremes = (int(lengths.min()), int(lengths.max()))
            known |= {"unit": "sequence", "table": self.table, "lengths": extremes}
        return super().card.model_copy(update=known)

    @property
    def description(self) -> str:
        """`shakespeare: 715,455 train, 79,495 validation characters, 72 different`."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        parts = [f"{len(part):,} {name}" for name, part in named.items() if part is not None]
        vocabulary = self.preprocessing.vocabulary
        noun = NOUNS[vocabulary.level]
        different = f"{len(vocabulary):,} different {noun}s"
        if isinstance(self.train, SequencePart):
            tokens = sum(
                int(part.sequences.lengths.sum())
                for part in named.values()
                if isinstance(part, SequencePart)
            )
            what = f"sequence{'s' * (len(parts) > 1 or len(self.train) > 1)} of "
            what += f"{counted(tokens, noun)} in all, {different}"
        else:
            what = f"{noun}s, {different}"
        return f"{self.source}: {', '.join(parts)} {what}"

    @property
    def longest(self) -> int:
        train = self.train
        return train.window if isinstance(train, TextPart) else int(train.sequences.lengths.max())

    @property
    def bytes(self) -> int:
        if isinstance(self.train, TextPart):
            return int(self.train.ids.nbytes)
        return int(self.train.sequences.values.nbytes)
