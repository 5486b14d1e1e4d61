"""Inputs and targets, some rows at a time -> a linear model, its penalty chosen from the same."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

PENALTIES = np.logspace(-8, 2, 21)  # in mean squares of an input

Floats = NDArray[np.floating]
Numbers = NDArray[np.float64]


class Ridge:
    """y = (x - mean) W + b, with an L2 penalty on W, for each target its own.

    The penalty minimises the generalised cross-validation RSS / (n - degrees of freedom)^2: G. H.
    Golub, M. Heath, G. Wahba, "Generalized Cross-Validation as a Method for Choosing a Good Ridge
    Parameter", Technometrics 21 (1979), 215-223.

    Args:
        chunks: x (n, P) and y (n, K), the rows of both some at a time; one row at least.
    """

    def __init__(self, chunks: Iterable[tuple[Floats, Floats]]) -> None:
        products: Numbers | float = 0.0
        self._shift: Numbers | None = None
        for x, y in chunks:
            rows = np.concatenate([np.ones((len(x), 1)), x, y], axis=1, dtype=np.float64)
            if self._shift is None:  # without it the products of large numbers lose their digits
                self._shift = rows.mean(axis=0) * (np.arange(rows.shape[1]) > 0)
                inputs = x.shape[1]
            rows -= self._shift
            products = products + rows.T @ rows
        table = np.asarray(products)
        count, sums = table[0, 0], table[0, 1:]
        centred = table[1:, 1:] - np.outer(sums, sums) / count
        self._mean = np.asarray(self._shift)[1:] + sums / count
        self._inputs = inputs
        self._weights = _weights(centred, inputs, float(count))

    def __call__(self, x: Floats) -> Numbers:
        """(n, P) -> (n, K)."""
        mean = self._mean
        answers: Numbers = (x - mean[: self._inputs]) @ self._weights + mean[self._inputs :]
        return answers


def _weights(centred: Numbers, inputs: int, count: float) -> Numbers:
    """(P, K) from the products of centred inputs and targets, (P + K, P + K), of `count` rows."""
    values, vectors = np.linalg.eigh(centred[:inputs, :inputs])
    values = values.clip(0)
    penalties = PENALTIES * max(values.mean(), 1e-100)  # constant inputs have none
    shrunk = values + penalties[:, None]  # (penalties, P)
    freedom = 1 + (values / shrunk).sum(axis=1)
    chosen = []
    for target in range(inputs, len(centred)):
        along = vectors.T @ centred[:inputs, target]
        gained = (along**2 * (values + 2 * penalties[:, None]) / shrunk**2).sum(axis=1)
        residual = (centred[target, target] - gained).clip(0)
        left = (count - freedom).clip(1e-9)  # a single row leaves none
        score = residual / left**2
        best = int(np.argmin(score))
        chosen.append(vectors @ (along / shrunk[best]))
    return np.stack(chosen, axis=1)
