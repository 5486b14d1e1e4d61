"""The parts of a generated problem, ready for the model a batch at a time."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Shuffle, epoch_order, filled_batches, steps_an_epoch
from rnnkit.data.dataset import Dataset
from rnnkit.data.ram import is_large
from rnnkit.errors import DataError
from rnnkit.tasks.memory import problems
from rnnkit.tasks.memory.preprocessing import MemoryPreprocessing
from rnnkit.words import counted

STEP_BYTES = 8  # of an example: adding's value and marker, copy's symbol in x and in y


@dataclasses.dataclass(frozen=True, eq=False)
class MemoryPart:
    """N generated examples. A Feed.

    Args:
        x: (N, T, 2) for adding, (N, T) symbols for copy.
        y: (N,) sums for adding, (N, T) symbols for copy.
        one_hot: whether the model reads symbols as vectors.
    """

    x: NDArray[Any]
    y: NDArray[Any]
    one_hot: bool = False

    def __len__(self) -> int:
        return len(self.x)

    def steps(self, batch_size: int) -> int:
        """Batches in one pass, a smaller last one included."""
        return steps_an_epoch(len(self), batch_size)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """Whole batches: x (B, T, F) or (B, T), y (B,) or (B, T); a row has one loss."""
        order = epoch_order(len(self), shuffle)
        for rows, valid in filled_batches(order, batch_size, start=start):
            x = problems.one_hot(self.x[rows]) if self.one_hot else self.x[rows]
            yield Batch(x, self.y[rows], valid, valid)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class MemoryDataset(Dataset):
    """The examples of one problem."""

    train: MemoryPart
    validation: MemoryPart
    test: MemoryPart
    preprocessing: MemoryPreprocessing

    @property
    def parts(self) -> dict[str, MemoryPart]:
        return {"train": self.train, "validation": self.validation, "test": self.test}

    @property
    def description(self) -> str:
        """`adding: 20,000 train, 1,000 validation, 1,000 test; 100 steps; generated`."""
        return (
            f"{self.source}: {self.sizes}; {counted(self.preprocessing.steps, 'step')}; generated"
        )

    @property
    def bytes(self) -> int:
        return sum(part.x.nbytes + part.y.nbytes for part in self.parts.values())


def make_dataset(
    kept: MemoryPreprocessing, counts: Mapping[str, int], *, seed: int
) -> MemoryDataset:
    """Draw every part: a pure function of its arguments, each part from a generator of its own."""
    generate: Callable[..., tuple[NDArray[Any], NDArray[Any]]]
    generate = problems.adding if kept.problem == "adding" else problems.copy
    one_hot = kept.problem == "copy" and not kept.ids
    parts = {}
    for name, rng in zip(counts, np.random.default_rng(seed).spawn(len(counts)), strict=True):
        x, y = generate(rng, counts[name], kept.length)
        parts[name] = MemoryPart(x, y, one_hot)
    return MemoryDataset(source=kept.problem, sha256=_checksum(parts), preprocessing=kept, **parts)


def check_size(kept: MemoryPreprocessing, counts: Mapping[str, int]) -> None:
    """Refuse examples that would take more than a quarter of the memory.

    Raises:
        DataError: they would.
    """
    examples = sum(counts.values())
    if is_large(size := examples * kept.steps * STEP_BYTES):
        raise DataError(
            f"{counted(examples, 'example')} of '{kept.problem}' with {counted(kept.steps, 'step')}"
            f" take {size:,} bytes, more than a quarter of this machine's memory: set data.length "
            "or data.examples lower"
        )


def _checksum(parts: Mapping[str, MemoryPart]) -> str:
    """That of all examples: another numpy could draw others from the same seed."""
    digest = hashlib.sha256()
    for part in parts.values():
        digest.update(part.x.tobytes())
        digest.update(part.y.tobytes())
    return digest.hexdigest()
