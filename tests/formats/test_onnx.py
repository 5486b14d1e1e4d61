"""ONNX: every layer answers as Keras's does, with any batch, length and padding."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from rnnkit.config.layers.cells import LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.errors import OptionError
from rnnkit.formats.network import NEXT, OUTPUT, Network
from rnnkit.formats.onnx.file import opened, write
from tests.config.small import stack_of, with_layers
from tests.formats import networks
from tests.formats.networks import (
    BACKWARDS,
    EQUAL,
    NESTED,
    PADDED,
    RECURRENT,
    UNEQUAL,
    X,
    nested,
    network,
    recurrent,
    stepwise,
)
from tests.models.test_every_layer import CASES


def assert_as_keras(found: Network, folder: Path, **inputs: np.ndarray) -> None:
    write(found, folder / "model.onnx", None)
    given = opened(folder / "model.onnx", found)(inputs)
    expected = found.call(inputs)
    for name, value in given.items():
        np.testing.assert_allclose(value, expected[name], rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("name", CASES)
def test_every_layer(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    layers, facts, x = CASES[name]
    stack = stack_of(with_layers(*layers, "dense: {units: 2}"), facts)
    assert_as_keras(network([*stack.layers], facts), tmp_path, input=x)


@pytest.mark.parametrize("name", [*RECURRENT, *BACKWARDS])
def test_recurrent_layers_of_equal_lengths(name: str, tmp_path: Path) -> None:
    assert_as_keras(recurrent((RECURRENT | BACKWARDS)[name], EQUAL), tmp_path, input=X)


@pytest.mark.parametrize("name", RECURRENT)
def test_recurrent_layers_skip_padding_wherever_it_is(name: str, tmp_path: Path) -> None:
    assert_as_keras(recurrent(RECURRENT[name], UNEQUAL), tmp_path, input=PADDED)


def test_what_is_all_padding_gives_what_it_gives_in_keras(tmp_path: Path) -> None:
    x = np.full_like(PADDED, PADDED.min())
    assert_as_keras(recurrent(RECURRENT["lstm both ways"], UNEQUAL), tmp_path, input=x)


def test_inputs_beside_the_first(tmp_path: Path) -> None:
    assert_as_keras(nested(), tmp_path, **NESTED)


@pytest.mark.parametrize("activation", networks.ACTIVATIONS)
def test_activations(activation: str, tmp_path: Path) -> None:
    last = networks.END.model_copy(update={"activation": activation})
    assert_as_keras(network([last], InputFacts((3,))), tmp_path, input=X[0] * 3)


def test_states_go_on_where_a_call_ended(tmp_path: Path) -> None:
    found, path = stepwise(), tmp_path / "model.onnx"
    ids = np.array([[1, 2, 3, 4, 1, 0], [2, 2, 0, 1, 3, 4]], np.int32)
    write(found, path, None)
    ask = opened(path, found)
    whole = ask({"input": ids, **found.zeros(2)})
    states, outputs = found.zeros(2), []
    for step in range(6):
        given = ask({"input": ids[:, step : step + 1], **states})
        states = {one.name: given[NEXT + one.name] for one in found.states}
        outputs.append(given[OUTPUT])
    np.testing.assert_allclose(np.concatenate(outputs, axis=1), whole[OUTPUT], atol=1e-6)
    expected = found.call({"input": ids, **found.zeros(2)})
    np.testing.assert_allclose(whole[OUTPUT], expected[OUTPUT], atol=1e-5)
    for one in found.states:
        np.testing.assert_allclose(states[one.name], expected[NEXT + one.name], atol=1e-5)


def test_what_onnx_has_not_is_named(tmp_path: Path) -> None:
    found = network([LSTM(units=2, activation="gelu", return_sequences=False), networks.END], EQUAL)
    with pytest.raises(OptionError, match=r"^lstm_1: ONNX's LSTM has no activation 'gelu'$"):
        write(found, tmp_path / "model.onnx", None)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("quantize", "share", "apart"), [("float16", 0.55, 1e-3), ("int8", 0.35, 2e-2)]
)
@pytest.mark.parametrize("kind", ["lstm", "gru", "lstm both ways"])
def test_smaller_weights(
    kind: str, quantize: str, share: float, apart: float, tmp_path: Path
) -> None:
    layer = RECURRENT[kind]
    wide = {"units": 48, "activation": "tanh"}
    if hasattr(layer, "layer"):
        layer = layer.model_copy(update={"layer": layer.layer.model_copy(update=wide)})
    else:
        layer = layer.model_copy(update=wide)
    found = recurrent(layer, EQUAL)
    found.model.set_weights([w / 10 for w in found.model.get_weights()])
    sizes, answers = {}, {}
    for one in (None, quantize):
        path = tmp_path / f"{one}.onnx"
        write(found, path, one)
        sizes[one] = path.stat().st_size
        answers[one] = opened(path, found)({"input": X})[OUTPUT]
    assert sizes[quantize] < share * sizes[None]
    difference = np.abs(answers[quantize] - answers[None]).max()
    assert 0 < difference < apart
