"""Dropout masks follow from the seed alone, have the right rate, and are Keras's elsewhere."""

from typing import Any

import numpy as np
import pytest

from rnnkit import layers
from rnnkit.layers import dropout_seed
from rnnkit.runtime import keras, tf
from tests.layers.comparison import assert_same, run


def dropped(layer: Any, x: Any, seed: list[int]) -> np.ndarray:
    with dropout_seed(tf.constant(seed)):
        return layer(x, training=True).numpy()


def test_same_seed_same_mask() -> None:
    x = tf.ones([8, 64])
    first = dropped(layers.Dropout(0.5), x, [3, 4])
    np.testing.assert_array_equal(first, dropped(layers.Dropout(0.5), x, [3, 4]))
    assert (first != dropped(layers.Dropout(0.5), x, [3, 5])).any()
    assert (first != dropped(layers.Dropout(0.5), x, [4, 4])).any()


def test_layers_of_a_model_draw_different_masks() -> None:
    x = tf.ones([8, 64])
    with dropout_seed(tf.constant([3, 4])):
        first, second = (layers.Dropout(0.5)(x, training=True) for _ in range(2))
    assert (first.numpy() != second.numpy()).any()


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_rate_and_scale(rate: float) -> None:
    y = dropped(layers.Dropout(rate), tf.ones([100, 1000]), [0, 0])
    assert np.mean(y == 0) == pytest.approx(rate, abs=0.005)  # 5 sigma
    np.testing.assert_allclose(y[y != 0], 1 / (1 - rate), rtol=1e-6)


def test_gradient_passes_where_the_mask_passes() -> None:
    x = tf.ones([4, 16])
    with tf.GradientTape() as tape, dropout_seed(tf.constant([0, 0])):
        tape.watch(x)
        y = layers.Dropout(0.5)(x, training=True)
    np.testing.assert_array_equal(tape.gradient(y, x), y)


def test_edges() -> None:
    x = tf.ones([4, 16])
    np.testing.assert_array_equal(dropped(layers.Dropout(0.0), x, [0, 0]), x)
    np.testing.assert_array_equal(dropped(layers.Dropout(1.0), x, [0, 0]), tf.zeros_like(x))
    with dropout_seed(tf.constant([0, 0])):
        np.testing.assert_array_equal(layers.Dropout(0.5)(x, training=False), x)


def test_noise_shape_is_shared_over_time() -> None:
    y = dropped(layers.Dropout(0.5, noise_shape=(None, 1, None)), tf.ones([4, 5, 16]), [0, 0])
    np.testing.assert_array_equal(y, np.broadcast_to(y[:, :1], y.shape))
    assert (y[0] != y[1]).any()


def test_outside_the_context_it_is_keras() -> None:
    x = tf.ones([4, 16])
    ours, keras_layer = layers.Dropout(0.5, seed=1), keras.layers.Dropout(0.5, seed=1)
    for _ in range(2):
        np.testing.assert_array_equal(ours(x, training=True), keras_layer(x, training=True))


@pytest.mark.parametrize("rates", [(0.4, 0.0), (0.0, 0.4), (0.4, 0.4)])
@pytest.mark.parametrize(
    ("name", "options"),
    [("LSTM", {}), ("GRU", {}), ("GRU", {"reset_after": False}), ("SimpleRNN", {})],
)
def test_recurrent_layers_apply_masks_as_keras_does(
    name: str, options: dict[str, Any], rates: tuple[float, float]
) -> None:
    # unroll=True sends a layer to Keras's own code, with the same masks of the same seed
    options = {**options, "dropout": rates[0], "recurrent_dropout": rates[1]}
    ours = getattr(layers, name)(5, return_sequences=True, **options)
    keras_code = getattr(layers, name)(5, return_sequences=True, unroll=True, **options)
    x = np.random.default_rng(0).normal(size=(3, 4, 6)).astype("float32")
    ours.build(x.shape)
    keras_code.build(x.shape)
    keras_code.set_weights(ours.get_weights())
    actual = run(ours, x, training=True)
    assert_same(actual, run(keras_code, x, training=True), 1e-5)
    assert np.abs(actual[0] - run(ours, x)[0]).max() > 1e-3  # it did drop something
    assert_same(run(ours, x), run(keras_code, x), 1e-5)


def test_recurrent_layer_outside_the_context_draws_anew() -> None:
    layer = layers.LSTM(5, dropout=0.5, recurrent_dropout=0.5)
    x = tf.ones([3, 4, 6])
    assert (layer(x, training=True).numpy() != layer(x, training=True).numpy()).any()
    np.testing.assert_array_equal(layer(x), layer(x))
