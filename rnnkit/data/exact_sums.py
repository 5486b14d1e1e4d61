"""Columns and a target -> the weights with which the columns add up to it, where they do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.words import brief

SAMPLE = 2000  # rows on which a sum is looked for; it is tried on all
ROWS_EACH = 5  # for each feature, so that no sum fits by chance
EXACT = 1e-7  # of the range of the target

Floats = NDArray[np.float64]


def exact_weights(x: Floats, y: Floats) -> Floats:
    """Weights of the features, and a constant, that give y exactly: few; all 0 where none do."""
    nothing = np.zeros(x.shape[1] + 1)
    table = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    if len(y) < ROWS_EACH * table.shape[1] or np.ptp(y) == 0:
        return nothing
    some = np.unique(np.linspace(0, len(y) - 1, SAMPLE).astype(np.intp))
    kept = list(range(table.shape[1]))
    if _misfit(table[some], y[some], kept) > EXACT:
        return nothing
    for column in reversed(range(table.shape[1])):
        fewer = [other for other in kept if other != column]
        if fewer and _misfit(table[some], y[some], fewer) <= EXACT:
            kept = fewer
    if _misfit(table, y, kept) > EXACT:
        return nothing
    nothing[kept] = np.linalg.lstsq(table[:, kept], y)[0]
    return nothing


def _misfit(table: Floats, y: Floats, columns: list[int]) -> float:
    """The largest error of the best weights, as a share of the range of y."""
    x = table[:, columns]
    size = np.abs(x).max(axis=0)
    size[size == 0] = 1
    weights = np.linalg.lstsq(x / size, y)[0]
    return float(np.abs(x / size @ weights - y).max() / np.ptp(y))


def written_sum(weights: Floats, features: Sequence[str]) -> str:
    """`2 * a - b + 1`."""
    parts = []
    for weight, name in zip(weights, [*features, None], strict=True):
        if weight:
            size = f"{abs(weight):.4g}"
            if name is not None:
                size = "" if np.isclose(abs(weight), 1) else f"{size} * "
                size += f"'{brief(name)}'"
            parts.append(("- " if weight < 0 else "+ ") + size)
    return " ".join(parts).removeprefix("+ ")
