"""Dataset: the parts that training reads, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data.preprocessing import Preprocessing, Scale
from rnnkit.data.wording import counted

PADDING_VALUE = -1.0e9  # every feature of a padded time step, in the model's input
PADDING_ID = 0

MIN_IMAGE_SIDE = 8  # pixels; smaller byte arrays are not worth a picture


@dataclasses.dataclass(frozen=True, eq=False)
class Part:
    """One of train, validation and test: N examples, stored as compactly as they came.

    Args:
        store: (N, T, F) unscaled, padded steps NaN; for ids (N, T) int32, padded with 0.
        y: (N,) class numbers; UNLABELLED (-1) in data to predict.
        scale: applied a batch at a time.
        masked: whether `store` may hold padded steps.
        names: (N,) the ids of a long table's examples.
    """

    store: NDArray[Any]
    y: NDArray[np.int32]
    scale: Scale | None = None
    masked: bool = False
    names: NDArray[np.object_] | None = None

    def __len__(self) -> int:
        return len(self.store)

    def rows(self, indices: NDArray[np.integer[Any]] | slice) -> NDArray[Any]:
        """The model's input for these examples: (B, T, F) float32, or (B, T) int32 for ids.

        Padded steps hold PADDING_VALUE, padded ids 0.
        """
        x = self.store[indices]
        if x.ndim == 2:
            return x
        # astype copies, so that the store stays as it is
        scaled = x.astype(np.float32) if self.scale is None else self.scale.apply(x)
        if self.masked:
            scaled[np.isnan(scaled)] = PADDING_VALUE
        return scaled


@dataclasses.dataclass(frozen=True, eq=False)
class Dataset:
    """Everything that the data section of a config leads to."""

    source: str  # the name of the embedded data, or the file's
    sha256: str  # of the source file
    train: Part
    validation: Part | None  # the test part itself under `validation: test`
    test: Part | None
    preprocessing: Preprocessing
    facts: InputFacts

    @property
    def held_back(self) -> tuple[Part, str] | None:
        """The examples to judge a model by and their name: test, else validation, else None."""
        if self.test is not None:
            return self.test, "test"
        return None if self.validation is None else (self.validation, "validation")

    @property
    def is_image(self) -> bool:
        """Whether one example can be shown as a picture, its rows being the time steps."""
        store = self.train.store
        sides = store.shape[1:]
        return store.dtype == np.uint8 and len(sides) == 2 and min(sides) >= MIN_IMAGE_SIDE

    @property
    def description(self) -> str:
        """`mnist: 60,000 train, 10,000 test; 28 steps of 28 features; 10 classes`."""
        parts = [f"{len(self.train):,} train"]
        if self.validation is not None and self.validation is not self.test:
            parts.append(f"{len(self.validation):,} validation")
        if self.test is not None:
            name = "test (= validation)" if self.validation is self.test else "test"
            parts.append(f"{len(self.test):,} {name}")
        p = self.preprocessing
        steps = f"{'up to ' if p.masked else ''}{counted(p.length, 'step')}"
        content = "ids" if p.ids else counted(p.features, "feature")
        return f"{self.source}: {', '.join(parts)}; {steps} of {content}; {len(p.classes)} classes"
