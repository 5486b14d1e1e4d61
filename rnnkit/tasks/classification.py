"""Classification: a sequence -> one of C classes. Loss, metrics and probabilities."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from rnnkit.config.checks import classification_loss
from rnnkit.config.classification import ClassificationConfig, ClassificationTraining
from rnnkit.config.layers import Dense
from rnnkit.config.problems import did_you_mean
from rnnkit.config.stack import Stack
from rnnkit.errors import DataError
from rnnkit.runtime import keras, tf
from rnnkit.training.step import Objective

Probabilities = npt.NDArray[np.float32]  # (N, C)


@dataclasses.dataclass(frozen=True)
class Classification:
    """What the training loop and the evaluation need to know about the task."""

    loss: str
    from_logits: bool  # the last layer is linear: the loss applies softmax or sigmoid itself
    metrics: tuple[str, ...]

    @classmethod
    def of(cls, config: ClassificationConfig, stack: Stack) -> Classification:
        """The task of a checked config."""
        last = stack.layers[-1]
        units, activation = (last.units, last.activation) if isinstance(last, Dense) else (0, None)
        return cls(
            loss=classification_loss(config.training, units),
            from_logits=activation in {None, "linear"},
            metrics=tuple(config.training.metrics),
        )

    @property
    def binary(self) -> bool:
        return self.loss == "binary_crossentropy"

    def objective(self) -> Objective:
        """Loss and metrics as functions of y_true (B,) and y_pred (B, C) or (B, 1)."""
        known = self._binary_metrics() if self.binary else _MULTICLASS_METRICS
        return Objective(self._loss, {name: known[name] for name in self.metrics})

    def probabilities(self, outputs: npt.NDArray[np.float32]) -> Probabilities:
        """The model's outputs, (N, C) or (N, 1), as probabilities of every class, (N, C)."""
        if self.binary:
            positive = _sigmoid(outputs) if self.from_logits else outputs
            return np.concatenate([1 - positive, positive], axis=1)
        if self.from_logits:
            shifted = np.exp(outputs - outputs.max(axis=1, keepdims=True))
            outputs = shifted / shifted.sum(axis=1, keepdims=True)
        return outputs

    def _loss(self, y_true: Any, y_pred: Any) -> Any:
        if self.binary:
            truth = tf.cast(y_true, y_pred.dtype)[:, None]
            return keras.losses.binary_crossentropy(truth, y_pred, from_logits=self.from_logits)
        return keras.losses.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=self.from_logits
        )

    def _binary_metrics(self) -> Mapping[str, Callable[[Any, Any], Any]]:
        threshold = 0.0 if self.from_logits else 0.5

        def accuracy(y_true: Any, y_pred: Any) -> Any:
            said = tf.cast(y_pred[:, 0] > threshold, y_true.dtype)
            return tf.cast(said == y_true, tf.float32)

        always = lambda y_true, y_pred: tf.ones_like(y_pred[:, 0])  # noqa: E731 - 2 classes
        return {"accuracy": accuracy, "top_3_accuracy": always, "top_5_accuracy": always}


def _accuracy(y_true: Any, y_pred: Any) -> Any:
    said = tf.argmax(y_pred, axis=1, output_type=tf.int32)
    return tf.cast(said == tf.cast(y_true, tf.int32), tf.float32)


def _top_k(k: int) -> Callable[[Any, Any], Any]:
    def accuracy(y_true: Any, y_pred: Any) -> Any:
        """The share of rows whose class has fewer than k classes scored above it."""
        truth = tf.gather(y_pred, tf.cast(y_true, tf.int32), axis=1, batch_dims=1)
        above = tf.reduce_sum(tf.cast(y_pred > truth[:, None], tf.int32), axis=1)
        return tf.cast(above < k, tf.float32)

    return accuracy


_MULTICLASS_METRICS: Mapping[str, Callable[[Any, Any], Any]] = {
    "accuracy": _accuracy,
    "top_3_accuracy": _top_k(3),
    "top_5_accuracy": _top_k(5),
}


def class_weights(
    training: ClassificationTraining, y: npt.NDArray[np.int32], classes: Sequence[str]
) -> dict[int, float]:
    """`class_weight:` by class number; `balanced` gives N / (C * count), mean 1 over examples.

    Raises:
        DataError: a weight names a class that the data do not have.
    """
    if training.class_weight is None:
        return {}
    if training.class_weight == "balanced":
        counts = np.bincount(y, minlength=len(classes))
        present = np.count_nonzero(counts)
        return {c: len(y) / (present * n) for c, n in enumerate(counts.tolist()) if n}
    weights = {}
    for label, weight in training.class_weight.items():
        if str(label) not in classes:
            hint = did_you_mean(str(label), classes)
            raise DataError(f"class_weight: the training data have no class '{label}'.{hint}")
        weights[list(classes).index(str(label))] = weight
    return weights


def _sigmoid(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    half: npt.NDArray[np.float32] = np.tanh(0.5 * x)
    return 0.5 * half + 0.5
