"""Scores against numbers worked out by hand, and what is said of undefined ones."""

from __future__ import annotations

import numpy as np
import pytest

from rnnkit.errors import DataError, RunError
from rnnkit.tasks.classification.metrics import (
    ClassificationReport,
    classification_report,
    predicted_classes,
    wilson_interval,
)


def one_hot(classes: list[int], count: int) -> np.ndarray:
    """(N, C) probabilities that are certain of `classes`."""
    return np.eye(count)[classes]


@pytest.fixture
def report() -> ClassificationReport:
    # a: 3 examples, 2 right; b: 2 examples, 1 right; c: 1 example, 1 right
    y_true = [0, 0, 0, 1, 1, 2]
    said = [0, 0, 1, 1, 2, 2]
    return classification_report(y_true, one_hot(said, 3), ["a", "b", "c"], train_counts=[1, 5, 2])


def test_confusion_has_a_row_for_each_true_class(report: ClassificationReport) -> None:
    assert report.confusion.tolist() == [[2, 1, 0], [0, 1, 1], [0, 0, 1]]


def test_accuracy_and_baseline(report: ClassificationReport) -> None:
    assert report.accuracy == pytest.approx(4 / 6)
    assert report.baseline_name == "b"  # the most frequent in training, not in y_true
    assert report.baseline.accuracy == pytest.approx(2 / 6)
    assert report.baseline.macro_f1 == pytest.approx((2 * 2 / (6 + 2)) / 3)


def test_without_training_counts_the_baseline_knows_the_truth(report: ClassificationReport) -> None:
    blind = classification_report([0, 0, 0, 1, 1, 2], one_hot([0] * 6, 3), "abc")
    assert blind.baseline_name == "a"
    assert blind.verdict == "no different from the baseline"


def test_class_scores(report: ClassificationReport) -> None:
    a, b, c = report.per_class
    assert (a.precision, a.recall, a.f1, a.support) == pytest.approx((1, 2 / 3, 4 / 5, 3))
    assert (b.precision, b.recall, b.f1, b.support) == pytest.approx((1 / 2, 1 / 2, 1 / 2, 2))
    assert (c.precision, c.recall, c.f1, c.support) == pytest.approx((1 / 2, 1, 2 / 3, 1))
    assert report.macro_f1 == pytest.approx((4 / 5 + 1 / 2 + 2 / 3) / 3)
    assert report.weighted_f1 == pytest.approx((3 * 4 / 5 + 2 * 1 / 2 + 1 * 2 / 3) / 6)
    assert report.notes == ()


def test_undefined_numbers_are_zero_and_said_so() -> None:
    report = classification_report([0, 0], one_hot([0, 1], 4), ["a", "b", "c", "d"])
    b, c = report.per_class[1:3]
    assert (b.precision, b.recall, b.f1, b.undefined) == (0, 0, 0, ("recall",))
    assert (c.precision, c.recall, c.f1) == (0, 0, 0)
    assert c.undefined == ("precision", "recall", "f1")
    assert report.notes == (
        "precision is undefined, shown as 0, for what is never predicted: 'c', 'd'",
        "recall is undefined, shown as 0, for what is without an example: 'b', 'c', 'd'",
    )


def test_many_undefined_classes_are_counted() -> None:
    report = classification_report([0], one_hot([0], 9), range(9))
    assert report.notes[0].endswith("'1', '2', '3', '4', '5' and 3 more")


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (8, 10, 0.490162, 0.943318),
        (0, 10, 0.0, 0.277533),  # z² / (n + z²) with z² = 3.841459
        (10, 10, 0.722467, 1.0),
        (9641, 10000, 0.960272, 0.967572),
    ],
)
def test_wilson_interval(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("right", "verdict"),
    [
        (90, "better than the baseline"),
        (50, "no different from the baseline"),
        (20, "worse than the baseline"),
    ],
)
def test_verdict(right: int, verdict: str) -> None:
    truth = np.arange(100) % 2
    said = np.where(np.arange(100) < right, truth, 1 - truth)
    report = classification_report(truth, one_hot(said.tolist(), 2), "ab")
    assert report.verdict == verdict


def test_most_confused(report: ClassificationReport) -> None:
    assert report.most_confused(5) == [("a", "b", 1), ("b", "c", 1)]
    assert report.most_confused(1) == [("a", "b", 1)]


def test_predicted_classes() -> None:
    classes, probability = predicted_classes([[0.2, 0.8], [0.6, 0.4]], 2)
    assert classes.tolist() == [1, 0]
    assert probability.tolist() == [0.8, 0.6]


def test_nothing_to_evaluate() -> None:
    with pytest.raises(DataError, match="there are no examples to evaluate"):
        classification_report([], np.zeros((0, 2)), "ab")


@pytest.mark.parametrize("label", [-1, 2])
def test_label_outside_the_classes(label: int) -> None:
    with pytest.raises(DataError, match=f"label {label} is not one of the 2 classes, 0 to 1"):
        classification_report([0, label], one_hot([0, 0], 2), "ab")


def test_predictions_that_do_not_fit() -> None:
    with pytest.raises(DataError, match="1 predictions for 2 labels"):
        classification_report([0, 1], one_hot([0], 2), "ab")
    with pytest.raises(DataError, match=r"probabilities of shape \(1, 3\) for 2 classes"):
        classification_report([0], one_hot([0], 3), "ab")


def test_probabilities_that_are_not_numbers() -> None:
    with pytest.raises(RunError, match="predicts NaN or infinity for 1 of 2 examples"):
        classification_report([0, 1], [[0.5, 0.5], [np.nan, 0.5]], "ab")
