"""Gates that start open: which bias is which, and that nothing else changes."""

from pathlib import Path

import numpy as np
import pytest

import rnnkit
from rnnkit.config.layers import Bidirectional, Dense, Layer
from rnnkit.config.layers.cells import GRU, LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.models.build import build_model
from rnnkit.runtime import keras
from tests.conftest import small_config, write_data

FACTS = InputFacts((4, 3), integer=False, vocabulary=None, outputs=2)
HEAD = Dense(units=2, activation="softmax")
UNITS = 400
CHRONO = {"chrono": {"max_length": 101.0}}


def biases(spec: Layer, *, use_kernels: bool = True) -> list[np.ndarray]:
    keras.utils.set_random_seed(0)
    layer = build_model([spec, HEAD], FACTS, use_kernels=use_kernels).layers[1]
    return [w.numpy() for w in layer.weights if w.name == "bias"]


@pytest.mark.parametrize("use_kernels", [True, False])
def test_lstm(use_kernels: bool) -> None:
    spec = LSTM(units=UNITS, bias_initializer=CHRONO, return_sequences=False)
    [bias] = biases(spec, use_kernels=use_kernels)
    i, f, g, o = np.split(bias, 4)
    assert np.array_equal(i, -f)
    assert not g.any() and not o.any()
    _check_times(f)


@pytest.mark.parametrize("reset_after", [True, False])
def test_gru(reset_after: bool) -> None:
    spec = GRU(
        units=UNITS, bias_initializer=CHRONO, reset_after=reset_after, return_sequences=False
    )
    [bias] = biases(spec)
    assert bias.shape == ((2, 3 * UNITS) if reset_after else (3 * UNITS,))
    z, *others = np.split(bias.ravel(), 6 if reset_after else 3)
    assert not np.any(others)
    _check_times(z)


def test_both_directions_have_their_own() -> None:
    inner = GRU(units=UNITS, bias_initializer=CHRONO, return_sequences=False)
    forward, backward = biases(Bidirectional(layer=inner))
    assert not np.array_equal(forward, backward)
    for bias in (forward, backward):
        _check_times(bias[0, :UNITS])


def test_the_update_gate_keeps_a_state_for_its_time() -> None:
    """With nothing to read, h shrinks by σ(log τ) a step: to about 1/e after τ of them."""
    spec = GRU(units=1, bias_initializer={"chrono": {"max_length": 1000.0}}, return_sequences=True)
    model = build_model([spec, HEAD], FACTS, use_kernels=True, carry_state=True)
    [layer] = [layer for layer in model.layers if "gru" in layer.name and layer.weights]
    layer.cell.recurrent_kernel.assign(np.zeros((1, 3), np.float32))
    tau = np.exp(layer.cell.bias.numpy()[0, 0])
    _, h = model([np.zeros((1, 4, 3), np.float32), np.ones((1, 1), np.float32)])
    assert np.allclose(h, (tau / (1 + tau)) ** 4, rtol=1e-5)


def test_whoever_opens_the_model_needs_no_rnnkit(tmp_path: Path) -> None:
    config = small_config(write_data(tmp_path / "data.npz"), epochs=1)
    head = {"dense": {"units": 2, "activation": "softmax"}}
    config["model"] = {"layers": [{"gru": {"units": 4, "bias_initializer": CHRONO}}, head]}
    run = rnnkit.train(config, runs=tmp_path / "runs")
    loaded = keras.models.load_model(run.model)
    [layer] = [layer for layer in loaded.layers if isinstance(layer, keras.layers.GRU)]
    assert isinstance(layer.bias_initializer, keras.initializers.Zeros)
    assert layer.cell.bias.numpy()[0, :4].any()


def _check_times(keep: np.ndarray) -> None:
    """log τ with τ uniform from 1 to 100."""
    times = np.exp(keep)
    assert 1 <= times.min() < 3 and 97 < times.max() <= 100
    assert np.isclose(times.mean(), 50.5, atol=5)
