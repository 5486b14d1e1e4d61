"""Rows of unequal length -> batches of similar ones, in few different shapes."""

from __future__ import annotations

import dataclasses
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Order, Shuffle, Valid, filled_batches, steps_an_epoch

BUCKETS = 6  # lengths at most; XLA compiles once for each, in seconds
GAIN = 0.05  # of all steps, filler among them, that one length more must save
_CANDIDATES = 256  # lengths that are tried, of many
_LADDER = sorted(first << doubled for first in (8, 12) for doubled in range(24))
ENDLESS = 1 << 30  # steps

Planned = tuple[int, Order, Valid]  # a batch's length, its rows, and which of them are real


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
        """The batches of one pass; without `shuffle` in the order of their first rows."""
        rng = None if shuffle is None else np.random.default_rng([shuffle.seed, shuffle.epoch])
        plan = []
        for length, members in self._members:
            order = members if rng is None else rng.permutation(members)
            plan += [(length, rows, real) for rows, real in filled_batches(order, batch_size)]
        if rng is None:
            return sorted(plan, key=lambda planned: int(planned[1][0]))
        return [plan[i] for i in rng.permutation(len(plan))]

    @cached_property
    def _members(self) -> list[tuple[int, NDArray[np.int64]]]:
        """Each length that occurs, and the rows that are filled up to it."""
        longest = int(self.lengths.max())
        lengths = [*(b for b in self.limits if b < longest)]
        lengths.append(next((b for b in self.limits if b >= longest), longest))
        which = np.searchsorted(lengths, self.lengths)
        found = ((length, np.flatnonzero(which == i)) for i, length in enumerate(lengths))
        return [(length, members) for length, members in found if len(members)]


def ladder(longest: int) -> tuple[int, ...]:
    """Few lengths up to `longest`, the same ones for all rows that will ever come.

    A row of more than 8 steps grows by half at most; its length does not depend on its neighbours'.
    """
    return (*(length for length in _LADDER if length < longest), longest)


def bucket_limits(lengths: NDArray[np.intp]) -> tuple[int, ...]:
    """Up to BUCKETS lengths, so that filling each row up to the next adds the fewest steps.

    By dynamic programming over where the limits lie: with one limit more, the best place of the
    last but one is that after which the rest costs least.
    """
    ends = np.unique(np.quantile(lengths, _shares(len(lengths)), method="inverted_cdf")).astype(int)
    rows = np.searchsorted(np.sort(lengths), ends, side="right")  # not longer than each
    later = np.subtract.outer(rows, rows).T * ends.astype(np.float64)  # after one, up to another
    later[np.tril_indices(len(ends))] = np.inf  # there are none
    least = rows * ends
    before: list[NDArray[np.intp]] = []
    while len(before) < BUCKETS - 1:
        costs = least[:, None] + later
        if costs[:, -1].min() > (1 - GAIN) * least[-1]:
            break
        before.append(costs.argmin(axis=0))
        least = costs.min(axis=0)
    chosen = [len(ends) - 1]
    for choices in reversed(before):
        chosen.insert(0, int(choices[chosen[0]]))
    return tuple(ends[chosen].tolist())


def _shares(rows: int) -> NDArray[np.float64]:
    return np.linspace(0, 1, min(rows, _CANDIDATES) + 1)[1:]
