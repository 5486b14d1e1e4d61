"""Long memories: adding (a number at the end) and copy (a symbol a step). Loss, evaluation."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.layers import Dense
from rnnkit.config.stack import Stack
from rnnkit.runtime import keras, tf
from rnnkit.tasks.contract import Task
from rnnkit.tasks.memory.config import MemoryConfig
from rnnkit.tasks.memory.plots import plot_recall, plot_sums
from rnnkit.tasks.memory.problems import ADDING_VARIANCE, COPIED, DIGITS, copy_baseline
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective

CLOSE = 0.04  # an absolute error that counts as solved


@dataclasses.dataclass(frozen=True, eq=False)
class MemoryEvaluation:
    """How a model does on N examples, beside the answers that need no memory.

    Args:
        answers: adding: the model's sums, (N,); copy: the ten digits it recalled, (N, 10).
        truth: what they should be.
    """

    problem: str
    length: int
    data: str
    loss: float
    baseline: float  # the loss of the memoryless answer on the same examples
    expected_baseline: float  # the same on endless data
    scores: dict[str, float]
    answers: NDArray[Any]
    truth: NDArray[Any]

    def as_dict(self) -> dict[str, Any]:
        return {
            "task": "memory",
            "problem": self.problem,
            "length": self.length,
            "data": self.data,
            "examples": len(self.truth),
            "loss": self.loss,
            "baseline_loss": self.baseline,
            "expected_baseline_loss": self.expected_baseline,
            **self.scores,
        }

    def plot(self, folder: Path, *, suffix: str = "") -> None:
        """adding: the answers over the sums; copy: how well each of the ten is recalled."""
        if self.problem == "adding":
            plot_sums(self.truth, self.answers, folder / f"sums{suffix}.png")
        else:
            hits = (self.truth == self.answers).mean(axis=0)
            plot_recall(hits, 1 / DIGITS, folder / f"recall{suffix}.png")


class Memory(Task):
    """adding: mean squared error of the sum. copy: cross-entropy, the mean over all steps."""

    def __init__(self, config: MemoryConfig, stack: Stack) -> None:
        super().__init__(config, stack)
        last = stack.layers[-1]
        self.adding = config.data.source == "adding"
        self.from_logits = isinstance(last, Dense) and last.activation != "softmax"

    def objective(self) -> Objective:
        """adding: of y (B,) and (B, 1), values (B,). copy: of (B, T) and (B, T, 10), (B, T)."""
        known = {"mean_absolute_error": _absolute_error, "recall": _recall}
        metrics = {name: known[name] for name in self.config.training.metrics}
        return Objective(_squared_error if self.adding else self._cross_entropy, metrics)

    def evaluate(
        self, inference: Inference, feed: Any, *, name: str, kept: Any, dataset: Any
    ) -> MemoryEvaluation:
        """Beside always answering 1 (adding), or blanks and then any digit (copy)."""
        loss = inference.means(Objective(self.objective().loss), feed)["loss"]
        outputs = inference.outputs(feed)
        expected = ADDING_VARIANCE if self.adding else copy_baseline(kept.length)
        if self.adding:
            answers, truth = outputs[:, 0], feed.y
            error = np.abs(answers - truth)
            baseline = float(np.mean((1 - truth) ** 2))
            scores = {
                "mean_absolute_error": float(error.mean()),
                "close": float((error < CLOSE).mean()),
            }
        else:
            answers, truth = outputs[:, -COPIED:].argmax(axis=2), feed.y[:, -COPIED:]
            baseline = expected  # it does not depend on the digits
            hits = answers == truth
            scores = {
                "recall": float(hits.mean()),
                "all_recalled": float(hits.all(axis=1).mean()),
            }
        return MemoryEvaluation(
            self.config.data.source, kept.length, name, loss, baseline, expected, scores,
            answers, truth,
        )  # fmt: skip

    def _cross_entropy(self, y_true: Any, y_pred: Any) -> Any:
        return keras.losses.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits=self.from_logits
        )


def _squared_error(y_true: Any, y_pred: Any) -> Any:
    return tf.square(y_pred[:, 0] - tf.cast(y_true, y_pred.dtype))


def _absolute_error(y_true: Any, y_pred: Any) -> Any:
    return tf.abs(y_pred[:, 0] - tf.cast(y_true, y_pred.dtype))


def _recall(y_true: Any, y_pred: Any) -> Any:
    """Which of the ten digits are said again, (B, 10)."""
    said = tf.argmax(y_pred[:, -COPIED:], axis=2, output_type=tf.int32)
    return tf.cast(said == tf.cast(y_true[:, -COPIED:], tf.int32), tf.float32)
