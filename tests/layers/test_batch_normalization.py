"""Batch normalization: Keras's numbers, over what is real in a batch alone."""

from typing import Any

import numpy as np
import pytest

from rnnkit.layers import BatchNormalization, counted_rows
from rnnkit.runtime import keras, tf

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 5, 3)).astype(np.float32)
MASK = np.arange(5) < np.array([5, 2, 4, 1])[:, None]


def trained(layer: Any, x: Any, mask: Any = None) -> list[np.ndarray]:
    """Outputs, gradients and moving averages of one step."""
    x = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, training=True, mask=mask)
        y = y if mask is None else tf.where(mask[..., None], y, 0)
        total = tf.reduce_sum(y * tf.cos(tf.reshape(tf.range(tf.size(y), dtype=y.dtype), y.shape)))
    sources = [x, *(weight.value for weight in layer.trainable_weights)]
    return [y.numpy(), *map(np.asarray, tape.gradient(total, sources)), *layer.get_weights()[2:]]


@pytest.mark.parametrize("mask", [None, MASK])
def test_same_as_keras(mask: Any) -> None:
    with counted_rows(tf.ones(4)):
        ours = trained(BatchNormalization(momentum=0.5), X, mask)
    expected = trained(keras.layers.BatchNormalization(momentum=0.5), X, mask)
    for found, wanted in zip(ours, expected, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-5)


@pytest.mark.parametrize("x", [X, X[:, 0]], ids=["sequences", "vectors"])
@pytest.mark.parametrize("valid", [[1.0, 1, 1, 0], [[0, 1.0], [1, 1], [1, 0], [0, 0]]])
def test_filler_does_not_count(x: np.ndarray, valid: list[Any]) -> None:
    with counted_rows(tf.constant(valid)):
        _, *found = trained(BatchNormalization(), x)
    _, *expected = trained(keras.layers.BatchNormalization(), x[:3])
    np.testing.assert_allclose(found[-2], expected[-2], atol=1e-6)
    np.testing.assert_allclose(found[-1], expected[-1], atol=1e-6)


def test_one_feature_with_a_mask() -> None:
    """Keras makes a scalar of its mean."""
    layer = BatchNormalization(momentum=0.0)
    layer(X[..., :1], training=True, mask=MASK)
    np.testing.assert_allclose(layer.get_weights()[2], [X[..., 0][MASK].mean()], rtol=1e-5)


def test_nothing_that_counts() -> None:
    with counted_rows(tf.zeros(4)):
        y = BatchNormalization()(X, training=True)
    assert np.isfinite(y).all()
