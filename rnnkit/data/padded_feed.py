"""Rows of unequal length -> batches that are no longer than their own rows ask.

A mask, or the loss, leaves padding out of every result: only time and RAM are saved.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, Self

from numpy.typing import NDArray

from rnnkit.data.batch import Plan, RowFeed, Shuffle
from rnnkit.data.buckets import Buckets, bucket_limits, ladder
from rnnkit.data.padded_rows import PaddedRows


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
