"""The model builder: both builds agree, arguments arrive, padding is masked."""

import numpy as np
import pytest

from rnnkit.config.layers import Bidirectional, Dense, Dropout, Embedding, GaussianNoise, Layer
from rnnkit.config.layers.cells import LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.models.build import build_model, fallbacks
from rnnkit.runtime import keras

FACTS = InputFacts((4, 3), integer=False, vocabulary=None, outputs=2)
RAGGED = InputFacts((None, 3), integer=False, vocabulary=None, outputs=2, masked=True)
HEAD = Dense(units=2, activation="softmax")
STACK: list[Layer] = [
    Bidirectional(layer=LSTM(units=5, return_sequences=True)),
    Dropout(rate=0.5),
    LSTM(units=4, activation="relu", return_sequences=False),
    HEAD,
]


def test_both_builds_have_the_same_weights_and_outputs() -> None:
    ours = build_model(STACK, FACTS, use_kernels=True)
    plain = build_model(STACK, FACTS, use_kernels=False)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in plain.get_weights()]
    plain.set_weights(ours.get_weights())
    x = np.random.default_rng(0).normal(size=(6, 4, 3)).astype(np.float32)
    assert np.allclose(ours(x), plain(x), atol=1e-6)


def test_arguments_reach_keras() -> None:
    spec = LSTM(
        units=3,
        recurrent_activation="hard_sigmoid",
        recurrent_initializer={"orthogonal": {"gain": 0.5}},
        kernel_regularizer={"l2": {"l2": 0.25}},
        kernel_constraint="non_neg",
        return_sequences=False,
        name="mine",
    )
    layer = build_model([spec, HEAD], FACTS, use_kernels=True).get_layer("mine")
    assert layer.recurrent_activation is keras.activations.hard_sigmoid
    assert layer.recurrent_initializer.gain == 0.5
    assert float(layer.kernel_regularizer.l2) == 0.25
    assert isinstance(layer.kernel_constraint, keras.constraints.NonNeg)


def test_noise_only_while_training_and_saved_as_keras_own() -> None:
    spec = GaussianNoise(stddev=0.5, name="noise")
    layer = build_model([spec, *STACK], FACTS, use_kernels=True).get_layer("noise")
    x = np.ones((200, 4, 3), np.float32)
    assert (np.asarray(layer(x, training=True)) != x).all()
    np.testing.assert_array_equal(layer(x, training=False), x)
    plain = build_model([spec, *STACK], FACTS, use_kernels=False).get_layer("noise")
    assert type(plain) is keras.layers.GaussianNoise
    assert plain.get_config()["stddev"] == 0.5


@pytest.mark.parametrize("use_kernels", [True, False])
def test_padded_steps_change_nothing(use_kernels: bool) -> None:
    stack: list[Layer] = [LSTM(units=4, return_sequences=False), HEAD]
    model = build_model(stack, RAGGED, use_kernels=use_kernels)
    x = np.random.default_rng(0).normal(size=(2, 3, 3)).astype(np.float32)
    padded = np.concatenate([x, np.full((2, 2, 3), PADDING_VALUE, np.float32)], axis=1)
    assert np.allclose(model(x), model(padded), atol=1e-6)


def test_padded_ids_change_nothing() -> None:
    facts = InputFacts((None,), integer=True, vocabulary=9, outputs=2, masked=True)
    stack: list[Layer] = [
        Embedding(input_dim=9, output_dim=4, mask_zero=True),
        LSTM(units=4, return_sequences=False),
        HEAD,
    ]
    model = build_model(stack, facts, use_kernels=True)
    ids = np.array([[3, 8, 1]], np.int32)
    assert np.allclose(model(ids), model(np.pad(ids, [(0, 0), (0, 2)])), atol=1e-6)


def test_mixed_precision_ends_in_float32() -> None:
    model = build_model(STACK, FACTS, use_kernels=True, dtype_policy="mixed_bfloat16")
    assert model.layers[1].compute_dtype == "bfloat16"
    assert model.output.dtype == "float32"


def test_a_fallback_names_its_layer_and_reason() -> None:
    stack: list[Layer] = [LSTM(units=4, unroll=True, return_sequences=False), HEAD]
    [reason] = fallbacks(build_model(stack, FACTS, use_kernels=True))
    assert reason.startswith("lstm_1 runs Keras's own code: ")
    assert fallbacks(build_model(STACK, FACTS, use_kernels=True)) == []
