"""Part -> batches of one fixed shape, in an order that only the seed and the epoch decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt

from rnnkit.data.dataset import Part
from rnnkit.training.step import Batch

Order = npt.NDArray[np.int64]


def epoch_order(examples: int, *, seed: int, epoch: int, shuffle: bool) -> Order:
    """The order of the examples in one epoch, (N,): a pure function, so a run can be resumed."""
    if not shuffle:
        return np.arange(examples)
    return np.random.default_rng([seed, epoch]).permutation(examples)


def batches(
    part: Part,
    order: Order,
    batch_size: int,
    *,
    class_weight: Mapping[int, float] | None = None,
) -> Iterator[Batch]:
    """Gather whole batches; the last one is filled up with rows that count nothing.

    XLA compiles once for each batch shape, so every batch has `batch_size` rows; `valid` marks
    the real ones.
    """
    weights = np.ones(1 + part.y.max(initial=0), np.float32)
    for label, weight in (class_weight or {}).items():
        if label < len(weights):
            weights[label] = weight
    for start in range(0, len(order), batch_size):
        rows = order[start : start + batch_size]
        real = len(rows)
        rows = np.resize(rows, batch_size)
        valid = (np.arange(batch_size) < real).astype(np.float32)
        y = part.y[rows]
        yield Batch(part.rows(rows), y, valid, valid * weights[y])


def steps_an_epoch(examples: int, batch_size: int) -> int:
    """Batches in an epoch, a smaller last one included."""
    return -(-examples // batch_size)
