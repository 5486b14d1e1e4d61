"""Losses, metrics and probabilities by hand-computed numbers."""

import math

import numpy as np
import pytest

from rnnkit.config.classification import ClassificationTraining
from rnnkit.errors import DataError
from rnnkit.tasks.classification import Classification, class_weights

LOGITS = np.log(np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]], np.float32))
MULTICLASS = "sparse_categorical_crossentropy"


def task(
    loss: str, *, from_logits: bool, metrics: tuple[str, ...] = ("accuracy",)
) -> Classification:
    return Classification(loss, from_logits, metrics)


@pytest.mark.parametrize("from_logits", [True, False])
def test_multiclass_loss_and_accuracy(from_logits: bool) -> None:
    outputs = LOGITS if from_logits else np.exp(LOGITS)
    objective = task(MULTICLASS, from_logits=from_logits).objective()
    y = np.array([0, 1], np.int32)
    assert np.allclose(objective.loss(y, outputs), [-math.log(0.7), -math.log(0.3)], atol=1e-5)
    assert np.array_equal(objective.metrics["accuracy"](y, outputs), [1, 0])


@pytest.mark.parametrize("from_logits", [True, False])
def test_binary_loss_and_accuracy(from_logits: bool) -> None:
    p = np.array([[0.8], [0.4]], np.float32)
    outputs = np.log(p / (1 - p)) if from_logits else p
    this = task("binary_crossentropy", from_logits=from_logits)
    objective = this.objective()
    y = np.array([1, 1], np.int32)
    assert np.allclose(objective.loss(y, outputs), [-math.log(0.8), -math.log(0.4)], atol=1e-5)
    assert np.array_equal(objective.metrics["accuracy"](y, outputs), [1, 0])
    assert np.allclose(this.probabilities(outputs), [[0.2, 0.8], [0.6, 0.4]], atol=1e-6)


def test_top_k_counts_ties_for_the_truth() -> None:
    outputs = np.array([[4, 3, 2, 1], [1, 1, 1, 1]], np.float32)
    metric = task(MULTICLASS, from_logits=True, metrics=("top_3_accuracy",)).objective().metrics
    assert list(metric) == ["top_3_accuracy"]
    assert np.array_equal(metric["top_3_accuracy"](np.array([3, 3], np.int32), outputs), [0, 1])
    assert np.array_equal(metric["top_3_accuracy"](np.array([2, 0], np.int32), outputs), [1, 1])


def test_probabilities_of_large_logits_are_finite() -> None:
    outputs = np.array([[1000.0, 0.0], [-1000.0, 0.0]], np.float32)
    probabilities = task(MULTICLASS, from_logits=True).probabilities(outputs)
    assert np.allclose(probabilities, [[1, 0], [0, 1]])


def training(class_weight: object) -> ClassificationTraining:
    return ClassificationTraining.model_validate({"epochs": 1, "class_weight": class_weight})


def test_balanced_weights_average_to_one_over_the_examples() -> None:
    y = np.array([0, 0, 0, 1], np.int32)
    weights = class_weights(training("balanced"), y, ["a", "b", "unused"])
    assert weights == {0: pytest.approx(4 / 6), 1: pytest.approx(2.0)}
    assert sum(weights[label] for label in y.tolist()) == pytest.approx(len(y))


def test_given_weights_go_by_label() -> None:
    y = np.array([0, 1], np.int32)
    assert class_weights(training({"b": 3.0}), y, ["a", "b"]) == {1: 3.0}
    assert class_weights(training({7: 3.0}), y, ["5", "7"]) == {1: 3.0}
    assert class_weights(training(None), y, ["a", "b"]) == {}
    with pytest.raises(DataError, match="have no class 'bee'"):
        class_weights(training({"bee": 3.0}), y, ["a", "b"])
