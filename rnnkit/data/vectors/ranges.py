"""Whether values can be the probability of a 1, as Bernoulli frames need."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnkit.data.disk import DiskArray
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError


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
