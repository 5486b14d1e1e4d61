"""Rows of unequal length -> batches of similar ones, in few different shapes."""

from __future__ import annotations

import dataclasses
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Shuffle, filled_batches, steps_an_epoch

BUCKETS = 4  # lengths at most; XLA compiles once for each, in seconds
NEAR = 0.8  # of the next longer bucket: closer ones are one

Planned = tuple[int, NDArray[np.int64], NDArray[np.float32]]


@dataclasses.dataclass(frozen=True, eq=False)
class Buckets:
    """N rows that are filled up to one of a few lengths.

    Args:
        lengths: (N,) steps of each row.
        limits: rising; rows that are longer than all have one more.
    """

    lengths: NDArray[np.intp]
    limits: tuple[int, ...]

    def steps(self, batch_size: int) -> int:
        """Batches in one pass."""
        return sum(steps_an_epoch(len(members), batch_size) for _, members in self._members)

    def plan(self, batch_size: int, *, shuffle: Shuffle | None = None) -> list[Planned]:
        """Each batch's length, the rows in it, (B,), and which of them are real, (B,)."""
        rng = None if shuffle is None else np.random.default_rng([shuffle.seed, shuffle.epoch])
        plan = []
        for length, members in self._members:
            order = members if rng is None else rng.permutation(members)
            plan += [(length, rows, real) for rows, real in filled_batches(order, batch_size)]
        return plan if rng is None else [plan[i] for i in rng.permutation(len(plan))]

    @cached_property
    def _members(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Each length that occurs, and the rows that are filled up to it."""
        longest = int(self.lengths.max())
        lengths = [*(b for b in self.limits if b < longest)]
        lengths.append(next((b for b in self.limits if b >= longest), longest))
        which = np.searchsorted(lengths, self.lengths)
        found = ((length, np.flatnonzero(which == i)) for i, length in enumerate(lengths))
        return [(length, members) for length, members in found if len(members)]


def bucket_limits(lengths: NDArray[np.intp]) -> tuple[int, ...]:
    """Up to BUCKETS lengths, so that each holds about as many of the rows."""
    shares = np.linspace(0, 1, BUCKETS + 1)[1:]
    found = np.quantile(lengths, shares, method="inverted_cdf").astype(int).tolist()
    kept = found[-1:]
    for length in reversed(found[:-1]):
        if length < NEAR * kept[0]:
            kept.insert(0, length)
    return tuple(kept)
