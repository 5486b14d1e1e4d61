"""Labelled examples, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Order, Valid
from rnnkit.data.beside import beside_text
from rnnkit.data.card import DataCard, PartCard, TableCard, TextCard, class_counts
from rnnkit.data.dataset import Dataset
from rnnkit.data.labelled.preprocessing import PADDING, ExamplePreprocessing, LabelledPreprocessing
from rnnkit.data.order import ImageOrder
from rnnkit.data.padded_part import PaddedPart, Store
from rnnkit.data.padded_rows import DiskRows
from rnnkit.data.sequences import Indices
from rnnkit.words import counted, ends

SHOWN_SIGNS = 200  # characters of the first text
MIN_IMAGE_SIDE = 8  # pixels; smaller byte arrays are not worth a picture
_AT_ONCE = 1 << 10  # examples


@dataclasses.dataclass(frozen=True, eq=False)
class Part(PaddedPart):
    """One of train, validation and test: N examples with a class each. A Feed.

    Args:
        y: (N,) class numbers; UNLABELLED (-1) in data to predict.
        names: (N,) the ids of a long table's examples.
        places: (N,) where each stands in its source, from 0; None: in order.
        weight: (N,) float32, what each example's loss counts; None: 1.
        order: in which order the examples, being images, are read; None: as they are stored.
        texts: (N,) str, what the examples were before they were ids.
    """

    y: NDArray[np.int32]
    names: NDArray[np.object_] | None = None
    places: Indices | None = None
    weight: NDArray[np.float32] | None = None
    order: ImageOrder | None = None
    texts: NDArray[np.object_] | None = None

    def _batch(self, rows: Order, valid: Valid, chance: object) -> Batch:
        """x (B, T, F) or (B, T), or with others beside it a dict of inputs, y (B,)."""
        weight = valid if self.weight is None else valid * self.weight[rows]
        return Batch(self.x(rows), self.y[rows], valid, weight)

    @property
    def ids(self) -> list[str]:
        """What names each of the N examples: its id, or its number in the source, from 0."""
        numbers = range(len(self)) if self.places is None else self.places
        return list(map(str, numbers if self.names is None else self.names))

    @property
    def is_image(self) -> bool:
        """Whether one example can be shown as a picture."""
        order = self.order
        sides = self.store.shape[1:] if order is None else (order.height, order.width)
        return self.store.dtype == np.uint8 and len(sides) == 2 and min(sides) >= MIN_IMAGE_SIDE

    @property
    def pictures(self) -> Store:
        """The examples as images, (N, height, width), where they are some; else (N, T, F)."""
        if isinstance(self.store, DiskRows):
            return dataclasses.replace(self.store, order=None)
        return self.store if self.order is None else self.order.undo(self.store[:])


K = TypeVar("K", bound=ExamplePreprocessing, covariant=True)
P = TypeVar("P", bound=PaddedPart, covariant=True)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class ExampleDataset(Dataset[K, P]):
    """Examples with an answer each."""

    table: TableCard | None = None

    @property
    def inputs(self) -> str:
        """`28 steps of 28 features`, for `description`."""
        p = self.preprocessing
        steps = f"{'up to ' if p.masked else ''}{counted(p.length, 'step')}"
        content = "ids" if p.vocabulary else counted(p.features, "feature")
        return f"{steps} of {content}{beside_text(p.beside)}"

    @property
    def longest(self) -> int:
        return self.preprocessing.length

    @property
    def shortest(self) -> int:
        return min(part.shortest for part in self.parts.values())

    @property
    def bytes(self) -> int:
        return sum(part.store.nbytes for part in self.parts.values())


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class LabelledDataset(ExampleDataset[LabelledPreprocessing, Part]):
    """Examples with a class each."""

    @functools.cached_property
    def card(self) -> DataCard:
        classes = self.preprocessing.classes
        parts = tuple(
            PartCard(name=name, size=len(part), classes=class_counts(part.y, classes))
            for name, part in self.parts.items()
        )
        known: dict[str, Any] = {"table": self.table, "classes": classes, "parts": parts}
        if self.preprocessing.masked:
            known["lengths"] = (self.shortest, self.longest)
        return super().card.model_copy(update=known | self._texts())

    def _texts(self) -> dict[str, Any]:
        """What a card says of texts."""
        if (tokens := self.preprocessing.tokens) is None or self.train.texts is None:
            return {}
        lengths = self.train.lengths
        shares = {name: _share_of_unknown(part) for name, part in self.parts.items()}
        return {
            "text": TextCard(level=tokens.level, vocabulary=len(tokens), unknown=shares),
            "lengths": (int(lengths.min()), int(lengths.max())),
            "alphabets": tokens.alphabets,
            "example": {"text": ends(self.train.texts[0], SHOWN_SIGNS), **self._first_example()},
        }

    @property
    def description(self) -> str:
        """`mnist: 60,000 train, 10,000 test; 28 steps of 28 features; 10 classes`."""
        p, what = self.preprocessing, self.inputs
        if p.tokens is not None:
            what = f"texts of {'up to ' if p.masked else ''}{counted(p.length, p.tokens.level)}"
        return f"{self.source}: {self.sizes}; {what}; {len(p.classes)} classes"


def _share_of_unknown(part: Part) -> float:
    """Of the tokens; <unk> is the first of a vocabulary, 0 is padding."""
    unknown = total = 0
    for start in range(0, len(part), _AT_ONCE):
        ids = part.rows(slice(start, start + _AT_ONCE))
        unknown += int((ids == PADDING).sum())
        total += int((ids > 0).sum())
    return unknown / max(total, 1)
