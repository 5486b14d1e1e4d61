"""Tagged sequences in parts, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import INPUT, Batch, Shuffle, read_ahead
from rnnkit.data.buckets import Buckets, Planned
from rnnkit.data.card import DataCard, PartCard, TableCard, class_counts
from rnnkit.data.dataset import PADDING_VALUE, Dataset
from rnnkit.data.disk import DiskArray
from rnnkit.data.padded_rows import pad_sequences
from rnnkit.data.scaling import Scale
from rnnkit.data.sequences import Indices, Sequences, places
from rnnkit.data.tagged.preprocessing import TaggedPreprocessing
from rnnkit.data.tagged.rows import Rows, Tokens
from rnnkit.data.tagged.vocabulary import Table
from rnnkit.words import counted

FIRST_ROWS = 12  # of the first example, that are shown


class Input(Protocol):
    """One input of the model, for all S rows."""

    @property
    def on_disk(self) -> bool: ...
    @property
    def nbytes(self) -> int:
        """Of RAM."""
        ...

    def batch(self, starts: Indices, lengths: Indices, length: int) -> NDArray[Any]:
        """The rows of sequences that begin at `starts`, (B,), padded to (B, length, ...)."""
        ...


@dataclasses.dataclass(frozen=True, eq=False)
class Ids:
    """Tokens as ids, or as the ids of their characters."""

    tokens: Tokens
    table: Table  # (K + 1,) or (K + 1, characters); its first row is padding
    on_disk = False

    @property
    def nbytes(self) -> int:
        return self.tokens.codes.nbytes + self.table.nbytes

    def batch(self, starts: Indices, lengths: Indices, length: int) -> NDArray[np.int32]:
        """(B, T), or (B, T, characters)."""
        place = np.arange(length)
        inside = place < lengths[:, None]
        rows = np.where(inside, starts[:, None] + place, 0)
        found: NDArray[np.int32] = self.table[np.where(inside, self.tokens.codes[rows] + 1, 0)]
        return found


@dataclasses.dataclass(frozen=True, eq=False)
class Numbers:
    """Features, scaled a batch at a time."""

    values: NDArray[np.float64] | DiskArray  # (S, F)
    scale: Scale | None

    @property
    def on_disk(self) -> bool:
        return isinstance(self.values, DiskArray)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes if isinstance(self.values, np.ndarray) else 0

    def batch(self, starts: Indices, lengths: Indices, length: int) -> NDArray[np.float32]:
        """(B, T, F); padded steps hold PADDING_VALUE."""
        chosen = Sequences(self.values, starts, lengths)
        x = pad_sequences(chosen, length)[:]
        scaled = x.astype(np.float32) if self.scale is None else self.scale.apply(x)
        scaled[np.isnan(scaled)] = PADDING_VALUE
        return scaled


@dataclasses.dataclass(frozen=True, eq=False)
class TaggedPart:
    """One of train, validation and test. A Feed; its length counts sequences.

    Args:
        rows: all that the source holds.
        members: which of its sequences are in this part, ascending.
        inputs: of the model, for all S rows, by name; INPUT first.
        y: (S,) numbers of tags; UNLABELLED (-1) in data to predict.
        limits: lengths, rising, to which sequences are filled up.
        max_length: longer sequences are read in pieces of so many steps; None: whole.
        weight: (C,) what the loss of a tag counts; None: 1.
    """

    rows: Rows
    members: Indices
    inputs: Mapping[str, Input]
    y: NDArray[np.int32]
    limits: tuple[int, ...]
    max_length: int | None = None
    weight: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.members)

    @functools.cached_property
    def index(self) -> Indices:
        """Which of the S rows are this part's, ascending, (n,)."""
        return np.flatnonzero(self.rows.of_sequences(self.members))

    @property
    def lengths(self) -> Indices:
        """(N,) rows of each sequence."""
        lengths: Indices = self.rows.lengths[self.members]
        return lengths

    def steps(self, batch_size: int) -> int:
        """Batches in one pass."""
        return self._buckets.steps(batch_size)

    def plan(self, batch_size: int) -> Iterator[Indices]:
        """Which of the S rows are real in each batch of a pass in order, as they stand in it."""
        starts, lengths = self._pieces
        for _, chosen, real in self._buckets.plan(batch_size):
            kept = chosen[real > 0]
            ranges = zip(starts[kept].tolist(), lengths[kept].tolist(), strict=True)
            yield np.concatenate([np.arange(start, start + size) for start, size in ranges])

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """x (B, T), (B, T, F) or a dict of inputs, y (B, T); valid (B, T) is 0 for filler."""
        plan = self._buckets.plan(batch_size, shuffle=shuffle)[start:]
        on_disk = any(one.on_disk for one in self.inputs.values())
        yield from read_ahead(plan, self._batch) if on_disk else map(self._batch, plan)

    def _batch(self, planned: Planned) -> Batch:
        length, chosen, real = planned
        starts, lengths = (side[chosen] for side in self._pieces)
        x = {name: one.batch(starts, lengths, length) for name, one in self.inputs.items()}
        place = np.arange(length)
        inside = place < lengths[:, None]
        y = np.where(inside, self.y[np.where(inside, starts[:, None] + place, 0)].clip(min=0), 0)
        valid = inside * real[:, None]
        weight = valid if self.weight is None else valid * self.weight[y]
        return Batch(x if len(x) > 1 else x[INPUT], y, valid, weight)

    @property
    def piece_lengths(self) -> Indices:
        """Steps of each piece that is read."""
        return self._pieces[1]

    @functools.cached_property
    def _pieces(self) -> tuple[Indices, Indices]:
        """Where each piece of a sequence begins, and its length."""
        which, offsets, lengths = pieces(self.lengths, self.max_length)
        return self.rows.starts[self.members][which] + offsets, lengths

    @functools.cached_property
    def _buckets(self) -> Buckets:
        return Buckets(self._pieces[1], self.limits)


def pieces(lengths: Indices, most: int | None) -> tuple[Indices, Indices, Indices]:
    """Sequences in pieces of at most `most` steps: whose, where in it, and how long each is.

    Those of one sequence are of like length: a last piece of one step would say little.
    """
    counts = -(-lengths // (most or lengths))
    which = np.repeat(np.arange(len(lengths)), counts)
    size = -(-lengths // counts)[which]
    begins = places(counts) * size
    return which, begins, np.minimum(size, lengths[which] - begins)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class TaggedDataset(Dataset[TaggedPreprocessing, TaggedPart]):
    """Sequences with a tag for every step."""

    table: TableCard | None = None

    @functools.cached_property
    def card(self) -> DataCard:
        """The tags with their counts in each part."""
        tags = self.preprocessing.tags
        parts = tuple(
            PartCard(name=name, size=len(part), classes=class_counts(part.y[part.index], tags))
            for name, part in self.parts.items()
        )
        extremes = (int(self.train.lengths.min()), int(self.train.lengths.max()))
        known = {"unit": "sequence", "table": self.table, "classes": tags, "parts": parts,
                 "lengths": extremes}  # fmt: skip
        return super().card.model_copy(update=known)

    @property
    def description(self) -> str:
        """`a.csv: 90 train, 10 test sequences with 1,200 rows in all; 3 features; 5 tags`."""
        p = self.preprocessing
        content = [
            f"{len(known):,} different values of '{name}'" for name, known in p.tokens.items()
        ]
        content += [counted(p.features, "feature")] if p.features else []
        rows = sum(len(part.index) for part in self.parts.values())
        return (
            f"{self.source}: {self.sizes} sequences with {counted(rows, 'row')} in all; "
            f"{', '.join(content)}; {len(p.tags)} tags"
        )

    @property
    def longest(self) -> int:
        """As a model reads it."""
        longest = int(self.train.lengths.max())
        return min(longest, self.train.max_length or longest)

    @property
    def bytes(self) -> int:
        return sum(one.nbytes for one in self.train.inputs.values()) + self.train.y.nbytes

    def _first_example(self) -> dict[str, str]:
        """The tokens or numbers of the first rows, and their tags."""
        rows = self.train.index[: min(int(self.train.lengths[0]), FIRST_ROWS)]
        found = {}
        for name, tokens in self.train.rows.tokens.items():
            found[name] = " ".join(tokens.symbols[code] for code in tokens.codes[rows])
        found["tags"] = " ".join(self.preprocessing.tags[number] for number in self.train.y[rows])
        return found
