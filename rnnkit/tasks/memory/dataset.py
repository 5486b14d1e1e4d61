"""A memory config -> a generated problem in parts, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import Batch, Order, RowFeed, Valid
from rnnkit.data.dataset import Dataset
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.ram import is_large
from rnnkit.errors import DataError
from rnnkit.tasks.memory import problems
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.words import counted

STEP_BYTES = 8  # of an example: adding's value and marker, copy's symbol in x and in y


@dataclasses.dataclass(frozen=True, eq=False)
class MemoryPart(RowFeed):
    """N generated examples. A Feed.

    Args:
        store: (N, T, 2) for adding, (N, T) symbols for copy.
        y: (N,) sums for adding, (N, T) symbols for copy.
        one_hot: whether the model reads symbols as vectors.
    """

    store: NDArray[Any]
    y: NDArray[Any]
    one_hot: bool = False

    def _batch(self, rows: Order, valid: Valid, chance: object) -> Batch:
        """x (B, T, F) or (B, T), y (B,) or (B, T); a row has one loss."""
        x = self.store[rows]
        return Batch(problems.one_hot(x) if self.one_hot else x, self.y[rows], valid, valid)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class MemoryDataset(Dataset[Preprocessing, MemoryPart]):
    """The examples of one problem; nothing is learnt from them."""

    validation: MemoryPart
    test: MemoryPart

    @property
    def description(self) -> str:
        """`adding: 20,000 train, 1,000 validation, 1,000 test; 100 steps; generated`."""
        steps = counted(self.train.store.shape[1], "step")
        return f"{self.source}: {self.sizes}; {steps}; generated"

    @property
    def bytes(self) -> int:
        return sum(part.store.nbytes + part.y.nbytes for part in self.parts.values())


def load_dataset(config: MemoryConfig) -> MemoryDataset:
    """Draw every part from its own generator: a pure function of the config and its seed.

    Raises:
        DataError: they would take more than a quarter of the RAM.
    """
    _check_size(config)
    data, counts = config.data, config.data.examples.model_dump()
    adding = data.source == "adding"
    parts = {}
    for name, rng in zip(
        counts, np.random.default_rng(config.seed).spawn(len(counts)), strict=True
    ):
        x, y = (problems.adding if adding else problems.copy)(rng, counts[name], data.length)
        parts[name] = MemoryPart(x, y, one_hot=not adding and not config.model.reads_ids)
    return MemoryDataset(
        source=data.source,
        sha256=_checksum(parts),
        train=parts["train"],
        validation=parts["validation"],
        test=parts["test"],
        preprocessing=Preprocessing(),
        separation="every part is drawn by itself",
    )


def outline(config: MemoryConfig) -> InputFacts:
    """What a model must know of the data, which are not generated for it.

    Raises:
        DataError: they would take more than a quarter of the RAM.
    """
    _check_size(config)
    return facts(config)


def facts(config: MemoryConfig) -> InputFacts:
    """The input and output of a model."""
    steps, symbols = config.data.steps, problems.SYMBOLS
    if config.data.source == "adding":
        return InputFacts((steps, 2), outputs=1)
    if config.model.reads_ids:
        return InputFacts((steps,), integer=True, vocabulary=symbols, outputs=symbols)
    return InputFacts((steps, symbols), outputs=symbols)


def _check_size(config: MemoryConfig) -> None:
    data = config.data
    examples = sum(data.examples.model_dump().values())
    if is_large(size := examples * data.steps * STEP_BYTES):
        raise DataError(
            f"{counted(examples, 'example')} of '{data.source}' with {counted(data.steps, 'step')}"
            f" take {size:,} bytes, more than a quarter of this machine's RAM: set data.length "
            "or data.examples lower"
        )


def _checksum(parts: Mapping[str, MemoryPart]) -> str:
    """That of all examples: another numpy could draw others from the same seed."""
    digest = hashlib.sha256()
    for part in parts.values():
        digest.update(part.store.tobytes())
        digest.update(part.y.tobytes())
    return digest.hexdigest()
