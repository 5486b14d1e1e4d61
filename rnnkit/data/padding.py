"""Sequences of any length -> one array (N, T, F): longer ones cut, shorter ones padded."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray, DiskRows
from rnnkit.data.ram import ram_size
from rnnkit.data.sequences import Indices, Sequences
from rnnkit.errors import DataError

Side = Literal["pre", "post"]


def pad_sequences(
    sequences: Sequences,
    length: int,
    *,
    padding: Side = "post",
    truncating: Side = "post",
    zeros: bool,
) -> NDArray[Any] | DiskRows:
    """Bring every sequence to `length` time steps.

    Args:
        sequences: N sequences of F features.
        length: T of the result.
        padding: on which side shorter sequences are filled.
        truncating: on which side longer sequences lose steps.
        zeros: fill with 0 instead of NaN.

    Raises:
        DataError: the result would not fit into the RAM.

    Returns:
        (N, T, F) in the dtype of the values; of floats that hold them where NaN had to be filled
        in. Without padding or cutting it is a view where that is possible; values on disk stay
        there.
    """
    lengths = sequences.lengths
    kept = np.minimum(lengths, length)
    first = sequences.starts + (lengths - kept if truncating == "pre" else 0)
    if isinstance(sequences.values, DiskArray):
        return DiskRows(sequences.values, first, kept, length, padding)
    if (kept == length).all():
        return _equal_length(sequences.values, first, length)
    shape = (len(lengths), length, sequences.values.shape[1])
    values = sequences.values
    dtype = values.dtype if zeros else np.result_type(values.dtype, np.float32)
    _check_size(shape, dtype.itemsize)
    result = np.full(shape, 0 if zeros else np.nan, dtype)
    example = np.repeat(np.arange(len(kept)), kept)
    step = np.arange(len(example)) - np.repeat(np.cumsum(kept) - kept, kept)
    shift = length - kept if padding == "pre" else np.zeros_like(kept)
    result[example, step + shift[example]] = values[step + first[example]]
    return result


def _check_size(shape: tuple[int, int, int], each: int) -> None:
    """Refuse the one long sequence that would blow up all the others."""
    size = each * math.prod(shape)
    if (ram := ram_size()) is not None and size > ram:
        raise DataError(
            f"{shape[0]:,} examples padded to {shape[1]:,} time steps need {size:,} bytes, more "
            f"than this machine's RAM ({ram:,} bytes): set data.max_length lower"
        )


def _equal_length(values: NDArray[Any], first: Indices, length: int) -> NDArray[Any]:
    """(N, length, F) from the examples that begin at rows `first` (N,)."""
    if len(values) % length == 0 and not (first % length).any():
        blocks = values.reshape(-1, length, values.shape[1])
        chosen = first // length
        if len(chosen) == len(blocks) and (np.diff(chosen) == 1).all():
            return blocks
        return blocks[chosen]  # an index an example, not an index a step: 8 bytes each
    gathered: NDArray[Any] = values[first[:, None] + np.arange(length)]
    return gathered


def shared_length(lengths: Sequence[int], max_length: int | None) -> int | None:
    """T when all examples have it once longer ones are cut; None when some need padding."""
    target = max_length or max(lengths)
    return target if min(lengths) >= target else None
