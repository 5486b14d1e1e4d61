"""Classification's loss and metrics, and what the model's outputs are as probabilities."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from rnnkit.config.layers import Dense
from rnnkit.config.stack import Stack
from rnnkit.runtime import keras, tf
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.training.counted import class_metrics
from rnnkit.training.objective import Counted, Measure, Objective

Probabilities = npt.NDArray[np.float32]  # (N, C)


class Outputs:
    """What the last layer's numbers say: one logit or probability of two classes, or one a class.

    Args:
        config: names the loss, or leaves it to the number of outputs.
        stack: the layers.
    """

    def __init__(self, config: ClassificationConfig, stack: Stack) -> None:
        last = stack.last
        units = last.units if isinstance(last, Dense) else 0
        self.binary = config.training.loss_for(units or 0) == "binary_crossentropy"
        self.from_logits = stack.gives_logits  # the loss applies softmax or sigmoid
        self.classes = 2 if self.binary else units or 0

    def loss(self, y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """The cross-entropy of each example, (B,), of y_true (B,) and y_pred (B, C) or (B, 1)."""
        if self.binary:
            truth = tf.cast(y_true, y_pred.dtype)[:, None]
            return keras.losses.binary_crossentropy(truth, y_pred, from_logits=self.from_logits)
        return keras.losses.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=self.from_logits
        )

    def probabilities(self, outputs: npt.NDArray[np.float32]) -> Probabilities:
        """The model's outputs, (N, C) or (N, 1), as probabilities of every class, (N, C)."""
        if self.binary:
            positive = _sigmoid(outputs) if self.from_logits else outputs
            return np.concatenate([1 - positive, positive], axis=1)
        if self.from_logits:
            shifted = np.exp(outputs - outputs.max(axis=1, keepdims=True))
            outputs = shifted / shifted.sum(axis=1, keepdims=True)
        return outputs

    @property
    def metrics(self) -> Mapping[str, Measure]:
        """Every metric by its name, as functions like `loss`."""

        def accuracy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
            return tf.cast(self._said(y_pred) == tf.cast(y_true, tf.int32), tf.float32)

        if not self.binary:
            return {"accuracy": accuracy, "top_3_accuracy": _top_k(3), "top_5_accuracy": _top_k(5)}
        always = lambda y_true, y_pred: tf.ones_like(y_pred[:, 0])  # noqa: E731 - 2 classes
        return {"accuracy": accuracy, "top_3_accuracy": always, "top_5_accuracy": always}

    @property
    def counted(self) -> Mapping[str, Counted]:
        """Every metric that is a function of counts, by its name."""
        return class_metrics(self._said, self._probabilities, self.classes)

    def _said(self, y_pred: tf.Tensor) -> tf.Tensor:
        """The more probable class of each example, (B,)."""
        if self.binary:
            return tf.cast(y_pred[:, 0] > (0.0 if self.from_logits else 0.5), tf.int32)
        return tf.argmax(y_pred, axis=1, output_type=tf.int32)

    def _probabilities(self, y_pred: tf.Tensor) -> tf.Tensor:
        """`probabilities`, as part of a step."""
        if self.binary:
            positive = tf.sigmoid(y_pred) if self.from_logits else y_pred
            return tf.concat([1 - positive, positive], axis=1)
        return tf.nn.softmax(y_pred) if self.from_logits else y_pred


def objective(config: ClassificationConfig, stack: Stack) -> Objective:
    """Loss and metrics as functions of y_true (B,) and y_pred (B, C) or (B, 1)."""
    outputs = Outputs(config, stack)
    wanted = config.training.metrics
    return Objective(
        outputs.loss,
        {name: metric for name, metric in outputs.metrics.items() if name in wanted},
        {name: metric for name, metric in outputs.counted.items() if name in wanted},
    )


def _top_k(k: int) -> Measure:
    def accuracy(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
        """The share of rows whose class has fewer than k classes scored above it."""
        truth = tf.gather(y_pred, tf.cast(y_true, tf.int32), axis=1, batch_dims=1)
        above = tf.reduce_sum(tf.cast(y_pred > truth[:, None], tf.int32), axis=1)
        return tf.cast(above < k, tf.float32)

    return accuracy


def _sigmoid(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    half: npt.NDArray[np.float32] = np.tanh(0.5 * x)
    return 0.5 * half + 0.5
