"""Running text -> batches: parallel streams of consecutive windows, the state carried between."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Asked, Batch, Order, Shuffle, epoch_order, filled_batches, read_ahead
from rnnkit.data.tokens.vocabulary import DiskIds, Ids

WARM_UP = 512  # tokens; what a stream reads before those that count


@dataclasses.dataclass(frozen=True, eq=False)
class TextPart:
    """The tokens `ids[begin:end]` of a running text, each predicted once. A Feed.

    Args:
        ids: (S,) the whole text, in RAM or on disk, shared by its parts; what stands before
            `begin` is history that a held-back part may be read after, and a baseline as well.
        begin: the first token to predict; at least 1, because nothing comes before the first.
        end: after the last one.
        window: steps of a batch.
        held_back: streams of training begin wherever they fall, with a state of zeros; those of
            a held-back part first read up to WARM_UP tokens that do not count.
    """

    ids: Ids | DiskIds
    begin: int
    end: int
    window: int
    held_back: bool = False

    def __len__(self) -> int:
        return self.end - self.begin

    @property
    def targets(self) -> Ids:
        """The tokens to predict, (n,)."""
        return self.ids[self.begin : self.end]

    def streams(self, batch_size: int) -> int:
        """Rows of a batch: fewer where a held-back part is too short for so many warm-ups."""
        if not self.held_back:
            return batch_size
        return max(1, min(batch_size, len(self) // (2 * WARM_UP)))

    def steps(self, batch_size: int) -> int:
        """Windows in one pass."""
        _, first, ends = self._rows(batch_size)
        return -(-int((ends - first).max()) // self.window)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """x (B, T) and its next tokens y (B, T); valid (B, T) is 1 once for each token.

        A shuffled pass reads the text as a ring, from another place in each epoch, so that the
        windows are not always cut at the same tokens.
        """
        starts, first, ends = self._rows(batch_size)
        turn = 0
        if shuffle is not None:
            turn = int(np.random.default_rng([shuffle.seed, shuffle.epoch]).integers(len(self)))

        def batch(step: int) -> Batch:
            target = first[:, None] + np.arange(step * self.window, (step + 1) * self.window)
            valid = ((target >= starts[:, None]) & (target < ends[:, None])).astype(np.float32)
            if shuffle is not None:
                target = self.begin + (target - self.begin + turn) % len(self)
            target = target.clip(max=self.end - 1)  # filler at the end of a row
            return Batch(self.ids[target - 1], self.ids[target], valid, valid)

        steps = range(start, self.steps(batch_size))
        yield from self.read(steps, batch)

    def read(self, asked: Iterable[Asked], batch: Callable[[Asked], Batch]) -> Iterator[Batch]:
        """Each batch, on disk the next one while this one is used."""
        return read_ahead(asked, batch) if isinstance(self.ids, DiskIds) else map(batch, asked)

    def first(self, most: int) -> TextPart:
        """At most so many tokens, from the beginning."""
        return dataclasses.replace(self, end=min(self.end, self.begin + most))

    def last(self, most: int) -> TextPart:
        """At most so many tokens, up to the end."""
        return dataclasses.replace(self, begin=max(self.begin, self.end - most))

    def whole(self, window: int) -> TextPart:
        """The same tokens to be read in longer windows; in a batch of 1 that is one stream."""
        return dataclasses.replace(self, window=window)

    @property
    def windows(self) -> TextWindows:
        """The same tokens as windows that each begin without a past."""
        return TextWindows(self)

    def _rows(self, batch_size: int) -> tuple[NDArray[np.intp], ...]:
        """For each stream: its first token that counts, the first one read for, and the end."""
        cuts = np.linspace(self.begin, self.end, self.streams(batch_size) + 1).astype(np.intp)
        starts, ends = cuts[:-1], cuts[1:]
        first = (starts - WARM_UP).clip(min=1) if self.held_back else starts
        return starts, first, ends


@dataclasses.dataclass(frozen=True, eq=False)
class TextWindows:
    """The whole windows of a part, in rows: what a model makes of text that begins anywhere.

    A Feed for a state of zeros before every batch.
    """

    part: TextPart

    def __len__(self) -> int:
        return len(self.part) // self.part.window * self.part.window

    def steps(self, batch_size: int) -> int:
        return -(-(len(self.part) // self.part.window) // batch_size)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """x, y and valid (B, T)."""
        part, windows = self.part, len(self.part) // self.part.window

        def batch(chosen: tuple[Order, NDArray[np.float32]]) -> Batch:
            rows, real = chosen
            target = part.begin + rows[:, None] * part.window + np.arange(part.window)
            valid = np.repeat(real[:, None], part.window, axis=1)
            return Batch(part.ids[target - 1], part.ids[target], valid, valid)

        order = epoch_order(windows, shuffle)
        yield from part.read(filled_batches(order, batch_size, start=start), batch)
