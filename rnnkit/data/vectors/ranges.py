"""Whether values can be the probability of a 1, as Bernoulli frames need."""

from __future__ import annotations

import numpy as np

from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError


def check_range(sequences: Sequences, divisor: float, where: str) -> None:
    """Raise a DataError for the first value that is not in 0..1 once divided by `divisor`."""
    values = sequences.values
    wrong = (values < 0) | (values > divisor)
    if not wrong.any():
        return
    row, feature = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
    sequence = int(np.searchsorted(sequences.starts, row, side="right")) - 1
    frame = int(row - sequences.starts[sequence])
    advice = "use output: gaussian"
    if divisor == 1 and values.dtype == np.uint8:
        advice = "scale: pixels divides bytes by 255"
    raise DataError(
        f"{where}: sequence {sequence}, frame {frame}, feature {int(feature)} is "
        f"{values[row, feature]}: output: bernoulli reads values from 0 to {divisor:g} "
        f"({int(wrong.sum()):,} outside): {advice}"
    )
