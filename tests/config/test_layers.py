"""The layers of a config: how they are written, and how a wrong one is answered."""

import pytest

from rnnkit.config.layers import LAYERS, Bidirectional, Dense, Dropout
from rnnkit.config.layers.cells import LSTM
from rnnkit.words import listed
from tests.config.small import block, load, refusal, with_layers

KNOWN = listed([layer.kind for layer in LAYERS])
END = "dense: {units: 10}"


def test_forms_of_a_layer() -> None:
    text = with_layers(
        "bidirectional: {layer: {lstm: {units: 4}}}",
        "lstm:\n        units: 4",
        "dropout: {rate: 0}",
        END,
    )
    layers = load(text).config.model.layers
    assert list(map(type, layers)) == [Bidirectional, LSTM, Dropout, Dense]


def test_anchors_spare_repetition() -> None:
    text = with_layers("lstm: &cell {units: 4, dropout: 0.1}", "lstm: {<<: *cell, units: 8}", END)
    first, second, _ = load(text).config.model.layers
    assert isinstance(first, LSTM)
    assert isinstance(second, LSTM)
    assert (first.units, second.units, second.dropout) == (4, 8, 0.1)


def test_a_bare_layer_that_needs_arguments() -> None:
    assert refusal(with_layers("dropout", "lstm:", END)) == block(
        """
        c.yaml:8:7: dropout: missing key 'rate'
          8 |     - dropout
            |       ^^^^^^^
        c.yaml:9:7: lstm: missing key 'units'
          9 |     - lstm:
            |       ^^^^
        """
    )


def test_forgotten_indentation() -> None:
    assert refusal(with_layers("lstm:\n      units: 4", END)) == block(
        """
        c.yaml:9:7: layers: a layer is one name with its arguments, like `lstm: {units: 64}`: here 'units' stands beside 'lstm'
          9 |       units: 4
            |       ^^^^^
        """  # noqa: E501
    )


def test_choices() -> None:
    layer = "lstm: {units: 4, activation: relux, recurrent_activation: x}"
    assert refusal(with_layers(layer, END)) == block(
        """
        c.yaml:8:36: lstm: activation (='relux') is not known. Did you mean 'relu'?
          8 |     - lstm: {units: 4, activation: relux, recurrent_activation: x}
            |                                    ^^^^^
        c.yaml:8:65: lstm: recurrent_activation (='x') must be 'elu', 'exponential', 'gelu', 'hard_sigmoid', 'hard_silu', 'leaky_relu', 'linear', 'mish', 'relu', 'relu6', 'selu', 'sigmoid', 'silu', 'softmax', 'softplus', 'softsign' or 'tanh'
          8 |     - lstm: {units: 4, activation: relux, recurrent_activation: x}
            |                                                                 ^
        """  # noqa: E501
    )


@pytest.mark.parametrize(
    ("layer", "column", "message"),
    [
        ("LSTM", 7, "layers: unknown layer 'LSTM'. Did you mean 'lstm'?"),
        ("Dense: {units: 4}", 7, "layers: unknown layer 'Dense'. Did you mean 'dense'?"),
        ("rnn: {units: 4}", 7, "layers: unknown layer 'rnn'. Did you mean 'simple_rnn'?"),
        ("attend: {units: 4}", 7, f"layers: unknown layer 'attend'. Known here: {KNOWN}."),
        ("[]", 7, "layers: a layer is one name with its arguments, like `lstm: {units: 64}`"),
        ("{}", 7, "layers: a layer is one name with its arguments, like `lstm: {units: 64}`"),
        ("3", 7, "layers: a layer is one name with its arguments, like `lstm: {units: 64}`"),
        ("", 6, "layers: a layer is one name with its arguments, like `lstm: {units: 64}`"),
        ("lstm: 256", 13, "layers: lstm (=256) must be a mapping of keys to values"),
        ("lstm: {units: 0}", 21, "lstm: units (=0) must be greater than 0"),
        ("lstm: {units: 4, hidden_size: 4}", 24, "lstm: unknown key 'hidden_size'. "
         "Did you mean 'units'?"),
        ("dropout: {rate: 0, p: 0.5}", 26, "dropout: unknown key 'p'. Did you mean 'rate'?"),
        ("dropout: {rate: 1.0}", 23, "dropout: rate (=1.0) must be less than 1"),
        ("gaussian_noise", 7, "gaussian_noise: missing key 'stddev'"),
        ("gaussian_noise: {stddev: 2}", 32, "gaussian_noise: stddev (=2) must be less than or "
         "equal to 1"),
        ("lstm: {units: 4, name: a/b}", 30, "name: 'a/b' names a layer: use letters from A to Z, "
         "digits, '_', '-' and '.' only"),
        ("lstm: {units: 4, name: ''}", 30, "name: '' names a layer: use letters from A to Z, "
         "digits, '_', '-' and '.' only"),
        ("lstm: {units: 4, bias_initializer: {chrono: {max_length: 2}}}", 52, "lstm: chrono: "
         "max_length (=2.0) must be greater than 2: it is the number of steps that the layer may "
         "have to remember"),
        ("gru: {units: 4, use_bias: false, bias_initializer: {chrono: {max_length: 9}}}", 23,
         "gru: chrono sets biases: remove use_bias: false"),
        ("bidirectional", 7, "bidirectional: missing key 'layer'"),
        ("bidirectional: {layer: lstm}", 23, "lstm: missing key 'units'"),
        ("bidirectional: {layer: {dense: {units: 4}}}", 31, "layer: unknown layer 'dense'. "
         "Known here: lstm, gru or simple_rnn."),
        ("bidirectional: {layer: {lstm: {units: 4, name: a}}}", 48, "bidirectional: name belongs "
         "to bidirectional, not to its layer"),
        ("bidirectional: {layer: {lstm: {units: 4, go_backwards: true}}}", 48, "bidirectional: it "
         "runs its layer backwards already: remove go_backwards"),
        ("time_distributed: {layer: {dense: {units: 4, name: a}}}", 52, "time_distributed: name "
         "belongs to time_distributed, not to its layer"),
        ("time_distributed: {layer: {dense: {units: 4, activity_regularizer: l2}}}", 52,
         "time_distributed: activity_regularizer does nothing in time_distributed: write dense "
         "alone, which works at every step as well"),
        ("time_distributed: {layer: {lstm: {units: 4}}}", 34, "layer: unknown layer 'lstm'. "
         "Known here: dense, dropout, gaussian_noise or layer_normalization."),
    ],
)  # fmt: skip
def test_layers_that_are_refused(layer: str, column: int, message: str) -> None:
    assert refusal(with_layers(layer, END)).splitlines()[0] == f"c.yaml:8:{column}: {message}"


def test_a_model_without_layers() -> None:
    assert refusal(with_layers().replace("layers:", "layers: []")).splitlines()[0] == (
        "c.yaml:7:11: model: layers (=[]) must have at least 1 item"
    )
