"""Examples of unequal length, stored as compactly as they came -> batches no longer than they ask.

A mask, or the loss, leaves padding out of every result: only time and RAM are saved.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import INPUT, Plan, RowFeed, Shuffle
from rnnkit.data.buckets import Buckets, bucket_limits, ladder
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.padded_rows import CutRows, DiskRows, PaddedRows
from rnnkit.data.scaling import Scale, narrowed
from rnnkit.data.sequences import Indices

Store = NDArray[Any] | DiskRows | CutRows


@dataclasses.dataclass(frozen=True, eq=False)
class PaddedFeed(RowFeed):
    """A RowFeed of N rows of at most T steps; those of like length share a batch.

    Args:
        store: (N, T, F) or (N, T); what is padded when it is read is not padded further than the
            longest row of its batch's length.
        new: rows to be asked about: their lengths are of a ladder, so that however many of them
            come one after the other, few shapes are compiled.
    """

    store: NDArray[Any] | PaddedRows
    new: bool = dataclasses.field(default=False, kw_only=True)

    def steps(self, batch_size: int) -> int:
        if self._buckets is None:
            return super().steps(batch_size)
        return self._buckets.steps(batch_size)

    def plan(self, batch_size: int, *, shuffle: Shuffle | None = None) -> Plan:
        if self._buckets is None:
            return super().plan(batch_size, shuffle=shuffle)
        return self._buckets.plan(batch_size, shuffle=shuffle)

    def upto(self, steps: int) -> Self:
        assert isinstance(self.store, PaddedRows)  # nothing else has buckets
        return dataclasses.replace(self, store=dataclasses.replace(self.store, length=steps))

    @functools.cached_property
    def _buckets(self) -> Buckets | None:
        """None where all rows are equally long, or were padded before they came."""
        if not isinstance(self.store, PaddedRows) or not self.store.padded:
            return None
        lengths = self.store.kept
        limits = ladder(self.store.length) if self.new else bucket_limits(lengths)
        return Buckets(lengths, limits)


@dataclasses.dataclass(frozen=True, eq=False)
class PaddedPart(PaddedFeed):
    """N examples of one of train, validation and test.

    Args:
        store: (N, T, F), padded steps NaN; for ids (N, T) int32, padded with 0. In RAM, or cut out
            of all steps end to end when they are asked for, which may lie on disk.
        scale: applied a batch at a time; None where it was, or there is none.
        masked: whether `store` may hold padded steps.
        beside: (N, ...) each, by name, what the model reads beside the sequences.
        notes: on the examples, as sentences.
    """

    store: Store
    _: dataclasses.KW_ONLY
    scale: Scale | None = None
    masked: bool = False
    beside: Mapping[str, NDArray[Any]] = dataclasses.field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def x(self, rows: Indices) -> Any:
        """What the model reads of these examples: `rows`, or with others beside it a dict."""
        x = self.rows(rows)
        others = {name: values[rows] for name, values in self.beside.items()}
        return {INPUT: x, **others} if others else x

    def scaled(self, scale: Scale | None) -> Self:
        """Floats of 64 bits in RAM are scaled now and become 32, the rest a batch at a time."""
        store = self.store
        if isinstance(store, DiskRows) or store.dtype != np.float64:
            return dataclasses.replace(self, scale=scale)
        scaled = store.narrowed(scale) if isinstance(store, CutRows) else narrowed(store, scale)
        return dataclasses.replace(self, store=scaled)

    def rows(self, indices: Indices | slice) -> NDArray[Any]:
        """The model's input for these examples: (B, T, F) float32, or (B, T) int32 for ids.

        Padded steps hold PADDING_VALUE, padded ids 0.
        """
        x = self.store[indices]
        if x.ndim == 2:
            return x
        # astype copies, so that the store stays as it is
        scaled = x.astype(np.float32) if self.scale is None else self.scale.apply(x)
        if self.masked:
            scaled[np.isnan(scaled)] = PADDING_VALUE
        return scaled

    @property
    def lengths(self) -> Indices:
        """T of each example, padding left out, (N,)."""
        store = self.store
        if isinstance(store, PaddedRows):
            return store.kept
        if not self.masked:
            return np.full(len(store), store.shape[1])
        real = store != 0 if store.ndim == 2 else ~np.isnan(store[:, :, 0])
        lengths: Indices = real.sum(axis=1)
        return lengths

    @property
    def shortest(self) -> int:
        return int(self.lengths.min())
