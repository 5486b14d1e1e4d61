"""Exact quantiles of more numbers than RAM holds, in six passes whatever their distribution.

A radix selection: numbers are mapped to integers of 64 bits of the same order. Each pass finds 11
bits more, the last one 9: it counts the values of these bits among the numbers that begin as those
found so far do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# (bits to the right, bits looked at) of a pass
_LEVELS = ((53, 11), (42, 11), (31, 11), (20, 11), (9, 11), (0, 9))
_SIGN = np.uint64(1 << 63)

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
    counts = sum(np.count_nonzero(piece == piece, axis=0) for piece in pieces)
    last = np.asarray(counts)[:, None] - 1  # (F, 1)
    places = last * np.asarray(shares)  # (F, Q), between two ranks
    below = np.floor(places).astype(np.int64)
    ranks = np.concatenate([below, np.minimum(below + 1, last)], axis=1)  # (F, 2Q)
    found = _values(_select(pieces, ranks))
    low, high = np.split(found, 2, axis=1)
    triples = zip(low.ravel(), high.ravel(), (places - below).ravel(), strict=True)
    result = [np.quantile([one, other], share) for one, other, share in triples]
    return np.reshape(result, low.shape).T


def _select(pieces: Iterable[NDArray[Any]], ranks: Ranks) -> NDArray[np.uint64]:
    """The keys at these ranks of each column, (F, R)."""
    inside, prefix = ranks.copy(), np.zeros(ranks.shape, np.uint64)
    for shift, width in _LEVELS:
        wanted = [set(row.tolist()) for row in prefix]
        counts = {
            (feature, begin): np.zeros(1 << width, np.int64)
            for feature, begins in enumerate(wanted)
            for begin in begins
        }
        for piece in pieces:
            for feature, begins in enumerate(wanted):
                ends = _keys(piece[:, feature]) >> shift
                for begin in begins:
                    bins = (ends - np.uint64(begin << width)).astype(np.intp)
                    alike = bins[(bins >= 0) & (bins < 1 << width)]
                    counts[feature, begin] += np.bincount(alike, minlength=1 << width)
        for place, rank in np.ndenumerate(inside):
            sums = np.cumsum(counts[place[0], int(prefix[place])])
            bin = int(np.searchsorted(sums, rank, side="right"))
            inside[place] -= sums[bin - 1] if bin else 0
            prefix[place] = int(prefix[place]) << width | bin
    return prefix


def _keys(column: NDArray[Any]) -> NDArray[np.uint64]:
    """Integers in the order of the numbers, NaN left out."""
    bits = np.ascontiguousarray(column[column == column], np.float64).view(np.uint64)
    return np.where(bits & _SIGN, ~bits, bits | _SIGN)


def _values(keys: NDArray[np.uint64]) -> NDArray[np.float64]:
    """The numbers that `_keys` made these of."""
    return np.where(keys & _SIGN, keys & ~_SIGN, ~keys).view(np.float64)
