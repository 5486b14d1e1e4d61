"""Sequences that may overlap -> batches of them, padded, cut out when they are asked for."""

from __future__ import annotations

import dataclasses
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.scaling import Scale, narrowed
from rnnkit.data.sequences import Indices


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
            moved = np.cumsum(self.kept) - self.kept
            values = values[np.arange(self.kept.sum()) + np.repeat(first - moved, self.kept)]
            first = moved
        return dataclasses.replace(self, values=narrowed(values, scale), first=first)

    @property
    def nbytes(self) -> int:
        return self.values.nbytes + super().nbytes
