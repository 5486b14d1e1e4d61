"""The layers stand where Keras's stand: in models, wrappers, policies, and with saved weights."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit import layers
from rnnkit.runtime import keras, tf

NAMES = ["LSTM", "GRU", "SimpleRNN"]


def same_weights(build: Any) -> tuple[Any, Any]:
    """The model that `build` makes of rnnkit's layers, and of Keras's, with the same weights."""
    ours, keras_model = build(layers), build(keras.layers)
    assert [w.shape for w in ours.weights] == [w.shape for w in keras_model.weights]
    assert [w.name for w in ours.weights] == [w.name for w in keras_model.weights]
    keras_model.set_weights(ours.get_weights())
    return ours, keras_model


def agree(ours: Any, keras_model: Any, x: np.ndarray) -> None:
    np.testing.assert_allclose(ours(x), keras_model(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", NAMES)
def test_same_config(name: str) -> None:
    options = {"units": 3, "name": "it", "activation": "relu", "dropout": 0.1, "seed": 7}
    ours = getattr(layers, name)(**options)
    assert ours.get_config() == getattr(keras.layers, name)(**options).get_config()
    assert getattr(layers, name).from_config(ours.get_config()).get_config() == ours.get_config()


@pytest.mark.parametrize("name", NAMES)
def test_saved_model_is_plain_keras(name: str, tmp_path: Path) -> None:
    def build(module: Any) -> Any:
        recurrent = getattr(module, name)(4, activation="relu")
        return keras.Sequential([keras.Input((5, 2)), recurrent, module.Dropout(0.5)])

    ours, keras_model = same_weights(build)
    keras_model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).normal(size=(3, 5, 2)).astype("float32")
    agree(ours, keras.models.load_model(tmp_path / "model.keras"), x)


@pytest.mark.parametrize("merge_mode", ["concat", "sum", None])
@pytest.mark.parametrize("name", NAMES)
def test_bidirectional_over_masked_tokens(name: str, merge_mode: str | None) -> None:
    def build(module: Any) -> Any:
        tokens = keras.Input((6,), dtype="int32")
        x = keras.layers.Embedding(5, 3, mask_zero=True)(tokens)
        recurrent = getattr(module, name)(4, return_sequences=True)
        x = keras.layers.Bidirectional(recurrent, merge_mode=merge_mode)(x)
        x = keras.layers.Add()(x) if merge_mode is None else x
        return keras.Model(tokens, getattr(module, name)(2)(x))

    tokens = np.array([[1, 2, 3, 4, 1, 2], [4, 3, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0]])
    agree(*same_weights(build), tokens)


def test_stack_after_masking() -> None:
    def build(module: Any) -> Any:
        x = inputs = keras.Input((None, 2))
        x = keras.layers.Masking()(x)
        x = module.GRU(3, return_sequences=True, go_backwards=True)(x)
        x, *states = module.LSTM(3, return_sequences=True, return_state=True)(x)
        return keras.Model(inputs, module.LSTM(3)(x, initial_state=states))

    x = np.random.default_rng(0).normal(size=(2, 5, 2)).astype("float32")
    x[0, 3:] = 0
    agree(*same_weights(build), x)


@pytest.mark.parametrize("name", NAMES)
def test_stateful_goes_on_where_it_stopped(name: str) -> None:
    def build(module: Any) -> Any:
        recurrent = getattr(module, name)(3, stateful=True)
        return keras.Sequential([keras.Input(batch_shape=(2, 4, 1)), recurrent])

    ours, keras_model = same_weights(build)
    x = np.random.default_rng(0).normal(size=(2, 4, 1)).astype("float32")
    first = ours(x).numpy()
    keras_model(x)
    agree(ours, keras_model, x)
    assert np.abs(ours(x) - first).max() > 1e-3
    ours.layers[0].reset_state()
    np.testing.assert_array_equal(ours(x), first)


@pytest.mark.parametrize("name", NAMES)
def test_time_and_batch_known_only_at_run_time(name: str) -> None:
    layer = getattr(layers, name)(3, return_sequences=True)
    call = tf.function(layer, input_signature=[tf.TensorSpec([None, None, 2])])
    for batch, time in [(2, 3), (1, 5)]:
        x = tf.ones([batch, time, 2])
        np.testing.assert_allclose(call(x), layer(x), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("policy", "accuracy"), [("mixed_bfloat16", 2e-2), ("mixed_float16", 2e-3)]
)
@pytest.mark.parametrize("name", NAMES)
def test_mixed_precision(name: str, policy: str, accuracy: float) -> None:
    mixed = getattr(layers, name)(4, dtype=policy, return_sequences=True)
    full = getattr(keras.layers, name)(4, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
    mixed.build(x.shape)
    full.build(x.shape)
    full.set_weights(mixed.get_weights())
    with tf.GradientTape() as tape:
        outputs = mixed(x)
        total = tf.reduce_sum(tf.cast(outputs, tf.float32) ** 2)
    gradients = tape.gradient(total, [w.value for w in mixed.trainable_weights])
    assert outputs.dtype == policy.removeprefix("mixed_")
    assert {g.dtype for g in gradients} == {tf.float32}
    np.testing.assert_allclose(tf.cast(outputs, tf.float32), full(x), atol=accuracy)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"unroll": True}, "unroll"),
        ({"activation": "gelu"}, "activation=gelu"),
        ({"recurrent_activation": "softmax"}, "recurrent_activation=softmax"),
        ({"dropout": 1.0}, "dropout"),
    ],
)
def test_what_the_kernel_does_not_know_goes_to_keras(options: dict[str, Any], reason: str) -> None:
    ours, keras_layer = layers.LSTM(3, **options), keras.layers.LSTM(3, **options)
    assert reason in ours.fallback_reason
    x = np.random.default_rng(0).normal(size=(2, 4, 2)).astype("float32")
    ours.build(x.shape)
    keras_layer.build(x.shape)
    keras_layer.set_weights(ours.get_weights())
    agree(ours, keras_layer, x)


@pytest.mark.parametrize("name", NAMES)
def test_an_unrolled_layer_above_a_kernel(name: str) -> None:
    def build(module: Any) -> Any:
        below = getattr(module, name)(4, return_sequences=True)
        return keras.Sequential([keras.Input((5, 2)), below, module.GRU(3, unroll=True)])

    x = np.random.default_rng(0).normal(size=(3, 5, 2)).astype("float32")
    ours, keras_model = same_weights(build)
    agree(tf.function(ours), keras_model, x)


def test_activation_layer_goes_to_keras() -> None:
    assert layers.GRU(3, activation=keras.layers.LeakyReLU()).fallback_reason is not None


def test_default_layers_have_a_kernel() -> None:
    assert [getattr(layers, name)(3).fallback_reason for name in NAMES] == [None] * 3


@pytest.mark.parametrize("dtype", ["int32", "bool", "float64"])
@pytest.mark.parametrize("name", NAMES)
def test_inputs_of_any_type_with_dropout(name: str, dtype: str) -> None:
    layer = getattr(layers, name)(3, dropout=0.5, recurrent_dropout=0.5)
    keras_layer = getattr(keras.layers, name)(3)
    x = np.random.default_rng(0).integers(2, size=(2, 4, 3)).astype(dtype)
    layer.build(x.shape)
    keras_layer.build(x.shape)
    keras_layer.set_weights(layer.get_weights())
    agree(layer, keras_layer, x)
    assert layer(x, training=True).dtype == "float32"
