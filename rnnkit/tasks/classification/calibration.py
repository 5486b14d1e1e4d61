"""Probabilities and the truth -> how far the two agree, and the temperature at which they do."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

BINS = 15  # of equal width, as in Guo et al.
LOWEST, HIGHEST = 0.02, 50.0  # temperatures that are looked at
_STEPS = 60  # halvings: to the last digit
_LEAST = 1e-30  # a probability of 0 that 32 bits rounded

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Reliability:
    """N examples by the probability given to them: BINS bins, of which the empty ones are NaN.

    Args:
        predicted: (BINS,) the mean probability.
        observed: (BINS,) the share for which it came true.
        sizes: (BINS,) examples.
    """

    predicted: Floats
    observed: Floats
    sizes: npt.NDArray[np.int64]

    @property
    def error(self) -> float:
        """The expected calibration error: the mean distance of the two over the N examples.

        Guo, Pleiss, Sun, Weinberger, "On Calibration of Modern Neural Networks", ICML 2017.
        """
        distance = np.nan_to_num(np.abs(self.predicted - self.observed))
        return float(np.sum(self.sizes * distance) / np.sum(self.sizes))


def reliability(y: npt.NDArray[np.integer], probabilities: npt.NDArray[np.floating]) -> Reliability:
    """Of two classes by the probability of the positive one, of more by that of the likeliest.

    Args:
        y: (N,) class numbers.
        probabilities: (N, C).
    """
    if probabilities.shape[1] == 2:
        given, came_true = probabilities[:, 1], y == 1
    else:
        given, came_true = probabilities.max(axis=1), y == probabilities.argmax(axis=1)
    bins = np.minimum((given * BINS).astype(np.int64), BINS - 1)
    sizes = np.bincount(bins, minlength=BINS)

    def means(values: npt.NDArray[Any]) -> Floats:
        sums = np.bincount(bins, values, BINS)
        found: Floats = np.divide(sums, sizes, out=np.full(BINS, np.nan), where=sizes > 0)
        return found

    return Reliability(means(given), means(came_true), sizes)


def tempered(probabilities: npt.NDArray[np.floating], temperature: float) -> Floats:
    """Softmax of the logits over the temperature, (N, C): above 1 it makes less sure of all."""
    if temperature == 1:
        return probabilities.astype(np.float64)
    logits = np.log(np.maximum(probabilities.astype(np.float64), _LEAST)) / temperature
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    found: Floats = shares / shares.sum(axis=1, keepdims=True)
    return found


def fit_temperature(
    y: npt.NDArray[np.integer], probabilities: npt.NDArray[np.floating]
) -> float | None:
    """The temperature with the least cross-entropy; None where it would leave the bounds.

    The cross-entropy is convex in 1 / temperature, and its slope there is the mean logit that is
    expected less that of the truth: halved until it is 0.

    Args:
        y: (N,) class numbers.
        probabilities: (N, C).
    """
    logits = np.log(np.maximum(probabilities.astype(np.float64), _LEAST))
    truth = logits[np.arange(len(y)), y]

    def falls(temperature: float) -> bool:
        """Whether the cross-entropy falls as the temperature does."""
        expected = np.sum(tempered(probabilities, temperature) * logits, axis=1)
        return bool(np.mean(expected - truth) < 0)

    low, high = LOWEST, HIGHEST
    if falls(low) or not falls(high):
        return None
    for _ in range(_STEPS):
        middle = float(np.sqrt(low * high))
        low, high = (low, middle) if falls(middle) else (middle, high)
    return float(np.sqrt(low * high))
