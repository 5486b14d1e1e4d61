"""A parity config -> bits in parts."""

from __future__ import annotations

import dataclasses
import hashlib

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.batch import Batch, Order, RowFeed, Valid
from rnnkit.data.dataset import Dataset
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import DataError
from rnnkit_parity.config import ParityConfig


@dataclasses.dataclass(frozen=True, eq=False)
class Bits(RowFeed):
    """N examples of T bits."""

    store: NDArray[np.float32]  # (N, T, 1), 0 or 1
    even: NDArray[np.int32]  # (N,) 1 where the number of ones is even

    def _batch(self, rows: Order, valid: Valid, chance: object) -> Batch:
        return Batch(self.store[rows], self.even[rows], valid, valid)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class ParityDataset(Dataset[Preprocessing, Bits]):
    @property
    def description(self) -> str:
        return f"bits: {self.sizes}; {self.train.store.shape[1]} bits each"

    @property
    def bytes(self) -> int:
        return self.train.store.nbytes


def load_dataset(config: ParityConfig) -> ParityDataset:
    parts = {}
    digest = hashlib.sha256()
    for name, rng in zip(
        ("train", "test"), np.random.default_rng(config.seed).spawn(2), strict=True
    ):
        bits = rng.integers(0, 2, (config.data.examples, config.data.length))
        digest.update(bits.tobytes())
        parts[name] = bits_of(bits)
    return ParityDataset(
        source="bits",
        sha256=digest.hexdigest(),
        train=parts["train"],
        validation=parts["test"],
        test=parts["test"],
        preprocessing=Preprocessing(),
    )


def read_new(text: str, config: ParityConfig) -> Bits:
    """A line of bits an example.

    Raises:
        DataError: a line is something else, or of another length than the run's.
    """
    lines = text.split()
    for number, line in enumerate(lines, start=1):
        if len(line) != config.data.length or set(line) - {"0", "1"}:
            raise DataError(f"line {number}: {line!r} is not {config.data.length} bits")
    return bits_of(np.array([[int(bit) for bit in line] for line in lines]))


def bits_of(bits: NDArray[np.int64]) -> Bits:
    even = (bits.sum(axis=1) % 2 == 0).astype(np.int32)
    return Bits(bits[:, :, None].astype(np.float32), even)
