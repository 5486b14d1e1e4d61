"""Examples described by names of features -> a multinomial logistic regression on them.

A model of plain counts, for what a network must beat: n-grams of a text, a word and its
neighbours. Its loss is convex, so that it has one solution, which nothing random leads to.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_array
from scipy.special import logsumexp

RIDGE = 1.0  # the precision of a Gaussian prior around 0, of every weight but the biases
MOST_STEPS = 200

Floats = NDArray[np.float64]
Rows = Iterable[Iterable[Hashable]]  # the features of each of N examples, by name
Sparse = Any  # scipy's csr_array, (N, K)


@dataclasses.dataclass(frozen=True)
class Features:
    """K features that have a column each; others are left out of every example."""

    columns: Mapping[Hashable, int]

    @classmethod
    def of(cls, rows: Rows, *, fewest: int = 1) -> Features:
        """Those that at least `fewest` examples have, as they first appear."""
        held = Counter(name for row in rows for name in dict.fromkeys(row))
        kept = (name for name, count in held.items() if count >= fewest)
        return cls({name: column for column, name in enumerate(kept)})

    def counts(self, rows: Rows) -> Sparse:
        """How often each example has each feature, (N, K)."""
        found: list[int] = []
        ends = [0]
        for row in rows:
            found.extend(c for name in row if (c := self.columns.get(name)) is not None)
            ends.append(len(found))
        ones = np.ones(len(found))
        counts = csr_array((ones, found, ends), shape=(len(ends) - 1, len(self.columns)))
        counts.sum_duplicates()
        return counts


@dataclasses.dataclass(frozen=True, eq=False)
class Logistic:
    """p(class | x) = softmax(x W + b)."""

    weights: Floats  # W, (K, C)
    bias: Floats  # b, (C,)

    def log_probabilities(self, x: Sparse) -> Floats:
        """ln p of each class: x (N, K) -> (N, C)."""
        return _log_softmax(x @ self.weights + self.bias)


def fit_logistic(
    x: Sparse, y: NDArray[np.integer[Any]], *, classes: int, ridge: float = RIDGE
) -> Logistic:
    """The least sum of -ln p over the examples + ridge / 2 * the sum of squared weights, by L-BFGS.

    Args:
        x: (N, K), csr_array.
        y: (N,) numbers of classes.
        classes: C.
        ridge: the larger, the smaller the weights; the biases are free.
    """
    features = x.shape[1]
    truth = np.zeros((x.shape[0], classes))
    truth[np.arange(len(y)), y] = 1
    backward = x.T.tocsr()

    def loss(flat: Floats) -> tuple[float, Floats]:
        parameters = flat.reshape(features + 1, classes)  # the last row are the biases
        log_p = _log_softmax(x @ parameters[:-1] + parameters[-1])
        error = np.exp(log_p) - truth
        gradient = np.empty_like(parameters)
        gradient[:-1] = backward @ error + ridge * parameters[:-1]
        gradient[-1] = error.sum(axis=0)
        nats = -float((truth * log_p).sum())
        return nats + ridge / 2 * float((parameters[:-1] ** 2).sum()), gradient.ravel()

    start = np.zeros((features + 1) * classes)
    options = {"maxiter": MOST_STEPS, "gtol": 1e-4}
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=options)
    parameters = found.x.reshape(features + 1, classes)
    return Logistic(parameters[:-1], parameters[-1])


def _log_softmax(scores: Floats) -> Floats:
    log_p: Floats = scores - logsumexp(scores, axis=1, keepdims=True)
    return log_p
