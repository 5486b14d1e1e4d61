"""What is minimised and what is reported: their sums over a batch, and what sums come to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from rnnkit.data.batch import Batch
from rnnkit.runtime import tf

# (y_true, y_pred), (B, ...) each -> (B, ...)
Measure = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Counted:
    """A metric that is no mean over rows: a function of counts, which add up over batches.

    Args:
        counts: (y_true, y_pred, valid) -> counts of what is valid, of one shape for every batch.
            float32, exact up to 2**24 in a shard.
        value: the metric of their sum.
    """

    counts: Callable[[tf.Tensor, tf.Tensor, tf.Tensor], tf.Tensor]
    value: Callable[[npt.NDArray[np.float64]], float]


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is reported, as functions of (y_true, y_pred).

    Loss and metrics give values of shape (B, ...); beyond the axes of a batch's `valid`, their
    mean counts.
    """

    loss: Measure
    metrics: Mapping[str, Measure] = field(default_factory=dict)
    counted: Mapping[str, Counted] = field(default_factory=dict)

    def values(self, sums: Mapping[str, float | npt.NDArray[np.float64]]) -> dict[str, float]:
        """Loss and metrics of all that `sums` were taken over."""
        means = {name: float(sums[name] / sums["count"]) for name in ("loss", *self.metrics)}
        counted = {name: one.value(np.asarray(sums[name])) for name, one in self.counted.items()}
        return means | counted


def sums_over_rows(objective: Objective, part: Batch, y_pred: tf.Tensor) -> dict[str, tf.Tensor]:
    """The loss, the metrics and the count, each summed over what is valid in `part`."""
    axes = len(part.valid.shape)
    loss = mean_beyond(axes, objective.loss(part.y, y_pred))
    sums = {"loss": tf.reduce_sum(part.weight * loss)}
    for name, metric in objective.metrics.items():
        sums[name] = tf.reduce_sum(part.valid * mean_beyond(axes, metric(part.y, y_pred)))
    for name, one in objective.counted.items():
        sums[name] = one.counts(part.y, y_pred, part.valid)
    return {**sums, "count": tf.reduce_sum(part.valid)}


def mean_beyond(axes: int, values: tf.Tensor) -> tf.Tensor:
    """The mean over all axes after the first `axes`."""
    values = tf.cast(values, tf.float32)
    return tf.reduce_mean(
        tf.reshape(values, [*tf.unstack(tf.shape(values)[:axes], axes), -1]), axis=-1
    )
