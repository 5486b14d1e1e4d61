"""Losses are the densities that they stand for, and inverses undo them."""

import numpy as np
import pytest
from scipy import stats

from rnnkit.runtime import tf
from rnnkit.training.families import Gaussian, NegativeBinomial, Pinball, StudentT, deviation

RAW = np.array([[0.3, -0.4, 0.9], [-1.2, 1.5, -0.5]])
Y = np.array([0.1, 2.0])


def softplus(x: np.ndarray) -> np.ndarray:
    return np.log1p(np.exp(x))


def loss(family, y, raw):  # type: ignore[no-untyped-def]
    found = family.loss(tf.constant(y[None], tf.float32), tf.constant(raw[None], tf.float32))
    return found.numpy()[0]


def test_gaussian() -> None:
    raw = RAW[:, :2]
    normal = stats.norm(raw[:, 0], deviation(raw[:, 1]))
    assert loss(Gaussian(), Y, raw) == pytest.approx(-normal.logpdf(Y), rel=1e-5)
    assert Gaussian().inverse(raw, 0.9) == pytest.approx(normal.ppf(0.9))
    assert Gaussian().mean(raw) == pytest.approx(normal.mean())


def test_student_t() -> None:
    freedom = 2 + softplus(RAW[:, 2])
    known = stats.t(freedom, RAW[:, 0], deviation(RAW[:, 1]))
    assert loss(StudentT(), Y, RAW) == pytest.approx(-known.logpdf(Y), rel=1e-5)
    assert StudentT().inverse(RAW, 0.2) == pytest.approx(known.ppf(0.2))


def test_negative_binomial() -> None:
    """Counts 7 and 0, scaled with an offset of 4 and a divisor of 2."""
    counts, zero, unit = np.array([7.0, 0.0]), -2.0, 0.5
    y = np.stack([zero + unit * counts, np.full(2, zero), np.full(2, unit)], axis=-1)
    raw = np.array([[0.5, -1.0], [-3.0, 2.0]])
    mean = softplus(raw[:, 0] - zero) / unit
    dispersion = 1e-3 + softplus(raw[:, 1])
    known = stats.nbinom(1 / dispersion, 1 / (1 + dispersion * mean))
    assert known.var() == pytest.approx(mean + dispersion * mean**2)
    assert loss(NegativeBinomial(), y, raw) == pytest.approx(-known.logpmf(counts), rel=1e-4)
    beside = np.concatenate([raw, y[:, 1:]], axis=-1)
    assert NegativeBinomial().mean(beside) == pytest.approx(zero + unit * mean)
    drawn = (NegativeBinomial().inverse(beside, np.array([0.3, 0.99])) - zero) / unit
    assert drawn == pytest.approx(known.ppf([0.3, 0.99]))
    truth, forecast = NegativeBinomial().compared(
        tf.constant(y[None], tf.float32), tf.constant(raw[None], tf.float32)
    )
    assert truth.numpy()[0] == pytest.approx(y[:, 0])
    assert forecast.numpy()[0] == pytest.approx(zero + unit * mean, rel=1e-5)


def test_pinball_by_hand() -> None:
    family = Pinball([0.1, 0.5, 0.9])
    raw = np.array([[1.0, 2.0, 4.0]])
    assert loss(family, np.array([3.0]), raw) == pytest.approx([2 * (0.2 + 0.5 + 0.1) / 3])
    crossed = np.array([[4.0, 1.0, 2.0]])
    assert [q.tolist() for q in family.quantiles(crossed, [])] == [[1.0], [2.0], [4.0]]
    assert family.mean(crossed).tolist() == [2.0]


@pytest.mark.parametrize("family", [Gaussian(), StudentT(), NegativeBinomial()])
def test_quantiles_ascend(family) -> None:  # type: ignore[no-untyped-def]
    raw = np.array([[0.3, -0.4, -2.0, 0.5]])
    found = np.stack(list(family.quantiles(raw, [0.1, 0.5, 0.9])))
    assert (np.diff(found, axis=0) > 0).all()


@pytest.mark.parametrize("family", [Gaussian(), StudentT(), NegativeBinomial()])
def test_gradients_are_finite_far_out(family) -> None:  # type: ignore[no-untyped-def]
    raw = tf.Variable([[[50.0, -60.0, -60.0]], [[-9.0, 40.0, 40.0]]])
    numbers = 2 if not isinstance(family, StudentT) else 3
    counts = isinstance(family, NegativeBinomial)
    y = tf.constant([[[3.0, -2.0, 0.01]]] * 2) if counts else tf.constant([[3.0]] * 2)
    with tf.GradientTape() as tape:
        value = tf.reduce_sum(family.loss(y, raw[..., :numbers]))
    gradient = tape.gradient(value, raw)
    assert np.isfinite(tf.convert_to_tensor(gradient).numpy()).all()
