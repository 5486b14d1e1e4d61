"""Next token's loss and metrics: y_true (B, T), y_pred (B, T, V) -> (B, T)."""

from __future__ import annotations

from rnnkit.config.stack import Stack
from rnnkit.runtime import keras, tf
from rnnkit.tasks.next_token.config import NextTokenConfig
from rnnkit.training.objective import Objective


def objective(config: NextTokenConfig, stack: Stack) -> Objective:
    """The loss, and the metrics that the config asks for."""
    known = full_objective(stack)
    return Objective(known.loss, {name: _METRICS[name] for name in config.training.metrics})


def full_objective(stack: Stack) -> Objective:
    """The loss, -ln p(token) in nats, and every metric."""
    from_logits = stack.gives_logits  # the loss applies the softmax

    def loss(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=from_logits)

    return Objective(loss, _METRICS)


def _accuracy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    said = tf.argmax(y_pred, axis=-1, output_type=tf.int32)
    return tf.cast(said == y_true, tf.float32)


def _top_5_accuracy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """1 where fewer than 5 tokens score above the true one, (B, T)."""
    truth = tf.gather(y_pred, y_true, axis=2, batch_dims=2)
    above = tf.reduce_sum(tf.cast(y_pred > truth[..., None], tf.int32), axis=-1)
    return tf.cast(above < 5, tf.float32)


_METRICS = {"accuracy": _accuracy, "top_5_accuracy": _top_5_accuracy}
