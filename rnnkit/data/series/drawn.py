"""Windows of many series -> as many of each in every epoch, so that long ones drown none."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Protocol

import numpy as np

from rnnkit.data.batch import Batch, RowFeed, Shuffle, steps_an_epoch
from rnnkit.data.series.store import Positions


class Windows(Protocol):
    """What is drawn from."""

    @property
    def series(self) -> Positions: ...  # (W,)

    def __len__(self) -> int: ...

    def take(self, windows: Positions, /) -> RowFeed: ...


@dataclasses.dataclass(frozen=True, eq=False)
class DrawnWindows:
    """A Feed of S * each windows, drawn anew for every epoch.

    Args:
        part: W windows of S series.
        each: windows of a series in an epoch; one that has fewer gives them several times.
    """

    part: Windows
    each: int

    def __len__(self) -> int:
        return len(np.unique(self.part.series)) * self.each

    def steps(self, batch_size: int) -> int:
        """Batches in an epoch, a smaller last one included."""
        return steps_an_epoch(len(self), batch_size)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """The arguments are those of a Feed; without `shuffle` every epoch has the same windows."""
        yield from self.part.take(self.windows(shuffle)).batches(batch_size, start=start)

    def windows(self, shuffle: Shuffle | None) -> Positions:
        """The numbers of an epoch's windows, (S * each,): a pure function, as `epoch_order`."""
        rng = np.random.default_rng([0, 0] if shuffle is None else [shuffle.seed, shuffle.epoch])
        order = np.lexsort((rng.random(len(self.part)), self.part.series))
        _, starts, counts = np.unique(
            self.part.series[order], return_index=True, return_counts=True
        )
        ranks = np.arange(self.each) % counts[:, None]
        drawn: Positions = order[starts[:, None] + ranks].ravel()
        return drawn if shuffle is None else rng.permutation(drawn)
