"""Exact quantiles of more numbers than RAM holds, in four passes whatever their distribution.

A radix selection: numbers of up to 32 bits are mapped to integers of the same order. Three passes
find their upper 11, next 11 and last 10 bits: each counts the values of its bits among the
numbers that begin as those found so far do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

_LEVELS = ((21, 11), (10, 11), (0, 10))  # (bits to the right, bits looked at) of a pass

Ranks = NDArray[np.int64]


def quantiles(
    pieces: Iterable[NDArray[Any]], features: int, shares: Sequence[float]
) -> NDArray[np.float64]:
    """The quantiles of each column, as numpy.quantile gives them; NaN is left out.

    Args:
        pieces: (rows, F) each, gone through more than once; every column has a number.
        features: F.
        shares: Q of them, 0.5 for the median.

    Returns:
        (Q, F).
    """
    sample = next(iter(pieces))
    if sample.dtype.itemsize > 4:
        values = np.concatenate(list(pieces))
        columns = (values[:, f][~np.isnan(values[:, f])] for f in range(features))
        return np.stack([np.quantile(column, shares) for column in columns], axis=1)
    counts = sum(np.count_nonzero(piece == piece, axis=0) for piece in pieces)
    last = np.asarray(counts)[:, None] - 1  # (F, 1)
    places = last * np.asarray(shares)  # (F, Q), between two ranks
    below = np.floor(places).astype(np.int64)
    ranks = np.concatenate([below, np.minimum(below + 1, last)], axis=1)  # (F, 2Q)
    found = _values(_select(pieces, ranks), sample.dtype).astype(np.float64)
    low, high = np.split(found, 2, axis=1)
    triples = zip(low.ravel(), high.ravel(), (places - below).ravel(), strict=True)
    result = [np.quantile([one, other], share) for one, other, share in triples]
    return np.reshape(result, low.shape).T


def _select(pieces: Iterable[NDArray[Any]], ranks: Ranks) -> NDArray[np.uint32]:
    """The keys at these ranks of each column, (F, R)."""
    inside, prefix = ranks.copy(), np.zeros(ranks.shape, np.int64)
    for shift, width in _LEVELS:
        wanted = [set(row.tolist()) for row in prefix]
        counts = {
            (feature, begin): np.zeros(1 << width, np.int64)
            for feature, begins in enumerate(wanted)
            for begin in begins
        }
        for piece in pieces:
            for feature, begins in enumerate(wanted):
                keys = _keys(piece[:, feature])
                for begin in begins:
                    alike = keys[keys >> shift >> width == begin]
                    bins = (alike >> shift) & ((1 << width) - 1)
                    counts[feature, begin] += np.bincount(bins, minlength=1 << width)
        for place, rank in np.ndenumerate(inside):
            ends = np.cumsum(counts[place[0], int(prefix[place])])
            bin = int(np.searchsorted(ends, rank, side="right"))
            inside[place] -= ends[bin - 1] if bin else 0
            prefix[place] = (prefix[place] << width) | bin
    return prefix.astype(np.uint32)


def _keys(column: NDArray[Any]) -> NDArray[np.uint32]:
    """Integers in the order of the numbers, NaN left out."""
    if column.dtype.kind != "f":
        return (column.astype(np.int64) + _lowest(column.dtype)).astype(np.uint32)
    bits = np.ascontiguousarray(column[~np.isnan(column)], np.float32).view(np.uint32)
    return np.where(bits >> 31, ~bits, bits | (1 << 31)).astype(np.uint32)


def _values(keys: NDArray[np.uint32], dtype: np.dtype[Any]) -> NDArray[Any]:
    """The numbers that `_keys` made these of."""
    if dtype.kind != "f":
        return keys.astype(np.int64) - _lowest(dtype)
    bits = np.where(keys >> 31, keys & ~np.uint32(1 << 31), ~keys).astype(np.uint32)
    return bits.view(np.float32)


def _lowest(dtype: np.dtype[Any]) -> int:
    """How far integers must be moved to begin at 0."""
    return 1 << 31 if dtype.kind == "i" else 0
