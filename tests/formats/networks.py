"""What the tests of the formats share: networks, and inputs with padding anywhere."""

from typing import get_args

import numpy as np

from rnnkit.config import section
from rnnkit.config.layers import Bidirectional, Concatenate, Conv1D, Dense, Embedding, Layer
from rnnkit.config.layers.cells import GRU, LSTM, SimpleRNN
from rnnkit.config.stack import InputFacts
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.formats.network import Network, portable
from rnnkit.models.build import build_model
from rnnkit.runtime import keras

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 7, 3)).astype(np.float32)
REAL = np.array([[1] * 7, [1] * 4 + [0] * 3, [0] * 2 + [1] * 5, [0, 1, 1, 0, 0, 1, 0]], bool)
PADDED = np.where(REAL[:, :, None], X, np.float32(PADDING_VALUE))
EQUAL, UNEQUAL = InputFacts((None, 3), outputs=2), InputFacts((None, 3), outputs=2, masked=True)
END = Dense(units=2)
RECURRENT: dict[str, Layer] = {
    "lstm": LSTM(units=2),
    "lstm relu": LSTM(units=2, activation="relu", recurrent_activation="hard_sigmoid"),
    "lstm elu": LSTM(units=2, activation="elu", recurrent_activation="softsign", use_bias=False),
    "gru": GRU(units=2, activation="softplus"),
    "gru reset before": GRU(units=2, reset_after=False, activation="leaky_relu"),
    "gru without biases": GRU(units=2, use_bias=False, recurrent_activation="linear"),
    "simple_rnn": SimpleRNN(units=2),
    **{f"both ways, {mode}": Bidirectional(layer=GRU(units=2), merge_mode=mode)
       for mode in ("concat", "sum", "mul", "ave")},
    "lstm both ways": Bidirectional(layer=LSTM(units=2, activation="relu")),
}  # fmt: skip
BACKWARDS: dict[str, Layer] = {"backwards": GRU(units=2, go_backwards=True)}
WORDS = np.array([[2, 3, 0], [4, 2, 3]], np.int32)
LETTERS = np.array(
    [[[2, 3, 0, 0], [3, 2, 4, 0], [0] * 4], [[4] * 4, [2, 3, 0, 0], [3, 2, 4, 0]]], np.int32
)
_LETTERS = InputFacts((None, 4), integer=True, vocabulary=5, masked=True, time="nested")
_STATIC = InputFacts((2,), time="none")
OF_WORDS = InputFacts(
    (None,), integer=True, vocabulary=5, masked=True,
    beside={"letters": _LETTERS, "static": _STATIC},
)  # fmt: skip


def network(layers: list[Layer], facts: InputFacts, *, carried: bool = False) -> Network:
    """With weights that are none of their first values, all positive."""
    keras.utils.set_random_seed(1)
    model = build_model(layers, facts, use_kernels=False, carry_state=carried)
    rng = np.random.default_rng(1)
    model.set_weights([np.abs(rng.normal(size=w.shape)) * 0.5 for w in model.get_weights()])
    return Network(portable(model))


def with_returned(layer: Layer, *, sequences: bool) -> Layer:
    if isinstance(layer, Bidirectional):
        inner = layer.layer.model_copy(update={"return_sequences": sequences})
        return layer.model_copy(update={"layer": inner})
    return layer.model_copy(update={"return_sequences": sequences})


def recurrent(layer: Layer, facts: InputFacts) -> Network:
    """The layer twice: it gives a sequence to itself, and then one vector."""
    first, last = (with_returned(layer, sequences=each) for each in (True, False))
    return network([first, last, END], facts)


def nested() -> Network:
    """Words, each with its letters, and numbers beside all of them."""
    letters = [
        Embedding(input_dim=5, output_dim=2, mask_zero=True),
        Bidirectional(layer=GRU(units=3, return_sequences=False)),
    ]
    return network(
        [
            Embedding(input_dim=5, output_dim=2, mask_zero=True),
            Concatenate(input="letters", layers=letters),
            Concatenate(input="static", layers=[Dense(units=2)]),
            Bidirectional(layer=LSTM(units=2, return_sequences=True)),
            END,
        ],
        OF_WORDS,
    )


NESTED = {"input": WORDS, "letters": LETTERS, "static": np.eye(2, dtype=np.float32)}


def stepwise() -> Network:
    """What goes on from step to step: a window of steps, and states."""
    return network(
        [
            Embedding(input_dim=5, output_dim=3),
            Conv1D(filters=3, kernel_size=2, dilation_rate=2, padding="causal"),
            LSTM(units=2, return_sequences=True),
            GRU(units=3, return_sequences=True),
            Dense(units=5),
        ],
        InputFacts((None,), integer=True, vocabulary=5),
        carried=True,
    )


ACTIVATIONS = get_args(section.Activation)
