"""Rows laid end to end -> what a model reads of some sequences, padded to one length."""

from __future__ import annotations

import dataclasses
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.disk import DiskArray
from rnnkit.data.padding import pad_sequences
from rnnkit.data.scaling import Scale
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.data.tagged.rows import Tokens
from rnnkit.data.tagged.vocabulary import Table


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
