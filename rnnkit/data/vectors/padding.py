"""Sequences of any length -> one array (N, T, F), with zeros after the shorter ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray, DiskRows
from rnnkit.data.ram import ram_size
from rnnkit.data.sequences import Sequences
from rnnkit.errors import DataError


def padded(sequences: Sequences, length: int) -> NDArray[Any] | DiskRows:
    """Bring every sequence to `length` frames, which none exceeds; in the dtype of the values.

    Values on disk stay there, and shorter sequences are filled with NaN.

    Raises:
        DataError: the result would not fit into the RAM.
    """
    values, starts, lengths = sequences.values, sequences.starts, sequences.lengths
    if isinstance(values, DiskArray):
        return DiskRows(values, starts, lengths, length, "post")
    shape = (len(starts), length, values.shape[1])
    size = values.dtype.itemsize * int(np.prod(shape))
    if (ram := ram_size()) is not None and size > ram:
        raise DataError(
            f"{shape[0]:,} sequences padded to {length:,} frames need {size:,} bytes, more than "
            f"this machine's RAM ({ram:,} bytes): set data.max_length lower"
        )
    if (lengths == length).all() and not (starts % length).any() and not len(values) % length:
        blocks: NDArray[Any] = values.reshape(-1, *shape[1:])[starts // length]
        return blocks
    result = np.zeros(shape, values.dtype)
    for row, (start, count) in enumerate(zip(starts, lengths, strict=True)):
        result[row, :count] = values[start : start + count]
    return result
