"""Everything at once, over the first examples of a feed."""

import json
from typing import Any

import numpy as np
import pytest

from rnnkit.config.layers import Dense, LayerNormalization
from rnnkit.config.layers.cells import LSTM, SimpleRNN
from rnnkit.config.training import Adam
from rnnkit.diagnostics.advice import advise
from rnnkit.diagnostics.inspection import Inspection, inspect_model
from rnnkit.errors import RunError
from rnnkit.runtime import keras, tf
from rnnkit.tasks.memory.dataset import MemoryPart
from tests.diagnostics.models import LAST, model_of

ROWS = np.random.default_rng(0).normal(size=(50, 6, 2)).astype(np.float32)
PART = MemoryPart(ROWS, ROWS[:, -1, 0])
L = keras.layers


def inspection(model: Any, *, examples: int = 40) -> Inspection:
    return inspect_model(model, LAST, PART, examples=examples, seed=0, sequence_output=False)


@pytest.fixture(scope="module")
def found() -> Inspection:
    dead = L.Dense(3, activation="relu", bias_initializer=keras.initializers.Constant(-99.0))
    return inspection(model_of(L.LSTM(2, name="lstm_1"), dead), examples=1000)


@pytest.mark.parametrize("regularizer", [None, "l2"])
def test_weights_have_the_gradient_of_the_training_loss(regularizer: str | None) -> None:
    """The mean over all examples, the last batch's filler left out."""
    model = model_of(L.GRU(2, kernel_regularizer=regularizer))
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(LAST.loss(PART.y, model(PART.store))) + sum(model.losses)
    expected = tape.gradient(loss, [v.value for v in model.trainable_variables])
    seen = inspection(model, examples=50)
    norms = [float(tf.norm(g)) for g in expected]
    assert seen.examples == 50
    assert [w.gradient for w in seen.weights] == pytest.approx(norms, rel=1e-4)
    assert [w.name for w in seen.weights] == [v.path for v in model.trainable_variables]


def test_both_halves_of_a_lower_layer_fade_away_from_the_loss() -> None:
    """The loss stands at the last step, which the half that reads backwards reads first."""
    model = model_of(L.Bidirectional(L.GRU(2, return_sequences=True), name="both"), L.GRU(2))
    flows = {layer.name: layer.flow for layer in inspection(model).layers}
    for half in ("both forward", "both backward"):
        assert flows[half].norms.argmax() < 2
        assert flows[half].factor < 1


def test_dead_units_of_dense_layers(found: Inspection) -> None:
    assert found.examples == 50
    assert [(d.dead, d.units) for d in found.dead] == [(3, 3)]
    assert "3 of 3 relu units never fired on these 50 examples" in advice(found)[-1]


@pytest.mark.parametrize("examples", [20, 40, 45])
def test_never_more_examples_than_asked_for(examples: int) -> None:
    """The second batch of 32 is cut short."""
    seen = inspection(model_of(L.SimpleRNN(2)), examples=examples)
    assert seen.examples == examples


def test_what_overflows_is_said_in_plain_values(recwarn: pytest.WarningsRecorder) -> None:
    """The state is infinite from the second step on, and the gates above it are not numbers."""
    low = L.SimpleRNN(2, activation="relu", return_sequences=True, name="simple_rnn_1")
    model = model_of(low, L.LSTM(2, name="lstm_2"))
    low.cell.recurrent_kernel.assign(np.full((2, 2), 1e30))
    low.cell.kernel.assign(np.full((2, 2), 1e20))
    seen = inspection(model)
    values = json.loads(json.dumps(seen.as_dict(), allow_nan=False))
    assert [layer["gradient"] for layer in values["layers"]] == ["exploding"] * 2
    assert values["layers"][0]["reach"] is None
    assert values["layers"][1]["gates"]["forget"]["mean"] is None
    said = " ".join(advice(seen, SimpleRNN(units=2, activation="relu"), LSTM(units=2)))
    assert "the cell state is not finite." in said and "nan" not in said
    assert not recwarn.list


def test_plain_values(found: Inspection) -> None:
    values = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    (layer,) = values["layers"]
    assert (layer["kind"], layer["carrier"], layer["units"]) == ("lstm", "h", 2)
    assert set(layer["flows"]) == {"h", "c"}
    assert set(layer["gates"]) == {"input", "forget", "output"}
    assert len(layer["flows"]["c"]["norms"]) == 6


def test_no_recurrent_layer() -> None:
    with pytest.raises(RunError, match="no recurrent layer"):
        inspection(_flat())


def _flat() -> Any:
    inputs = keras.Input((6, 2))
    return keras.Model(inputs, L.Dense(1)(L.Flatten()(inputs)))


def advice(found: Inspection, *layers: Any, trained: bool = False, **optimizer: Any) -> list[str]:
    stack = layers or (LSTM(units=2), Dense(units=3), Dense(units=1))
    return advise(found, stack, Adam(**optimizer), trained=trained)


def test_advice_for_a_vanishing_simple_rnn() -> None:
    model = model_of(L.SimpleRNN(2, name="simple_rnn_1"))
    model.layers[1].cell.recurrent_kernel.assign(0.1 * np.eye(2))
    said = advice(inspection(model), SimpleRNN(units=2, recurrent_initializer="glorot_uniform"))
    assert "Use lstm or gru" in said[0]
    assert "recurrent_initializer: orthogonal" in said[1]
    assert len(advice(inspection(model), SimpleRNN(units=2))) == 1


def test_advice_where_no_gradient_passes(found: Inspection) -> None:
    assert found.layers[0].flow.verdict == "none"
    assert advice(found)[0].startswith("lstm_1: no gradient comes down to it")
    model = model_of(L.SimpleRNN(2, activation="relu", name="simple_rnn_1"))
    model.layers[1].cell.bias.assign([-99.0, -99.0])
    said = advice(inspection(model), SimpleRNN(units=2, activation="relu"))
    assert said[0].startswith("simple_rnn_1: no gradient passes to the step before. Use lstm")


@pytest.mark.parametrize(("gain", "named"), [(0.1, True), (1.2, False)])
def test_advice_for_a_start_that_shrinks(gain: float, named: bool) -> None:
    """A gain above 1 is no cause of vanishing."""
    model = model_of(L.SimpleRNN(2, name="simple_rnn_1"))
    model.layers[1].cell.recurrent_kernel.assign(0.1 * np.eye(2))
    spec = SimpleRNN(units=2, recurrent_initializer={"orthogonal": {"gain": gain}})
    said = " ".join(advice(inspection(model), spec))
    assert (f"with gain (={gain:g}) the recurrent matrix" in said) is named


def test_advice_for_an_exploding_one() -> None:
    model = model_of(L.SimpleRNN(2, activation="relu", name="simple_rnn_1", use_bias=False))
    model.layers[1].cell.recurrent_kernel.assign(np.full((2, 2), 3.0))
    model.layers[1].cell.kernel.assign(np.ones((2, 2)))
    spec = SimpleRNN(units=2, activation="relu")
    seen = inspection(model)
    assert seen.layers[0].flow.verdict == "exploding"
    said = " ".join(advice(seen, spec))
    assert "global_clipnorm" in said and "activation: tanh" in said
    assert "layer_normalization" in said and "the state grows along the sequence" in said
    quiet = " ".join(advice(seen, spec, LayerNormalization(), global_clipnorm=1.0))
    assert "clip" not in quiet and "layer_normalization" not in quiet


def test_advice_for_gates() -> None:
    model = model_of(L.LSTM(2, name="lstm_1", unit_forget_bias=False))
    model.layers[1].cell.bias.assign([-9.0, -9, -9, -9, 0, 0, 9, 9])
    seen = inspection(model)
    assert "unit_forget_bias: true" in advice(seen, LSTM(units=2, unit_forget_bias=False))[0]
    assert "Training can open it" in advice(seen)[0]
    chrono = {"chrono": {"max_length": 6.0}}
    assert "bias_initializer: {chrono: {max_length: 6}}" in advice(seen)[0]
    assert "chrono" not in advice(seen, LSTM(units=2, bias_initializer=chrono))[0]
    after = " ".join(advice(seen, trained=True))
    assert "the forget gate is shut or open in 100 %" in after
    assert "start with shorter sequences" in after


def test_recurrent_layers_within_others_are_found_by_their_names() -> None:
    from rnnkit.config.layers import Bidirectional, Concatenate, Parallel, Residual
    from rnnkit.config.layers.cells import GRU, LSTM
    from rnnkit.diagnostics.advice import _specs

    layers = [
        Parallel(layers=[[LSTM(units=1)], [Residual(layers=[GRU(units=2, name="own")])]]),
        Residual(layers=[GRU(units=3)]),
        Concatenate(input="site", layers=[Bidirectional(layer=LSTM(units=4))]),
        LSTM(units=5),
    ]
    assert {name: spec.units for name, spec in _specs(layers).items()} == {
        "lstm_1_1_1": 1,
        "own": 2,
        "gru_2_1": 3,
        "bidirectional_3_1": 4,
        "lstm_4": 5,
    }
