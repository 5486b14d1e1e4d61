"""What is minimised and what is reported, and their sums over a batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from rnnkit.data.batch import Batch
from rnnkit.runtime import tf

# (y_true, y_pred), (B, ...) each -> (B, ...)
Measure = Callable[[tf.Tensor, tf.Tensor], tf.Tensor]


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is reported, as functions of (y_true, y_pred).

    Each gives values of shape (B, ...); beyond the axes of a batch's `valid`, their mean counts.
    """

    loss: Measure
    metrics: Mapping[str, Measure] = field(default_factory=dict)


def sums_over_rows(objective: Objective, part: Batch, y_pred: tf.Tensor) -> dict[str, tf.Tensor]:
    """The loss, the metrics and the count, each summed over what is valid in `part`."""
    axes = len(part.valid.shape)
    loss = mean_beyond(axes, objective.loss(part.y, y_pred))
    sums = {"loss": tf.reduce_sum(part.weight * loss)}
    for name, metric in objective.metrics.items():
        sums[name] = tf.reduce_sum(part.valid * mean_beyond(axes, metric(part.y, y_pred)))
    return {**sums, "count": tf.reduce_sum(part.valid)}


def mean_beyond(axes: int, values: tf.Tensor) -> tf.Tensor:
    """The mean over all axes after the first `axes`."""
    values = tf.cast(values, tf.float32)
    return tf.reduce_mean(
        tf.reshape(values, [*tf.unstack(tf.shape(values)[:axes], axes), -1]), axis=-1
    )
