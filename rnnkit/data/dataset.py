"""Dataset: the parts that training reads, whatever the task. Each kind of data has its own."""

from __future__ import annotations

import dataclasses
import functools
from typing import ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.audit import Audit
from rnnkit.data.batch import Feed
from rnnkit.data.card import DataCard, PartCard, array_text
from rnnkit.data.preprocessing import Preprocessing

PADDING_VALUE = -1.0e9  # every feature of a padded time step, in the model's input
PADDING_ID = 0

K = TypeVar("K", bound=Preprocessing, covariant=True)
P = TypeVar("P", bound=Feed, covariant=True)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class Dataset(Generic[K, P]):
    """Everything that the data section of a config leads to; the parts are Feeds."""

    source: str  # the name of the embedded data, or the file's
    sha256: str  # of the source
    train: P
    validation: P | None
    test: P | None
    preprocessing: K
    separation: str = ""  # what makes the parts independent, in words
    notes: tuple[str, ...] = ()  # what was mended on reading and what looks odd, as sentences
    audited: Audit | None = None  # what was found while it was read; None: nothing was looked for

    unit: ClassVar[str] = "example"  # what parts are counted in

    @property
    def parts(self) -> dict[str, P]:
        """Those that there are, each once."""
        found = {"train": self.train, "validation": self.validation, "test": self.test}
        if self.validation is self.test:
            del found["validation"]
        return {name: part for name, part in found.items() if part is not None}

    @property
    def feed(self) -> Feed:
        """What an epoch reads: the training part, unless it is drawn from that."""
        return self.train

    @functools.cached_property
    def card(self) -> DataCard:
        """All that can be said of the data; each kind adds what it knows."""
        return DataCard(
            source=self.source,
            sha256=self.sha256,
            description=self.description,
            unit=self.unit,
            parts=tuple(PartCard(name=name, size=len(part)) for name, part in self.parts.items()),
            separation=self.separation,
            followed=self._followed,
            example=self._first_example(),
            notes=self.notes,
        )

    @property
    def _followed(self) -> str | None:
        if self.validation is None:
            return None
        return "test" if self.validation is self.test else "validation"

    @property
    def held_back(self) -> tuple[P, str] | None:
        """The part to judge a model by and its name: test, else validation, else None."""
        if self.test is not None:
            return self.test, "test"
        return None if self.validation is None else (self.validation, "validation")

    @property
    def description(self) -> str:
        """One line for people: the source, how much each part holds, and the shapes."""
        raise NotImplementedError

    @property
    def sizes(self) -> str:
        """`60,000 train, 10,000 test`: for `description`."""
        sizes = [f"{len(self.train):,} train"]
        if self.validation is not None and self.validation is not self.test:
            sizes.append(f"{len(self.validation):,} validation")
        if self.test is not None:
            name = "test (= validation)" if self.validation is self.test else "test"
            sizes.append(f"{len(self.test):,} {name}")
        return ", ".join(sizes)

    @property
    def longest(self) -> int:
        """T of the longest example, where lengths differ."""
        return 1

    @property
    def shortest(self) -> int | None:
        """T of the shortest example; None: layers may take it to be of any length."""
        return None

    @property
    def bytes(self) -> int:
        """RAM that the parts take."""
        raise NotImplementedError

    def _first_example(self) -> dict[str, str]:
        """What the model reads, without padded steps of features, and what it should say."""
        batch = next(iter(self.train.batches(1)))
        inputs = batch.x if isinstance(batch.x, dict) else {"x": batch.x}
        return {
            **{name: array_text(_unpadded(x[0])) for name, x in inputs.items()},
            "y": array_text(batch.y[0]),
        }


def _unpadded(x: NDArray[np.generic]) -> NDArray[np.generic]:
    """One example's input, without the steps (T, F) that hold the value of padding."""
    return x[~(x == PADDING_VALUE).all(axis=-1)] if x.ndim > 1 else x
