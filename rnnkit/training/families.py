"""Distributions of a number: what a model says of it -> their loss, their mean, their inverse.

What a model says are `raw` numbers, all reals; y and everything else is scaled. A family's loss is
TensorFlow's, what is read of trained models numpy's.
"""

from __future__ import annotations

import abc
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from rnnkit.runtime import tf

LOG_VARIANCE_FLOOR = math.log(1e-4)  # of scaled targets: none is known closer than 0.01
LEAST_FREEDOM = 2.0  # of student_t: from here on it has a variance
LEAST_DISPERSION = 1e-3  # keeps the gamma functions of float32 apart

Floats = npt.NDArray[np.float64]


class Family(abc.ABC):
    """What is said of a number, by P others along the last axis of `raw`."""

    @abc.abstractmethod
    def loss(self, y: tf.Tensor, raw: tf.Tensor) -> tf.Tensor:
        """What is minimised, (B, n), of y (B, n) and raw (B, n, P)."""

    def compared(self, y: tf.Tensor, raw: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """The number itself and the model's forecast of it, (B, n) each, for metrics."""
        return y, raw[..., 0]

    def mean(self, raw: Floats) -> Floats:
        """The forecast, (...), of raw (..., P)."""
        return raw[..., 0]

    @abc.abstractmethod
    def quantiles(self, raw: Floats, levels: Sequence[float]) -> Iterator[Floats]:
        """Of each level in turn, (...), ascending."""


class Distribution(Family):
    """A family that numbers can be drawn from."""

    def quantiles(self, raw: Floats, levels: Sequence[float]) -> Iterator[Floats]:
        return (self.inverse(raw, level) for level in levels)

    @abc.abstractmethod
    def inverse(self, raw: Floats, probability: Any) -> Floats:
        """The number, (...), that is not exceeded with a probability, one or (...)."""


class Gaussian(Distribution):
    """A normal distribution: its mean and its spread."""

    def loss(self, y: tf.Tensor, raw: tf.Tensor) -> tf.Tensor:
        return gaussian(y, *tf.unstack(raw, axis=-1))

    def inverse(self, raw: Floats, probability: Any) -> Floats:
        found: Floats = raw[..., 0] + deviation(raw[..., 1]) * special.ndtri(probability)
        return found


class StudentT(Distribution):
    """Student's t: its location, its spread and its degrees of freedom, more than 2."""

    def loss(self, y: tf.Tensor, raw: tf.Tensor) -> tf.Tensor:
        """-ln p, constants included."""
        location, spread, tail = tf.unstack(raw, axis=-1)
        log_scale = 0.5 * _log_variance(spread, tf.nn.softplus)
        freedom = LEAST_FREEDOM + tf.nn.softplus(tail)
        squared = tf.square((y - location) * tf.exp(-log_scale)) / freedom
        return (
            tf.math.lgamma(freedom / 2)
            - tf.math.lgamma((freedom + 1) / 2)
            + 0.5 * tf.math.log(math.pi * freedom)
            + log_scale
            + (freedom + 1) / 2 * tf.math.log1p(squared)
        )

    def inverse(self, raw: Floats, probability: Any) -> Floats:
        freedom = LEAST_FREEDOM + _softplus(raw[..., 2])
        found: Floats = raw[..., 0] + deviation(raw[..., 1]) * special.stdtrit(freedom, probability)
        return found


class NegativeBinomial(Distribution):
    """Counts: their mean m and their dispersion a, with the variance m + a m^2 (Hilbe 2011).

    y is (B, n, 3): the scaled count, what 0 is scaled to, and how large 1 is there. The last two
    are joined to what a model says, whose `raw` is (..., 4) here.
    """

    def loss(self, y: tf.Tensor, raw: tf.Tensor) -> tf.Tensor:
        """-ln p, constants included."""
        scaled, zero, unit = tf.unstack(y, axis=-1)
        count = tf.round((scaled - zero) / unit)
        mean = tf.nn.softplus(raw[..., 0] - zero) / unit
        size = 1 / (LEAST_DISPERSION + tf.nn.softplus(raw[..., 1]))
        return (
            tf.math.lgamma(size)
            + tf.math.lgamma(count + 1)
            - tf.math.lgamma(count + size)
            + size * tf.math.log1p(mean / size)
            + count * (tf.math.log(mean + size) - tf.math.log(mean))
        )

    def compared(self, y: tf.Tensor, raw: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        zero = y[..., 1]
        return y[..., 0], zero + tf.nn.softplus(raw[..., 0] - zero)

    def mean(self, raw: Floats) -> Floats:
        zero = raw[..., 2]
        found: Floats = zero + _softplus(raw[..., 0] - zero)
        return found

    def inverse(self, raw: Floats, probability: Any) -> Floats:
        zero, unit = raw[..., 2], raw[..., 3]
        size = 1 / (LEAST_DISPERSION + _softplus(raw[..., 1]))
        mean = _softplus(raw[..., 0] - zero) / unit
        counts = stats.nbinom.ppf(probability, size, size / (size + mean))
        found: Floats = zero + unit * counts
        return found


class Pinball(Family):
    """Q quantiles themselves; where they cross they are sorted when they are read.

    Args:
        levels: of the quantiles, ascending; 0.5 is one of them.
    """

    def __init__(self, levels: Sequence[float]) -> None:
        self.levels = np.array(levels)
        self._median = list(levels).index(0.5)

    def loss(self, y: tf.Tensor, raw: tf.Tensor) -> tf.Tensor:
        """Twice the mean pinball loss (Koenker and Bassett 1978): of 0.5 alone the absolute error.

        Of every quantile as it stands: each is pulled to its own place.
        """
        error = y[..., None] - raw
        levels = tf.constant(self.levels, error.dtype)
        return 2 * tf.reduce_mean(tf.maximum(levels * error, (levels - 1) * error), axis=-1)

    def compared(self, y: tf.Tensor, raw: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return y, raw[..., self._median]

    def mean(self, raw: Floats) -> Floats:
        """The median, of sorted quantiles."""
        found: Floats = np.sort(raw, axis=-1)[..., self._median]
        return found

    def quantiles(self, raw: Floats, levels: Sequence[float]) -> Iterator[Floats]:
        return iter(np.moveaxis(np.sort(raw, axis=-1), -1, 0))


def gaussian(y: tf.Tensor, mean: tf.Tensor, raw: tf.Tensor) -> tf.Tensor:
    """-ln p of a normal distribution, constants included, of y, mean and raw spread of one shape.

    The variance approaches its floor smoothly, so that gradients do not vanish there.
    """
    log_variance = _log_variance(raw, tf.nn.softplus)
    error = tf.square(tf.cast(y, mean.dtype) - mean) * tf.exp(-log_variance)
    return 0.5 * (math.log(2 * math.pi) + log_variance + error)


def deviation(raw: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The standard deviation, or scale, that a raw spread stands for."""
    found: npt.NDArray[Any] = np.exp(0.5 * _log_variance(raw, _softplus))
    return found


def _log_variance(raw: Any, softplus: Callable[[Any], Any]) -> Any:
    return LOG_VARIANCE_FLOOR + softplus(raw - LOG_VARIANCE_FLOOR)


def _softplus(raw: npt.NDArray[Any]) -> npt.NDArray[Any]:
    found: npt.NDArray[Any] = np.logaddexp(0, raw)
    return found
