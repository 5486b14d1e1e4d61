"""Gradients with respect to states: against a direct unrolled computation, and closed forms."""

from typing import Any

import numpy as np
import pytest

from rnnkit import layers as kernels
from rnnkit.data.batch import Batch
from rnnkit.diagnostics.cells import cell_of
from rnnkit.diagnostics.replay import Replay, watched_layers
from rnnkit.runtime import keras, tf
from tests.diagnostics.models import EVERY_STEP, LAST, PADDED, batch_of, model_of

L = keras.layers
LAYERS = {
    "lstm": lambda **o: L.LSTM(3, **o),
    "relu lstm": lambda **o: L.LSTM(3, activation="relu", **o),
    "no bias": lambda **o: L.LSTM(3, use_bias=False, **o),
    "kernel lstm": lambda **o: kernels.LSTM(3, recurrent_activation="hard_sigmoid", **o),
    "gru": lambda **o: L.GRU(3, bias_initializer="random_normal", **o),
    "reset before": lambda **o: L.GRU(3, reset_after=False, activation="mish", **o),
    "simple_rnn": lambda **o: L.SimpleRNN(3, activation="elu", **o),
}


def unrolled(layer: Any, head: Any, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
    """The norms (T, B) of d loss / d h_t, by differentiating Keras's cell, called step by step."""
    states = [tf.zeros((len(x), layer.units))] * (2 if isinstance(layer, L.LSTM) else 1)
    history = []
    with tf.GradientTape() as tape:
        tape.watch(states[0])
        for t in range(x.shape[1]):
            h, states = layer.cell(x[:, t], states)
            history.append(h)
        loss = tf.reduce_sum(LAST.loss(y, head(h)))
    return [np.linalg.norm(g, axis=1) for g in tape.gradient(loss, history)]


@pytest.mark.parametrize("kind", LAYERS)
def test_same_as_unrolled(kind: str) -> None:
    layer = LAYERS[kind]()
    model, batch = model_of(layer), batch_of(3, 4)
    replayed = Replay(model, LAST, sequence_output=False)(batch)
    expected = unrolled(layer, model.layers[-1], batch.x, batch.y)
    np.testing.assert_allclose(replayed.traces[0].gradients[0], expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("wrap", [lambda layer: layer, L.Bidirectional])
def test_a_layer_above_may_be_unrolled(wrap: Any) -> None:
    model = model_of(
        wrap(L.LSTM(3, return_sequences=True)), L.Dense(2), wrap(L.GRU(2, unroll=True))
    )
    keras.utils.set_random_seed(0)
    looped = model_of(wrap(L.LSTM(3, return_sequences=True)), L.Dense(2), wrap(L.GRU(2)))
    looped.set_weights(model.get_weights())
    found = [Replay(one, LAST, sequence_output=False)(batch_of(3, 4)) for one in (model, looped)]
    for a, b in zip(*(one.traces for one in found), strict=True):
        np.testing.assert_allclose(a.gradients[0], b.gradients[0], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("kind", "bidirectional"),
    [("relu lstm", True), ("gru", False)],
)
def test_nothing_changes_for_the_model(kind: str, bidirectional: bool) -> None:
    """The same loss, seen in its gradients, with padding, a second layer and both directions."""
    first = LAYERS[kind](return_sequences=True)
    model = model_of(L.Bidirectional(first) if bidirectional else first, L.GRU(2), masked=True)
    batch = batch_of(3, 5)
    batch.x[1, 3:], batch.x[2, :2] = PADDED, PADDED
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(LAST.loss(batch.y, model(batch.x)))
    expected = tape.gradient(loss, [v.value for v in model.trainable_variables])
    replayed = Replay(model, LAST, sequence_output=False)(batch)
    for found, wanted in zip(replayed.weights, expected, strict=True):
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-6)
    assert not any("inner_loop" in vars(watched.layer) for watched in watched_layers(model))
    assert np.array_equal(replayed.traces[-1].mask[:, 1], [True] * 3 + [False] * 2)
    assert not replayed.traces[-1].gradients[0][3:, 1].any()


def test_which_layers_read_against_the_outputs_of_the_topmost() -> None:
    """A layer with go_backwards gives its outputs in the order in which it reads."""
    several = {"return_sequences": True}
    first = L.Bidirectional(L.GRU(2, **several), name="first")
    second = L.SimpleRNN(2, go_backwards=True, name="second", **several)
    model = model_of(first, second, L.Bidirectional(L.GRU(2), name="third"))
    assert [(w.name, w.backward, w.top) for w in watched_layers(model)] == [
        ("first forward", True, False),
        ("first backward", False, False),
        ("second", False, False),
        ("third forward", False, True),
        ("third backward", True, True),
    ]


def test_cell_state_includes_the_path_through_h() -> None:
    """At the last step d loss / d c = d loss / d h * o * (1 - tanh(c)^2)."""
    layer = L.LSTM(1)
    replayed = Replay(model_of(layer), LAST, sequence_output=False)(batch_of(4, 3))
    (trace,) = replayed.traces
    (_, c), (_, _, o) = trace.states, trace.gates
    slope = (o * (1 - np.tanh(c) ** 2))[-1, :, 0]
    np.testing.assert_allclose(trace.gradients[1][-1], trace.gradients[0][-1] * slope, rtol=1e-5)


@pytest.mark.parametrize("scale", [0.5, 1.5])
def test_linear_rnn_has_powers(scale: float) -> None:
    """h' = x W + h (s Q): the norm of d loss / d h_(T-k) is s^k times that at T."""
    model = model_of(L.SimpleRNN(4, activation="linear"))
    orthogonal = np.linalg.qr(np.random.default_rng(0).normal(size=(4, 4)))[0]
    model.layers[1].cell.recurrent_kernel.assign(scale * orthogonal)
    replayed = Replay(model, LAST, sequence_output=False)(batch_of(2, 6))
    norms = replayed.traces[0].gradients[0]
    expected = norms[-1] * scale ** np.arange(5, -1, -1)[:, None]
    np.testing.assert_allclose(norms, expected, rtol=1e-4)


def test_small_gradients_are_not_rounded_to_nothing() -> None:
    model = model_of(L.SimpleRNN(2, activation="linear"))
    model.layers[1].cell.recurrent_kernel.assign(1e-5 * np.eye(2))
    norms = Replay(model, LAST, sequence_output=False)(batch_of(1, 7)).traces[0].gradients[0]
    np.testing.assert_allclose(norms[:-1] / norms[1:], 1e-5, rtol=1e-3)  # down to 1e-30


def test_only_the_last_steps_loss_is_followed() -> None:
    model = model_of(L.GRU(2, return_sequences=True))
    batch = batch_of(2, 4, every_step=True)
    valid = np.array([[1, 1, 1, 1], [1, 1, 0, 0]], np.float32)
    replayed = Replay(model, EVERY_STEP, sequence_output=True)(Batch(*batch[:2], valid, valid))
    assert np.array_equal(replayed.position, [3, 1])
    norms = replayed.traces[0].gradients[0]
    assert (norms[:, 0] > 0).all()
    assert (norms[:2, 1] > 0).all() and not norms[2:, 1].any()
    alone = unrolled(model.layers[1], model.layers[-1], batch.x[:1], batch.y[:1, -1])
    np.testing.assert_allclose(norms[:, :1], alone, rtol=1e-4)


def test_filler_counts_nothing() -> None:
    model, batch = model_of(L.LSTM(2)), batch_of(3, 4)
    valid = np.array([1, 0, 1], np.float32)
    replayed = Replay(model, LAST, sequence_output=False)(batch._replace(valid=valid, weight=valid))
    norms = replayed.traces[0].gradients[0]
    assert not norms[:, 1].any() and norms[:, [0, 2]].all()


def test_long_sequences() -> None:
    model = model_of(L.LSTM(2), features=1)
    norms = Replay(model, LAST, sequence_output=False)(batch_of(2, 784, 1)).traces[0].gradients[1]
    assert norms.shape == (784, 2) and np.isfinite(norms).all()


def test_a_layer_whose_equations_are_not_here_is_an_error() -> None:
    with pytest.raises(TypeError, match="no step of ConvLSTM1D"):
        cell_of(L.ConvLSTM1D(2, 3))
