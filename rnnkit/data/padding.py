"""Sequences of any length -> N examples of T steps: longer ones cut, shorter ones filled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.disk import DiskArray, DiskRows
from rnnkit.data.padded_rows import CutRows
from rnnkit.data.sequences import Indices, Sequences

Side = Literal["pre", "post"]


def pad_sequences(
    sequences: Sequences,
    length: int,
    *,
    padding: Side = "post",
    truncating: Side = "post",
    ids: bool = False,
) -> NDArray[Any] | CutRows | DiskRows:
    """Bring every sequence to `length` time steps.

    Args:
        sequences: N sequences of F features.
        length: T of the result.
        padding: on which side shorter sequences are filled, with NaN, or 0 for ids.
        truncating: on which side longer sequences lose steps.
        ids: whether they are ids, F = 1, which is left out.

    Returns:
        What answers like an array (N, T, F), or (N, T) for ids. Where all are long enough it is
        one, in the dtype of the values, and a view where that is possible; else the values stay
        as they lie, and padding is made a batch at a time.
    """
    lengths = sequences.lengths
    kept = np.minimum(lengths, length)
    first = sequences.starts + (lengths - kept if truncating == "pre" else 0)
    if isinstance(sequences.values, DiskArray):
        return DiskRows(sequences.values, first, kept, length, padding, ids=ids)
    if (kept < length).any():
        return CutRows(sequences.values, first, kept, length, padding, ids=ids)
    found = _equal_length(sequences.values, first, length)
    return found[:, :, 0] if ids else found


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
