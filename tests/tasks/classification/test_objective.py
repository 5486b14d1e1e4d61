"""Losses, metrics and probabilities by hand-computed numbers."""

import math
from pathlib import Path

import numpy as np
import pytest

from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts
from rnnkit.tasks import load_config
from rnnkit.tasks.classification.config import ClassificationConfig
from rnnkit.tasks.classification.objective import Outputs, objective
from rnnkit.training.objective import Objective
from tests.conftest import small_config

FACTS = InputFacts((5, 2), outputs=2)

LOGITS = np.log(np.array([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]], np.float32))
MULTICLASS = "sparse_categorical_crossentropy"


def made(
    loss: str, *, from_logits: bool, metrics: tuple[str, ...] = ("accuracy",)
) -> tuple[Objective, Outputs]:
    binary = loss == "binary_crossentropy"
    activation = None if from_logits else "sigmoid" if binary else "softmax"
    head = {"dense": {"units": 1 if binary else 3, "activation": activation}}
    config = small_config(Path("none.npz"), loss=loss, metrics=list(metrics))
    loaded = load_config({**config, "model": {"layers": [{"lstm": {"units": 2}}, head]}})
    config, stack = loaded.config, infer_stack(loaded, FACTS, sequence_output=False)
    assert isinstance(config, ClassificationConfig)
    return objective(config, stack), Outputs(config, stack)


@pytest.mark.parametrize("from_logits", [True, False])
def test_multiclass_loss_and_accuracy(from_logits: bool) -> None:
    outputs = LOGITS if from_logits else np.exp(LOGITS)
    objective, _ = made(MULTICLASS, from_logits=from_logits)
    y = np.array([0, 1], np.int32)
    assert np.allclose(objective.loss(y, outputs), [-math.log(0.7), -math.log(0.3)], atol=1e-5)
    assert np.array_equal(objective.metrics["accuracy"](y, outputs), [1, 0])


@pytest.mark.parametrize("from_logits", [True, False])
def test_binary_loss_and_accuracy(from_logits: bool) -> None:
    p = np.array([[0.8], [0.4]], np.float32)
    outputs = np.log(p / (1 - p)) if from_logits else p
    objective, head = made("binary_crossentropy", from_logits=from_logits)
    y = np.array([1, 1], np.int32)
    assert np.allclose(objective.loss(y, outputs), [-math.log(0.8), -math.log(0.4)], atol=1e-5)
    assert np.array_equal(objective.metrics["accuracy"](y, outputs), [1, 0])
    assert np.allclose(head.probabilities(outputs), [[0.2, 0.8], [0.6, 0.4]], atol=1e-6)


def test_top_k_counts_ties_for_the_truth() -> None:
    outputs = np.array([[4, 3, 2, 1], [1, 1, 1, 1]], np.float32)
    objective, _ = made(MULTICLASS, from_logits=True, metrics=("top_3_accuracy",))
    metric = objective.metrics
    assert list(metric) == ["top_3_accuracy"]
    assert np.array_equal(metric["top_3_accuracy"](np.array([3, 3], np.int32), outputs), [0, 1])
    assert np.array_equal(metric["top_3_accuracy"](np.array([2, 0], np.int32), outputs), [1, 1])


def test_probabilities_of_large_logits_are_finite() -> None:
    outputs = np.array([[1000.0, 0.0], [-1000.0, 0.0]], np.float32)
    probabilities = made(MULTICLASS, from_logits=True)[1].probabilities(outputs)
    assert np.allclose(probabilities, [[1, 0], [0, 1]])
