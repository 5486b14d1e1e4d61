"""Calibration errors by hand; a temperature that was put in is found again."""

import numpy as np
import pytest

from rnnkit.tasks.classification.calibration import fit_temperature, reliability, tempered

RNG = np.random.default_rng(0)


def test_error_by_hand() -> None:
    # two bins: 0.9 given three times and true twice, 0.2 given once and not true
    positive = np.array([0.9, 0.9, 0.9, 0.2])
    p = np.stack([1 - positive, positive], axis=1)
    found = reliability(np.array([1, 1, 0, 0]), p)
    assert found.sizes.sum() == 4
    assert found.error == pytest.approx(0.75 * (0.9 - 2 / 3) + 0.25 * 0.2)


def test_of_several_classes_the_likeliest_counts() -> None:
    p = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]])
    assert reliability(np.array([0, 2]), p).error == pytest.approx(0.4)


def test_certainty_has_a_bin() -> None:
    assert reliability(np.array([0, 1]), np.eye(2)).error == 0


@pytest.mark.parametrize("classes", [2, 5])
@pytest.mark.parametrize("temperature", [0.5, 3.0])
def test_a_temperature_is_found_again(classes: int, temperature: float) -> None:
    logits = 2 * RNG.normal(size=(20_000, classes))
    true = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    y = (true.cumsum(axis=1) > RNG.random((len(true), 1))).argmax(axis=1)
    said = tempered(true, 1 / temperature)  # too sure where it is above 1
    assert fit_temperature(y, said) == pytest.approx(temperature, rel=0.06)
    np.testing.assert_allclose(tempered(said, temperature), true, atol=1e-9)


def test_the_fit_has_the_least_cross_entropy() -> None:
    y = RNG.integers(0, 3, 100)
    p = tempered(RNG.dirichlet(np.ones(3), 100) + 0.5 * np.eye(3)[y], 0.3)
    best = fit_temperature(y, p)
    assert best is not None

    def loss(temperature: float) -> float:
        return -float(np.mean(np.log(tempered(p, temperature)[np.arange(100), y])))

    assert loss(best) < min(loss(1.01 * best), loss(0.99 * best))


@pytest.mark.parametrize("y", [[0, 1, 1], [1, 0, 0]])  # all right, all wrong
def test_where_none_fits(y: list[int]) -> None:
    p = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6]])
    assert fit_temperature(np.array(y), p) is None


def test_a_probability_that_was_rounded_to_0_stays_finite() -> None:
    p = np.array([[1.0, 0.0], [0.6, 0.4], [0.3, 0.7]], np.float32)
    assert np.isfinite(tempered(p, 2.0)).all()
    assert fit_temperature(np.array([1, 0, 1]), p) is None
