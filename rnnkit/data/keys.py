"""Examples -> a number each that follows from what they are: from their name, or their content.

The number of an example is the same in every file, among whatever others it stands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from operator import methodcaller

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.sequences import Sequences, places

PIECE = 1 << 21  # values that are looked at together; 16 MB of float64

Keys = NDArray[np.uint64]


def name_keys(names: Iterable[object]) -> Keys:
    """A number for each name, (N,), by its text."""
    encoded = map(methodcaller("encode"), map(str, names))
    digests = map(methodcaller("digest"), map(partial(hashlib.blake2b, digest_size=8), encoded))
    return np.frombuffer(b"".join(digests), "<u8").astype(np.uint64)


def content_keys(sequences: Sequences) -> Keys:
    """A number for each sequence, (N,), by its values and their order; 1.0, 1 and true are equal.

    Args:
        sequences: in the order of a source, gone through once.
    """
    found = [sequence_keys(_bits(values), starts) for values, starts in pieces(sequences)]
    return np.concatenate(found)


def pieces(sequences: Sequences) -> Iterator[tuple[NDArray[np.generic], NDArray[np.intp]]]:
    """Values (S, F) of some sequences, at least one, and where each begins in them; then others.

    Args:
        sequences: their starts ascend; values of none, between them, are left out.
    """
    values, starts, lengths = sequences.values, sequences.starts, sequences.lengths
    ends = starts + lengths
    first = 0
    while first < len(starts):
        limit = starts[first] + PIECE // (values.shape[1] if len(values.shape) > 1 else 1)
        last = max(first + 1, int(np.searchsorted(ends, limit, side="right")))
        begin, end = int(starts[first]), int(ends[last - 1])
        some = values[begin:end]
        own, begins = lengths[first:last], starts[first:last] - begin
        packed = np.cumsum(own) - own
        if own.sum() < len(some):
            some = some[Sequences(some, begins, own).rows]
        yield some, packed
        first = last


def sequence_keys(steps: Keys, starts: NDArray[np.intp]) -> Keys:
    """A number for each stretch of steps, (N,), by the steps and their order.

    Args:
        steps: (S, F) bits.
        starts: (N,) where each begins, ascending from 0.
    """
    odd = np.random.default_rng(0).integers(0, 2**63, steps.shape[1], np.uint64) * 2 + 1
    rows = mixed(steps @ odd)
    place = places(np.diff(starts, append=len(rows)))
    return mixed(np.add.reduceat(mixed(rows + place.astype(np.uint64)), starts))


def among(keys: Keys, others: Keys) -> NDArray[np.bool_]:
    """Which of the keys are among others, one at least; np.isin takes ten times as long."""
    known = np.sort(others)
    nearest = known[np.searchsorted(known, keys).clip(max=len(known) - 1)]
    found: NDArray[np.bool_] = nearest == keys
    return found


def mixed(numbers: Keys) -> Keys:
    """Numbers that look drawn, different ones for different ones (the finalizer of splitmix64)."""
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _bits(values: NDArray[np.generic]) -> Keys:
    """Of float64; the high bytes, in which small numbers differ, become the low ones."""
    floats = np.ascontiguousarray(values, np.float64) + 0.0  # -0.0 is 0.0
    return floats.view(np.uint64).byteswap()
