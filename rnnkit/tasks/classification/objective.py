"""Classification: a sequence -> one of C classes. Loss, metrics, probabilities, evaluation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from rnnkit.config.layers import Dense
from rnnkit.config.stack import Stack
from rnnkit.data.labelled.dataset import Part
from rnnkit.data.labelled.preprocessing import LabelledPreprocessing
from rnnkit.reports.plots import plot_confusion, plot_mistakes
from rnnkit.runtime import keras, tf
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.tasks.classification.metrics import ClassificationReport, classification_report
from rnnkit.tasks.contract import Task
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective

Probabilities = npt.NDArray[np.float32]  # (N, C)


@dataclasses.dataclass(frozen=True, eq=False)
class ClassificationEvaluation:
    """How a model does on one set of N examples of C classes."""

    data: str  # "test", "validation", or the file
    loss: float
    metrics: dict[str, float]
    report: ClassificationReport
    probabilities: Probabilities  # (N, C)
    part: Part

    def as_dict(self) -> dict[str, Any]:
        return {
            "task": "classification",
            "data": self.data,
            "loss": self.loss,
            **self.metrics,
            **self.report.as_dict(),
        }

    def plot(self, folder: Path, *, suffix: str = "") -> None:
        """The confusion matrix; for images the mistakes that the model was sure of."""
        report = self.report
        plot_confusion(report.confusion, report.classes, folder / f"confusion{suffix}.png")
        if self.part.is_image:
            plot_mistakes(
                self.part.pictures,
                self.part.y,
                self.probabilities.argmax(axis=1),
                self.probabilities.max(axis=1),
                report.classes,
                folder / f"mistakes{suffix}.png",
            )


class Classification(Task):
    """One of C classes for a whole sequence."""

    def __init__(self, config: ClassificationConfig, stack: Stack) -> None:
        super().__init__(config, stack)
        last = stack.layers[-1]
        units, activation = (last.units, last.activation) if isinstance(last, Dense) else (0, None)
        self.loss = config.training.loss_for(units or 0)
        self.from_logits = activation in {None, "linear"}  # the loss applies softmax or sigmoid
        self.metrics = tuple(config.training.metrics)

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

    def evaluate(
        self,
        inference: Inference,
        feed: Any,
        *,
        name: str,
        kept: LabelledPreprocessing,
        dataset: Any,
    ) -> ClassificationEvaluation:
        """Loss, metrics and every class's scores beside the majority class of the training part."""
        counts = None
        if dataset is not None:
            counts = np.bincount(dataset.train.y, minlength=len(kept.classes))
        probabilities = self.probabilities(inference.outputs(feed))
        # a pass of its own: inside the compiled step Keras takes the loss from the logits, which
        # saturated probabilities cannot give back
        means = inference.means(self.objective(), feed)
        return ClassificationEvaluation(
            data=name,
            loss=means.pop("loss"),
            metrics=means,
            report=classification_report(feed.y, probabilities, kept.classes, train_counts=counts),
            probabilities=probabilities,
            part=feed,
        )

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


def _sigmoid(x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    half: npt.NDArray[np.float32] = np.tanh(0.5 * x)
    return 0.5 * half + 0.5
