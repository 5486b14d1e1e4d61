"""TimeDistributed: Keras's outputs and gradients, without its loop; a mask for every step."""

from typing import Any

import numpy as np
import pytest

from rnnkit import layers
from rnnkit.layers import dropout_seed
from rnnkit.runtime import keras, tf

X = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")
INNER = {
    "dense": lambda: keras.layers.Dense(5, activation="tanh", bias_initializer="ones"),
    "normalization": keras.layers.LayerNormalization,
}


def outputs_and_gradients(layer: Any, mask: Any) -> list[np.ndarray]:
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = layer(x, mask=mask)
        total = tf.reduce_sum(tf.cos(tf.range(tf.size(y), dtype=tf.float32)) * tf.reshape(y, [-1]))
    sources = [x, *(w.value for w in layer.trainable_weights)]
    return [y.numpy(), *(g.numpy() for g in tape.gradient(total, sources))]


@pytest.mark.parametrize("mask", [None, [[1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 0, 0]]])
@pytest.mark.parametrize("inner", INNER)
def test_same_as_keras(inner: str, mask: Any) -> None:
    mask = None if mask is None else np.array(mask, bool)
    ours = layers.TimeDistributed(INNER[inner]())
    keras_own = keras.layers.TimeDistributed(INNER[inner]())
    for layer in (ours, keras_own):
        layer.build(X.shape)
    keras_own.set_weights(ours.get_weights())
    for found, expected in zip(
        outputs_and_gradients(ours, mask), outputs_and_gradients(keras_own, mask), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


def test_no_loop_over_time() -> None:
    def operations(layer: Any) -> int:
        graph = tf.function(layer, autograph=False).get_concrete_function(tf.constant(X)).graph
        return sum(operation.type == "MatMul" for operation in graph.get_operations())

    assert operations(layers.TimeDistributed(keras.layers.Dense(5))) == 1
    assert operations(keras.layers.TimeDistributed(keras.layers.Dense(5))) == X.shape[1]


def test_dropout_draws_for_each_step() -> None:
    layer = layers.TimeDistributed(layers.Dropout(0.5))
    with dropout_seed(tf.constant([1, 2])):
        y = layer(tf.ones([1, 50, 20]), training=True).numpy()
    assert (y[0, 0] != y[0, 1]).any()
    assert np.mean(y == 0) == pytest.approx(0.5, abs=0.06)
    np.testing.assert_array_equal(layer(X), X)
