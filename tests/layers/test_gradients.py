"""The hand-written gradients against differences of the outputs, in float64.

This check needs no other implementation: it holds the backward pass to its own forward pass.
"""

from typing import Any

import numpy as np
import pytest

from rnnkit import layers
from rnnkit.layers import dropout_seed
from rnnkit.layers.layout import LAYOUTS
from rnnkit.runtime import keras, tf

STEP = 1e-6  # central differences: the error is about STEP**2 + 1e-16 / STEP
SMOOTH = ["tanh", "sigmoid", "linear", "elu", "softsign"]  # no kink for a difference to straddle


def total(layer: Any, tensors: list[Any], mask: np.ndarray) -> Any:
    x, *states = tensors
    with dropout_seed(tf.constant([5, 6])):
        outputs = layer(x, mask=mask, initial_state=states, training=True)
    return tf.add_n([tf.reduce_sum(tf.sin(o + i)) for i, o in enumerate(outputs)])


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("activation", SMOOTH)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("LSTM", {}),
        ("LSTM", {"dropout": 0.3, "recurrent_dropout": 0.3}),
        ("GRU", {}),
        ("GRU", {"reset_after": False, "recurrent_dropout": 0.3}),
        ("SimpleRNN", {"dropout": 0.3}),
    ],
)
def test_gradient_is_the_slope(
    name: str, options: dict[str, Any], activation: str, layout: str
) -> None:
    rng = np.random.default_rng(3)
    layer = getattr(layers, name)(
        4,
        activation=activation,
        return_sequences=True,
        return_state=True,
        dtype="float64",
        **options,
    )
    layer.layout = LAYOUTS[layout]
    layer.build((3, 5, 2))
    mask = rng.random((3, 5)) > 0.3
    tensors = [tf.constant(rng.normal(size=(3, 5, 2)))]
    tensors += [tf.constant(rng.normal(size=(3, 4))) for _ in layer.state_size]
    weights = layer.trainable_weights
    with tf.GradientTape() as tape:
        tape.watch(tensors)
        value = total(layer, tensors, mask)
    gradients = tape.gradient(value, tensors + [w.value for w in weights])

    for index, tensor in enumerate(tensors):
        direction = rng.normal(size=tensor.shape)
        ends = []
        for sign in (1, -1):
            moved = [*tensors]
            moved[index] = tensor + sign * STEP * direction
            ends.append(total(layer, moved, mask))
        slope = (ends[0] - ends[1]) / (2 * STEP)
        assert np.sum(gradients[index] * direction) == pytest.approx(
            float(slope), rel=1e-6, abs=1e-8
        )

    for weight, gradient in zip(weights, gradients[len(tensors) :], strict=True):
        start, direction = weight.numpy(), rng.normal(size=weight.shape)
        ends = []
        for sign in (1, -1):
            weight.assign(start + sign * STEP * direction)
            ends.append(total(layer, tensors, mask))
        weight.assign(start)
        slope = (ends[0] - ends[1]) / (2 * STEP)
        assert np.sum(gradient * direction) == pytest.approx(float(slope), rel=1e-6, abs=1e-8)


def test_second_derivative_is_keras_s() -> None:
    x = tf.constant(np.random.default_rng(3).normal(size=(2, 3, 2)))
    ours, keras_layer = (module.LSTM(2, dtype="float64") for module in (layers, keras.layers))
    ours.build(x.shape)
    keras_layer.build(x.shape)
    keras_layer.set_weights(ours.get_weights())

    def curvature(layer: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = tf.reduce_sum(layer(x))
            slope = tf.reduce_sum(inner.gradient(y, x) ** 2)
        return outer.gradient(slope, x)

    np.testing.assert_allclose(curvature(ours), curvature(keras_layer), rtol=1e-9)
