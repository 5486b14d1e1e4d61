"""Values in 0..1, once they are: frames of 0 and 1 by a threshold, or drawn as probabilities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray
from rnnkit.data.sequences import Sequences
from rnnkit.data.vectors.section import Binarize
from rnnkit.errors import DataError

_FROZEN = 20080707  # one draw for all runs, so that the nats of all of them compare
_PARTS = {"train": 0, "test": 1, "validation": 2}
_BLOCK = 10_000  # frames drawn at once


def check_range(sequences: Sequences, divisor: float, where: str) -> None:
    """Raise a DataError for the first value that is not in 0..1 once divided by `divisor`."""
    first: tuple[int, int, Any] | None = None  # row, feature, value
    count = 0
    values = sequences.values
    for start, piece in values.pieces() if isinstance(values, DiskArray) else [(0, values)]:
        wrong = (piece < 0) | (piece > divisor)
        count += int(wrong.sum())
        if first is None and wrong.any():
            row, feature = map(int, np.unravel_index(int(np.argmax(wrong)), wrong.shape))
            first = (row + start, feature, piece[row, feature])
    if first is None:
        return
    row, feature, value = first
    sequence = int(np.searchsorted(sequences.starts, row, side="right")) - 1
    frame = int(row - sequences.starts[sequence])
    advice = "use output: gaussian"
    if divisor == 1 and values.dtype == np.uint8:
        advice = "scale: pixels divides bytes by 255"
    raise DataError(
        f"{where}: sequence {sequence}, frame {frame}, feature {feature} is "
        f"{value}: output: bernoulli reads values from 0 to {divisor:g} "
        f"({count:,} outside): {advice}"
    )


def frozen(
    values: NDArray[Any], binarize: Binarize, *, divisor: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """The binary frames that evaluation reads, uint8: the same ones in every run.

    A draw depends on the part and the position of a value in it, not on the run's seed, its
    batches or the order in which pixels are read.

    Args:
        values: a part as the source has it, (S, F), in 0..divisor; or its next frames.
        binarize: `threshold`, above 0.5; or `stochastic`.
        divisor: what values are divided by, 255 for bytes.
        rng: of `draws`.
    """
    if binarize == "threshold":
        return (values > 0.5 * divisor).astype(np.uint8)
    result = np.empty(values.shape, np.uint8)
    for start in range(0, len(values), _BLOCK):
        block = values[start : start + _BLOCK] / np.float32(divisor)
        result[start : start + _BLOCK] = draw(block, rng)
    return result


def draws(part: str) -> np.random.Generator:
    """What a part of the source is drawn from; `test` for new files."""
    return np.random.default_rng([_FROZEN, _PARTS[part]])


def draw(values: NDArray[Any], rng: np.random.Generator) -> NDArray[np.bool_]:
    """1 with probability `values`."""
    drawn: NDArray[np.bool_] = rng.random(values.shape, np.float32) < values
    return drawn
