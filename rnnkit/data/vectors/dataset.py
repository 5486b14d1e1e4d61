"""Sequences of frames, ready for the model a batch at a time: the frames so far and the next."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Iterator
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Order, Valid
from rnnkit.data.card import DataCard
from rnnkit.data.dataset import Dataset
from rnnkit.data.padded_part import PaddedFeed
from rnnkit.data.padded_rows import PaddedRows
from rnnkit.data.sequences import Indices
from rnnkit.data.vectors.binarize import draw
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.data.vectors.section import FrameData
from rnnkit.words import counted

_CHUNK, _CHUNK_VALUES = 1_000, 2_000_000  # sequences, and numbers: 16 MB as float64
_DRAWS = 9  # third word of the seed, beside the epoch's order


class Beginnings(NamedTuple):
    """Real sequences that a model is to finish."""

    frames: NDArray[np.float32]  # (n, T, F), whole
    lengths: Indices  # (n,)
    given: int  # frames of each that the model is shown


@dataclasses.dataclass(frozen=True, eq=False)
class Frames(PaddedFeed):
    """One of train, validation and test: N sequences of at most T frames of F features. A Feed.

    Args:
        store: (N, T, F) as compactly as they came, binarised where that was asked; on disk where
            it is large.
        lengths: (N,) frames of each.
        data: how the model reads them: context, position, binarize.
        kept: the scale and the order.
        redrawn: (N, T, F) the probabilities that every epoch of training draws new frames from;
            None trains on the same frames in every epoch.
        scaled: the store is, in float32, as floats of 64 bits in RAM are at once.
    """

    lengths: Indices
    data: FrameData
    kept: FramePreprocessing
    redrawn: NDArray[Any] | PaddedRows | None = None
    scaled: bool = False

    @property
    def frame_count(self) -> int:
        """Frames of all sequences together."""
        return int(self.lengths.sum())

    def upto(self, steps: int) -> Self:
        part, redrawn = super().upto(steps), self.redrawn
        if isinstance(redrawn, PaddedRows):
            redrawn = dataclasses.replace(redrawn, length=steps)
        return dataclasses.replace(part, redrawn=redrawn)

    def _batch(self, rows: Order, valid: Valid, chance: tuple[int, int, int] | None) -> Batch:
        """x (B, T, context * F + P), y (B, T, F), valid and weight (B, T)."""
        y = self.frames(rows)
        if chance is not None and self.redrawn is not None:
            seed, epoch, number = chance
            rng = np.random.default_rng([seed, epoch, _DRAWS, number])
            y = draw(self._scaled(self.redrawn[rows]), rng).astype(np.float32)
        steps = valid[:, None] * self.mask(rows)
        x = shifted(y, self.data.context)
        if (places := self.kept.places(self.data)) is not None:
            x = np.concatenate([x, np.broadcast_to(places, (len(x), *places.shape))], axis=2)
        return Batch(x, y, steps, steps)

    def frames(self, rows: NDArray[np.integer[Any]] | slice) -> NDArray[np.float32]:
        """The frames of these sequences, (B, T, F), scaled; 0 beyond their ends."""
        frames = self.store[rows]
        if self.data.binarize == "none" and not self.scaled:
            frames = self._scaled(frames)
        kept = self.mask(rows)[:, :, None] > 0
        return np.where(kept, frames.astype(np.float32, copy=False), np.float32(0))

    def mask(self, rows: NDArray[np.integer[Any]] | slice) -> NDArray[np.float32]:
        """1 for the real frames of these sequences, (B, T)."""
        steps = np.arange(self.store.shape[1])
        return (steps < self.lengths[rows][:, None]).astype(np.float32)

    def beginnings(self, count: int, *, seed: int) -> Beginnings:
        """Sequences to finish: at most `count` at random, of which half of the longest is given.

        Those that are not longer than that are not among them.
        """
        given = max(1, int(self.lengths.max()) // 2)
        order = np.random.default_rng(seed).permutation(len(self))
        long_enough = order[self.lengths[order] > given]
        chosen = long_enough[:count]
        return Beginnings(self.frames(chosen), self.lengths[chosen], given)

    def chunks(
        self, *, mixed: bool = True
    ) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """All frames and their masks, some sequences at a time.

        Args:
            mixed: in one fixed random order; else in their own.
        """
        order = np.random.default_rng(0).permutation(len(self)) if mixed else np.arange(len(self))
        size = max(1, min(_CHUNK, _CHUNK_VALUES // math.prod(self.store.shape[1:])))
        for start in range(0, len(self), size):
            rows = order[start : start + size]
            yield self.frames(rows), self.mask(rows)

    def _scaled(self, values: NDArray[Any]) -> NDArray[np.float32]:
        if self.kept.scale is None:
            return values.astype(np.float32)
        return self.kept.scale.apply(values)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class FrameDataset(Dataset[FramePreprocessing, Frames]):
    """Sequences whose frames are to be predicted."""

    unit: ClassVar[str] = "sequence"

    @functools.cached_property
    def card(self) -> DataCard:
        lengths = np.concatenate([part.lengths for part in self.parts.values()])
        extremes = (int(lengths.min()), int(lengths.max()))
        known = {} if self.preprocessing.equal else {"lengths": extremes}
        return super().card.model_copy(update=known)

    @property
    def description(self) -> str:
        """`mnist: 60,000 train, 10,000 test; 28 frames of 28 features, bernoulli, stochastic`."""
        data, kept = self.train.data, self.preprocessing
        frames = f"{'' if kept.equal else 'up to '}{counted(kept.length, 'frame')}"
        how = data.output if data.binarize == "none" else f"{data.output}, {data.binarize}"
        size = counted(kept.features, "feature")
        return f"{self.source}: {self.sizes}; {frames} of {size}, {how}"

    @property
    def longest(self) -> int:
        return self.preprocessing.length

    @property
    def bytes(self) -> int:
        redrawn = self.train.redrawn
        extra = 0 if redrawn is None else redrawn.nbytes
        return sum(part.store.nbytes for part in self.parts.values()) + extra


def shifted(frames: NDArray[np.float32], context: int) -> NDArray[np.float32]:
    """The model's input at each step: the last `context` frames, newest first.

    In front of a sequence stand start frames of zeros.

    Args:
        frames: (B, T, F).
        context: how many frames.

    Returns:
        (B, T, context * F).
    """
    rows, length, features = frames.shape
    x = np.zeros((rows, length, context, features), np.float32)
    for back in range(1, min(context, length - 1) + 1):
        x[:, back:, back - 1] = frames[:, :-back]
    return x.reshape(rows, length, context * features)
