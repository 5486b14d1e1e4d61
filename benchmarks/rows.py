"""The benchmark's rows: which network, on which shapes, doing what. No framework in here.

B batch, T time, F features, E embedding, H units, V vocabulary or classes.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

Task = Literal["train", "predict", "generate", "epoch"]
Source = Literal["mnist", "signals", "characters", "unequal"]

KERAS = "keras"  # the families that contenders belong to, and that aims are set against
TORCH = "pytorch"
CONV_STEPS = 5  # that a filter of conv_1d reads


@dataclasses.dataclass(frozen=True)
class Network:
    """A stack of equal recurrent layers and what stands around them; it ends in logits."""

    cell: Literal["lstm", "gru"]
    layers: int
    units: int  # H, of every recurrent layer
    activation: Literal["relu", "tanh"]
    steps: int  # T; the mean of unequal lengths
    inputs: int  # F; V where embedding > 0
    outputs: int  # classes, or V
    embedding: int = 0  # E; 0 takes the inputs as they are
    filters: int = 0  # of a conv_1d, relu, before the recurrent layers; 0 for none
    dropout: tuple[float, ...] = ()  # after each recurrent layer; () for none
    hidden: int = 0  # units of a relu layer before the outputs; 0 for none
    hidden_dropout: float = 0.0
    per_step: bool = False  # one output a time step instead of one a sequence

    @property
    def features(self) -> int:
        """What the first recurrent layer reads in a time step."""
        return self.filters or self.embedding or self.inputs


@dataclasses.dataclass(frozen=True)
class Row:
    """One line of comparison.

    Args:
        key: what `--rows` names it by.
        source: what the data are; see data.py.
        steps: batches (tokens, where one is generated) in a repetition.
        bfloat16: products in bfloat16, weights in float32: Keras's mixed_bfloat16.
        aims: how many times as fast as each family rnnkit wants to be.
    """

    key: str
    title: str
    task: Task
    network: Network
    source: Source
    batch: int
    steps: int
    learning_rate: float = 1e-3
    bfloat16: bool = False
    aims: Mapping[str, float] = dataclasses.field(default_factory=dict)

    @property
    def unit(self) -> str:
        """What is counted: a sample is one whole sequence."""
        return "tokens/s" if self.task == "generate" else "samples/s"


ARTICLE = Network(
    cell="lstm",
    layers=2,
    units=256,
    activation="relu",
    steps=28,
    inputs=28,
    outputs=10,
    dropout=(0.2, 0.1),
    hidden=32,
    hidden_dropout=0.2,
)
ARTICLE_TANH = dataclasses.replace(ARTICLE, activation="tanh")
CHARACTERS = Network(
    cell="lstm",
    layers=2,
    units=256,
    activation="tanh",
    steps=128,
    inputs=72,
    outputs=72,
    embedding=64,
    per_step=True,
)
PIXELS = Network(
    cell="lstm", layers=1, units=128, activation="tanh", steps=784, inputs=1, outputs=10
)
SIGNALS = Network(
    cell="gru", layers=1, units=256, activation="tanh", steps=100, inputs=32, outputs=10
)

LARGE = Network(
    cell="lstm", layers=2, units=512, activation="tanh", steps=100, inputs=64, outputs=10
)
CONVOLVED = Network(
    cell="lstm",
    layers=1,
    units=128,
    activation="tanh",
    steps=128,
    inputs=9,
    outputs=6,
    filters=64,
)
FRAMES = Network(
    cell="lstm", layers=1, units=200, activation="tanh", steps=254, inputs=88, outputs=10
)

# A repetition takes a few seconds for the slowest contender on two cores: long enough to be
# measured, short enough that the machine is the same machine for the next contender.
ROWS = (
    Row(
        "1",
        "the article's network: 2 x LSTM 256 relu, T=28 F=28, batch 32",
        "train",
        ARTICLE,
        "mnist",
        batch=32,
        steps=40,
        learning_rate=1e-4,
        aims={KERAS: 2.5, TORCH: 1.5},
    ),
    Row(
        "2",
        "the same with tanh, batch 128",
        "train",
        ARTICLE_TANH,
        "mnist",
        batch=128,
        steps=16,
        learning_rate=1e-4,
        aims={KERAS: 1.5, TORCH: 1.1},
    ),
    Row(
        "3",
        "character model: embedding 64, 2 x LSTM 256 tanh, T=128 V=72, batch 64",
        "train",
        CHARACTERS,
        "characters",
        batch=64,
        steps=6,
        aims={TORCH: 1.1},
    ),
    Row(
        "4",
        "long sequence: LSTM 128 tanh, T=784 F=1, batch 64",
        "train",
        PIXELS,
        "signals",
        batch=64,
        steps=6,
        aims={KERAS: 1.7, TORCH: 1.3},
    ),
    Row(
        "5", "GRU 256, T=100 F=32, batch 64", "train", SIGNALS, "signals", batch=64, steps=12
    ),
    Row(
        "6a",
        "inference: the article's network, batch 256",
        "predict",
        ARTICLE,
        "mnist",
        batch=256,
        steps=16,
    ),
    Row(
        "6b",
        "generation: the character model, one token at a time, batch 1, state carried",
        "generate",
        dataclasses.replace(CHARACTERS, steps=1),
        "characters",
        batch=1,
        steps=1000,
    ),
    Row(
        "7",
        "a larger network: 2 x LSTM 512 tanh, T=100 F=64, batch 64",
        "train",
        LARGE,
        "signals",
        batch=64,
        steps=3,
    ),
    Row(
        "7b",
        "the same with products in bfloat16",
        "train",
        LARGE,
        "signals",
        batch=64,
        steps=3,
        bfloat16=True,
    ),
    Row(
        "8",
        "conv_1d of 64 filters and LSTM 128 tanh, T=128 F=9, batch 64",
        "train",
        CONVOLVED,
        "signals",
        batch=64,
        steps=16,
    ),
    Row(
        "9",
        "unequal lengths: LSTM 200, F=88, batch 8, an epoch of 694 sequences, T=40 to 1,788",
        "train",
        FRAMES,
        "unequal",
        batch=8,
        steps=87,
        aims={KERAS: 3.0, TORCH: 1.3},
    ),
    Row(
        "9e",
        "the same with as many steps in equal lengths, T=254",
        "train",
        FRAMES,
        "signals",
        batch=8,
        steps=87,
    ),
)  # fmt: skip

EPOCH = Row(
    "epoch",
    "the loop: an epoch of `rnnkit train` beside its own compiled steps alone",
    "epoch",
    ARTICLE,
    "mnist",
    batch=32,
    steps=200,
)


def select_rows(keys: str | None, *, bfloat16: bool) -> tuple[Row, ...]:
    """`1,6,epoch` -> the rows; 6 names 6a and 6b, 7 also 7b, 9 also 9e. None takes all of them.

    Args:
        keys: as on the command line.
        bfloat16: whether the machine has products in bfloat16; without them their row is run
            only where its own key names it.

    Raises:
        ValueError: a key names no row; the message lists those there are.
    """
    known = (*ROWS, EPOCH)
    usual = tuple(row for row in known if bfloat16 or not row.bfloat16)
    if keys is None:
        return usual
    wanted = [key.strip() for key in keys.split(",") if key.strip()]
    for key in wanted:
        if not any(_named(row, key) for row in known):
            names = ", ".join(row.key for row in known)
            raise ValueError(f"there is no row '{key}'; the rows are {names}")
    return tuple(
        row
        for row in known
        if row.key in wanted or (row in usual and any(_named(row, key) for key in wanted))
    )


def _named(row: Row, key: str) -> bool:
    return row.key == key or row.key.rstrip("abe") == key
