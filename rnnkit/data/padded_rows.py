"""Sequences of any length -> N examples of T steps: longer ones cut, shorter ones filled."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray
from rnnkit.data.order import ImageOrder
from rnnkit.data.scaling import Scale, narrowed
from rnnkit.data.sequences import Indices, Sequences

Side = Literal["pre", "post"]


@dataclasses.dataclass(frozen=True, eq=False)
class PaddedRows:
    """N padded examples out of one array, which answer like an array (N, T, F), or (N, T) for ids.

    Args:
        values: (S, F), the time steps that examples are cut from; in RAM, or of `data/disk.py`.
        first: (N,) where in `values` each begins.
        kept: (N,) how many of its time steps are read, at most `length`.
        length: T.
        padding: on which side shorter examples are filled, with NaN, or 0 for ids.
        ids: leave out F, which is 1.
    """

    values: Any
    first: Indices
    kept: Indices
    length: int
    padding: Literal["pre", "post"]
    ids: bool = False

    @property
    def padded(self) -> bool:
        return bool((self.kept < self.length).any())

    @property
    def dtype(self) -> np.dtype[Any]:
        stored: np.dtype[Any] = self.values.dtype
        return np.result_type(stored, np.float32) if self.padded and not self.ids else stored

    @property
    def shape(self) -> tuple[int, ...]:
        sides = (self.length,) if self.ids else (self.length, self.values.shape[1])
        return (len(self), *sides)

    @property
    def ndim(self) -> int:
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """Of RAM."""
        return self.first.nbytes + self.kept.nbytes

    def __len__(self) -> int:
        return len(self.first)

    def __getitem__(self, chosen: Any) -> NDArray[Any]:
        """The examples `chosen`, a slice or (B,) numbers, as an array of its own (B, T, F)."""
        first, kept = self.first[chosen, None], self.kept[chosen, None]
        step = np.arange(self.length)
        if self.padding == "pre":
            step = step - (self.length - kept)
        real, rows = (step >= 0) & (step < kept), first + step
        if real.all():
            x: NDArray[Any] = self.values[rows]
        else:
            sides = (*real.shape, self.values.shape[1])
            x = np.full(sides, 0 if self.ids else np.nan, self.dtype)
            x[real] = self.values[rows[real]]
        return x[:, :, 0] if self.ids else x


@dataclasses.dataclass(frozen=True, eq=False)
class CutRows(PaddedRows):
    """Of values in RAM: padding, and windows that overlap, cost no copies."""

    values: NDArray[Any]

    def narrowed(self, scale: Scale | None) -> CutRows:
        """The same scaled, in float32; steps that no example has are left out."""
        values, first = self.values, self.first
        if self.kept.sum() < len(values):
            values = values[Sequences(values, first, self.kept).rows]
            first = np.cumsum(self.kept) - self.kept
        return dataclasses.replace(self, values=narrowed(values, scale), first=first)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + super().nbytes


@dataclasses.dataclass(frozen=True, eq=False)
class DiskRows(PaddedRows):
    """Of values on disk.

    Args:
        order: in which order the examples, being images, are read.
    """

    values: DiskArray
    order: ImageOrder | None = None

    @property
    def shape(self) -> tuple[int, ...]:
        return super().shape if self.order is None else (len(self), *self.order.shape)

    def __getitem__(self, chosen: Any) -> NDArray[Any]:
        x = super().__getitem__(chosen)
        return x if self.order is None else self.order.apply(x)


def pad_sequences(
    sequences: Sequences,
    length: int,
    *,
    padding: Side = "post",
    truncating: Side = "post",
    ids: bool = False,
) -> NDArray[Any] | CutRows | DiskRows:
    """Bring every sequence to `length` time steps.

    Args:
        sequences: N sequences of F features.
        length: T of the result.
        padding: on which side shorter sequences are filled, with NaN, or 0 for ids.
        truncating: on which side longer sequences lose steps.
        ids: whether they are ids, F = 1, which is left out.

    Returns:
        What answers like an array (N, T, F), or (N, T) for ids. Where all are long enough it is
        one, in the dtype of the values, and a view where that is possible; else the values stay
        as they lie, and padding is made a batch at a time.
    """
    lengths = sequences.lengths
    kept = np.minimum(lengths, length)
    first = sequences.starts + (lengths - kept if truncating == "pre" else 0)
    if isinstance(sequences.values, DiskArray):
        return DiskRows(sequences.values, first, kept, length, padding, ids=ids)
    if (kept < length).any():
        return CutRows(sequences.values, first, kept, length, padding, ids=ids)
    found = _equal_length(sequences.values, first, length)
    return found[:, :, 0] if ids else found


def _equal_length(values: NDArray[Any], first: Indices, length: int) -> NDArray[Any]:
    """(N, length, F) from the examples that begin at rows `first` (N,)."""
    if len(values) % length == 0 and not (first % length).any():
        blocks = values.reshape(-1, length, values.shape[1])
        chosen = first // length
        if len(chosen) == len(blocks) and (np.diff(chosen) == 1).all():
            return blocks
        return blocks[chosen]  # an index an example, not an index a step: 8 bytes each
    gathered: NDArray[Any] = values[first[:, None] + np.arange(length)]
    return gathered


def shared_length(lengths: Sequence[int], max_length: int | None) -> int | None:
    """T when all examples have it once longer ones are cut; None when some need padding."""
    target = max_length or max(lengths)
    return target if min(lengths) >= target else None
