"""Tagging's loss and metric: y_true (B, T), y_pred (B, T, C) -> (B, T)."""

from __future__ import annotations

from rnnkit.config.stack import Stack
from rnnkit.runtime import keras, tf
from rnnkit.tasks.tagging.config import TaggingConfig
from rnnkit.training.objective import Objective

TAG, PROBABILITY = "tag", "probability"  # what `answers` measures


def objective(config: TaggingConfig, stack: Stack) -> Objective:
    """The loss, and the metrics that the config asks for."""
    names: list[str] = list(config.training.metrics)
    return Objective(answers(stack).loss, dict.fromkeys(names, _accuracy))


def answers(stack: Stack) -> Objective:
    """The loss of every step; as metrics the likeliest tag and its probability."""
    from_logits = stack.gives_logits

    def loss(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits)

    def probability(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        p = tf.nn.softmax(y_pred) if from_logits else y_pred
        return tf.reduce_max(p, axis=-1)

    return Objective(loss, {TAG: _tag, PROBABILITY: probability})


def _tag(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.argmax(y_pred, axis=-1, output_type=tf.int32)


def _accuracy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.cast(_tag(y_true, y_pred) == y_true, tf.float32)
