"""What sources of tagged sequences are read into: rows, a step each, and what is known of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.keys import Keys, content_keys, name_keys, sequence_keys
from rnnkit.data.labelled.examples import Labels
from rnnkit.data.sequences import Indices, Sequences


@dataclasses.dataclass(frozen=True, eq=False)
class Tokens:
    """S tokens: the K different ones once, and for each row the number of its own."""

    codes: Indices  # (S,)
    symbols: tuple[str, ...]  # (K,)


@dataclasses.dataclass(frozen=True, eq=False)
class Rows:
    """S rows of N sequences, laid end to end.

    Args:
        lengths: (N,) rows of each sequence.
        tokens: by column; the first is the model's main input.
        features: (S, F) float64, in RAM or on disk; None where there are none.
        tags: (S,)
        order: (S,) where each row stands in the source.
        names: (N,) of the sequences, where a column that the config names has them.
        groups: (N,) equal for those of one subject, where a column says it.
        part: (N,) train, validation or test, where a column says it.
        notes: on rows of a new file that are none of them, as sentences.
    """

    lengths: Indices
    tokens: Mapping[str, Tokens]
    features: Any
    tags: Labels
    order: Indices
    names: NDArray[np.object_] | None = None
    groups: Keys | None = None
    part: Labels | None = None
    notes: tuple[str, ...] = ()

    @property
    def starts(self) -> Indices:
        """(N,) the first row of each sequence."""
        starts: Indices = np.cumsum(self.lengths) - self.lengths
        return starts

    def content(self) -> Keys:
        """What is equal for sequences of equal tokens and numbers, (N,)."""
        keys = np.zeros(len(self.lengths), np.uint64)
        if self.tokens:
            steps = [name_keys(one.symbols)[one.codes] for one in self.tokens.values()]
            keys ^= sequence_keys(np.stack(steps, axis=1), self.starts)
        if self.features is not None:
            keys ^= content_keys(Sequences.of_lengths(self.features, self.lengths))
        return keys

    def of_sequences(self, members: Indices) -> NDArray[np.bool_]:
        """Which rows are those of some sequences, (S,)."""
        chosen = np.zeros(len(self.lengths), bool)
        chosen[members] = True
        return np.repeat(chosen, self.lengths)
