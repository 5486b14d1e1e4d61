"""The losses and metrics of adding (a number at the end) and copy (a symbol a step)."""

from __future__ import annotations

from rnnkit.config.stack import Stack
from rnnkit.runtime import keras, tf
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.tasks.memory.problems import COPIED
from rnnkit.training.objective import Measure, Objective


def objective(config: MemoryConfig, stack: Stack) -> Objective:
    """adding: the squared error of the sum; copy: cross-entropy, the mean over all steps.

    adding: of y (B,) and (B, 1), values (B,). copy: of (B, T) and (B, T, 10), (B, T).
    """
    known = {"mean_absolute_error": _absolute_error, "recall": _recall}
    metrics: dict[str, Measure] = {name: known[name] for name in config.training.metrics}
    if config.data.source == "adding":
        return Objective(_squared_error, metrics)
    from_logits = stack.gives_logits

    def cross_entropy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits)

    return Objective(cross_entropy, metrics)


def _squared_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.square(y_pred[:, 0] - tf.cast(y_true, y_pred.dtype))


def _absolute_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.abs(y_pred[:, 0] - tf.cast(y_true, y_pred.dtype))


def _recall(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """Which of the ten digits are said again, (B, 10)."""
    said = tf.argmax(y_pred[:, -COPIED:], axis=2, output_type=tf.int32)
    return tf.cast(said == tf.cast(y_true[:, -COPIED:], tf.int32), tf.float32)
