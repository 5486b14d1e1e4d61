"""Examples with numbers to predict, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Order, Valid
from rnnkit.data.beside import rows_of
from rnnkit.data.card import DataCard, PartCard, spread
from rnnkit.data.labelled.dataset import ExampleDataset
from rnnkit.data.labelled.splits import LIMITS, choose
from rnnkit.data.measured.preprocessing import MeasuredPreprocessing
from rnnkit.data.measured.section import MeasuredData
from rnnkit.data.measured.targets import Values
from rnnkit.data.padded_part import PaddedPart
from rnnkit.data.sequences import Indices
from rnnkit.words import counted


@dataclasses.dataclass(frozen=True, eq=False)
class MeasuredPart(PaddedPart):
    """One of train, validation and test: N examples with K numbers each. A Feed.

    Args:
        y: (N, K) float32, what the model learns; NaN in data to predict.
        actual: (N, K) the clipped targets, in their units.
        names: (N,) the ids of a long table's examples.
        ends: (N,) which row of its id a window ends with, from 1; None: examples are no windows.
    """

    y: NDArray[np.float32]
    actual: Values
    names: NDArray[np.object_] | None = None
    ends: Indices | None = None

    def _batch(self, rows: Order, valid: Valid, chance: object) -> Batch:
        """x (B, T, F) or (B, T), or with others beside it a dict of inputs, y (B, K)."""
        return Batch(self.x(rows), self.y[rows], valid, valid)

    @property
    def units(self) -> Indices:
        """Which examples are of one id, (N,), numbered from 0; each its own where none is named."""
        if self.names is None:
            return np.arange(len(self))
        return np.unique(self.names.astype(str), return_inverse=True)[1]

    @property
    def last(self) -> Indices:
        """Which is the last window of each id, those of one lying together."""
        units = self.units
        return np.flatnonzero(np.append(units[1:] != units[:-1], True))

    def take(self, indices: Indices) -> MeasuredPart:
        """Some of the examples."""
        store = self.store
        if isinstance(store, np.ndarray):
            store = store[indices]
        else:
            first, kept = store.first[indices], store.kept[indices]
            store = dataclasses.replace(store, first=first, kept=kept)
        return dataclasses.replace(
            self,
            store=store,
            y=self.y[indices],
            actual=self.actual[indices],
            names=None if self.names is None else self.names[indices],
            ends=None if self.ends is None else self.ends[indices],
            beside=rows_of(self.beside, indices),
        )


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class MeasuredDataset(ExampleDataset[MeasuredPreprocessing, MeasuredPart]):
    """Examples with numbers to predict."""

    data: MeasuredData

    @functools.cached_property
    def card(self) -> DataCard:
        parts = tuple(
            PartCard(name=name, size=len(part), targets=self._spreads(part))
            for name, part in self.parts.items()
        )
        unit = "window" if self.data.window else "example"
        known: dict[str, Any] = {"table": self.table, "parts": parts, "unit": unit}
        if self.preprocessing.masked:
            known["lengths"] = (self.shortest, self.longest)
        return super().card.model_copy(update=known)

    def _spreads(self, part: MeasuredPart) -> tuple[Any, ...]:
        named = enumerate(self.preprocessing.targets)
        return tuple(spread(name, part.actual[:, column]) for column, name in named)

    @property
    def description(self) -> str:
        """`d.csv: 800 train, 200 test; windows of 30 steps of 14 features; 1 target`."""
        what = f"{'windows of ' if self.data.window else ''}{self.inputs}"
        targets = counted(len(self.preprocessing.targets), "target")
        return f"{self.source}: {self.sizes}; {what}; {targets}"


def limited(part: MeasuredPart, limit: int | None, name: str, *, seed: int) -> MeasuredPart:
    """At most `limit` of a part's examples, drawn, in their own order."""
    if limit is None or len(part) <= limit:
        return part
    rng = np.random.default_rng([seed, LIMITS[name]])
    return part.take(choose(np.zeros(len(part), np.intp), limit, rng))
