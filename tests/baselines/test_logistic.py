from __future__ import annotations

import numpy as np
import pytest

from rnnkit.baselines.logistic import Features, fit_logistic

WORDS = [["good", "film"], ["bad", "film"], ["good", "good", "phone"], ["bad"], ["film"]]
Y = np.array([1, 0, 1, 0, 2])


def test_features_are_counted_and_unknown_ones_left_out() -> None:
    known = Features.of(WORDS)
    assert list(known.columns) == ["good", "film", "bad", "phone"]
    assert known.counts([["good", "tea", "good"], []]).toarray().tolist() == [[2, 0, 0, 0], [0] * 4]


def test_features_of_too_few_examples_have_no_column() -> None:
    assert list(Features.of(WORDS, fewest=2).columns) == ["good", "film", "bad"]
    assert list(Features.of([["a", "a"], ["b"], ["b"]], fewest=2).columns) == ["b"]


def test_the_gradient_is_zero_at_the_solution() -> None:
    """X^T (p - y) + ridge W = 0 and the sum of p - y = 0 for every class."""
    x = Features.of(WORDS).counts(WORDS)
    fitted = fit_logistic(x, Y, classes=3, ridge=0.5)
    error = np.exp(fitted.log_probabilities(x)) - np.eye(3)[Y]
    assert x.T @ error + 0.5 * fitted.weights == pytest.approx(np.zeros((4, 3)), abs=1e-3)
    assert error.sum(axis=0) == pytest.approx(np.zeros(3), abs=1e-3)


def test_two_classes_have_the_weight_of_the_one_dimensional_problem() -> None:
    """Two examples each: by symmetry the weights are ±w with 2 (1 - sigmoid(2 w)) = ridge w."""
    x = Features.of([["a"], ["b"]]).counts([["a"], ["a"], ["b"], ["b"]])
    fitted = fit_logistic(x, np.array([0, 0, 1, 1]), classes=2, ridge=1.0)
    w = fitted.weights[0, 0]
    assert fitted.weights == pytest.approx(np.array([[w, -w], [-w, w]]), abs=1e-3)
    assert 2 * (1 - 1 / (1 + np.exp(-2 * w))) == pytest.approx(w, abs=1e-3)


def test_without_features_it_gives_the_frequencies() -> None:
    nothing: list[list[str]] = [[]] * 4
    x = Features.of(nothing).counts(nothing)
    fitted = fit_logistic(x, np.array([0, 1, 1, 1]), classes=2)
    assert np.exp(fitted.log_probabilities(x)[0]) == pytest.approx([0.25, 0.75], abs=1e-3)
