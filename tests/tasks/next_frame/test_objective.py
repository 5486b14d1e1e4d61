"""What outputs say of a frame: densities, floors, and draws that follow them."""

import math

import numpy as np
import pytest

from rnnkit.tasks.next_frame.objective import LOG_VARIANCE_FLOOR, FrameOutput

BERNOULLI = FrameOutput(gaussian=False, from_sigmoid=False)
SIGMOID = FrameOutput(gaussian=False, from_sigmoid=True)
GAUSSIAN = FrameOutput(gaussian=True, from_sigmoid=False)
P = np.array([0.9, 0.2], np.float32)


@pytest.mark.parametrize(("output", "values"), [(BERNOULLI, np.log(P / (1 - P))), (SIGMOID, P)])
def test_bernoulli(output: FrameOutput, values: np.ndarray) -> None:
    nats = output.nats(np.array([1.0, 1.0], np.float32), values).numpy()
    assert nats == pytest.approx(-np.log(P), rel=1e-5)
    half = output.nats(np.array([0.5, 0.5], np.float32), values).numpy()
    assert half == pytest.approx(-0.5 * np.log(P * (1 - P)), rel=1e-5)


def test_extreme_outputs_stay_finite() -> None:
    y = np.array([0.0, 1.0], np.float32)
    assert BERNOULLI.nats(y, np.array([500, -500], np.float32)).numpy() == pytest.approx([500, 500])
    assert np.isfinite(SIGMOID.nats(y, np.array([1.0, 0.0], np.float32))).all()


def test_gaussian_is_a_density() -> None:
    outputs = np.array([1.0, -2.0, math.log(4), 0.0], np.float32)  # two means, two log-variances
    y = np.linspace(-60, 60, 120_001, dtype=np.float32)[:, None] * np.ones(2, np.float32)
    density = np.exp(-GAUSSIAN.nats(y, np.broadcast_to(outputs, (len(y), 4))).numpy())
    assert density.sum(axis=0) * 0.001 == pytest.approx([1, 1], abs=1e-3)
    at_mean = GAUSSIAN.nats(np.array([1.0, -2.0], np.float32), outputs).numpy()
    assert at_mean == pytest.approx(
        [0.5 * math.log(2 * math.pi * 4), 0.5 * math.log(2 * math.pi)], abs=1e-3
    )


def test_variance_has_a_floor_with_a_slope() -> None:
    _, low = GAUSSIAN.moments(np.array([0.0, -100.0], np.float32))
    assert float(low[0]) == pytest.approx(LOG_VARIANCE_FLOOR, abs=1e-6)
    _, there = GAUSSIAN.moments(np.array([0.0, LOG_VARIANCE_FLOOR], np.float32))
    assert float(there[0]) == pytest.approx(LOG_VARIANCE_FLOOR + math.log(2), abs=1e-5)


def draws(output: FrameOutput, values: np.ndarray, temperature: float) -> np.ndarray:
    many = np.broadcast_to(values, (20_000, len(values))).astype(np.float32)
    return output.draw(many, seed=np.array([1, 2], np.int32), temperature=temperature).numpy()


def test_draws_follow_the_probabilities() -> None:
    assert draws(SIGMOID, P, 1.0).mean(axis=0) == pytest.approx(P, abs=0.01)
    logits = np.log(P / (1 - P))
    cooler = 1 / (1 + np.exp(-logits / 0.5))
    assert draws(BERNOULLI, logits, 0.5).mean(axis=0) == pytest.approx(cooler, abs=0.01)
    assert (draws(BERNOULLI, logits, 0.0) == [1, 0]).all()


def test_draws_follow_the_density() -> None:
    outputs = np.array([3.0, math.log(4)], np.float32)
    drawn = draws(GAUSSIAN, outputs, 0.5)
    assert drawn.mean() == pytest.approx(3, abs=0.05)
    assert drawn.std() == pytest.approx(1, abs=0.03)
    assert draws(GAUSSIAN, outputs, 0.0) == pytest.approx(3.0)
