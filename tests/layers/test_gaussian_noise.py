"""Noise: its size, that it follows from a seed alone, that it is Keras's outside of one."""

from typing import Any

import numpy as np
import pytest

from rnnkit.layers import GaussianNoise, dropout_seed
from rnnkit.runtime import keras, tf


def noise(layer: Any, x: Any, seed: list[int]) -> np.ndarray:
    with dropout_seed(tf.constant(seed)):
        return (layer(x, training=True) - x).numpy()


@pytest.mark.parametrize("stddev", [0.1, 1.0])
def test_size(stddev: float) -> None:
    drawn = noise(GaussianNoise(stddev), tf.zeros([100, 1000]), [0, 0]) / stddev
    assert drawn.mean() == pytest.approx(0, abs=0.016)  # 5 sigma
    assert drawn.std() == pytest.approx(1, abs=0.012)
    assert np.mean(np.abs(drawn) < 1.96) == pytest.approx(0.95, abs=0.004)


def test_same_seed_same_noise() -> None:
    x = tf.zeros([8, 64])
    first = noise(GaussianNoise(0.5), x, [3, 4])
    np.testing.assert_array_equal(first, noise(GaussianNoise(0.5), x, [3, 4]))
    assert (first != noise(GaussianNoise(0.5), x, [3, 5])).any()
    with dropout_seed(tf.constant([3, 4])):
        one, other = (GaussianNoise(0.5)(x, training=True) for _ in range(2))
    assert (one.numpy() != other.numpy()).any()


def test_compiled() -> None:
    """XLA makes other normal numbers of the same seed, but always the same ones."""
    x, layer = tf.zeros([100, 1000]), GaussianNoise(0.5)

    def drawn(seed: Any) -> Any:
        with dropout_seed(seed):
            return layer(x, training=True)

    compiled = tf.function(drawn, jit_compile=True)
    first, again, other = (compiled(tf.constant(seed)) for seed in ([3, 4], [3, 4], [3, 5]))
    np.testing.assert_array_equal(first, again)
    assert (first.numpy() != other.numpy()).any()
    assert first.numpy().std() == pytest.approx(0.5, abs=0.006)


def test_edges() -> None:
    x = tf.ones([4, 16])
    assert not noise(GaussianNoise(0.0), x, [0, 0]).any()
    half = keras.layers.Activation("linear", dtype="float16")(x)
    with dropout_seed(tf.constant([0, 0])):
        np.testing.assert_array_equal(GaussianNoise(0.5)(x, training=False), x)
        assert GaussianNoise(0.5, dtype="float16")(half, training=True).dtype == "float16"


def test_outside_the_context_it_is_keras() -> None:
    x = tf.ones([4, 16])
    ours, keras_own = GaussianNoise(0.5, seed=1), keras.layers.GaussianNoise(0.5, seed=1)
    for _ in range(2):
        np.testing.assert_array_equal(ours(x, training=True), keras_own(x, training=True))
