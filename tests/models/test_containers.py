"""Branches, residuals and several inputs: against Keras by hand, with masks, and saved."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.config.layers import Concatenate, Dense, Dropout, Embedding, Layer, Parallel, Residual
from rnnkit.config.layers.cells import GRU, LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import INPUT, Batch
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.models.build import build_model
from rnnkit.runtime import keras, tf
from rnnkit.training.objective import Objective
from rnnkit.training.step import EvaluateStep, PredictStep, TrainStep

HEAD = Dense(units=2)
RNG = np.random.default_rng(0)
X = RNG.normal(size=(8, 6, 3)).astype(np.float32)
STATIC = RNG.normal(size=(8, 2)).astype(np.float32)


def ragged(x: np.ndarray) -> np.ndarray:
    """Three of the rows end early."""
    x = x.copy()
    for row, length in ((0, 4), (1, 3), (2, 1)):
        x[row, length:] = PADDING_VALUE
    return x


def test_parallel_and_residual_are_what_their_names_say() -> None:
    stack = [
        Residual(layers=[LSTM(units=3, return_sequences=True)]),
        Parallel(
            layers=[[LSTM(units=2, return_sequences=False)], [GRU(units=4, return_sequences=False)]]
        ),
        HEAD,
    ]
    model = build_model(stack, InputFacts((6, 3)), use_kernels=True)
    added = X + model.get_layer("lstm_1_1")(X)
    joined = [model.get_layer("lstm_2_1_1")(added), model.get_layer("gru_2_2_1")(added)]
    expected = model.get_layer("dense_3")(tf.concat(joined, axis=1))
    np.testing.assert_allclose(model(X), expected, rtol=1e-5)


@pytest.mark.parametrize(
    "stack",
    [
        [
            Residual(layers=[LSTM(units=3, return_sequences=True)]),
            GRU(units=4, return_sequences=False),
            HEAD,
        ],
        [
            Parallel(layers=[[GRU(units=2, return_sequences=True)], [Dense(units=2)]]),
            LSTM(units=3, return_sequences=False),
            HEAD,
        ],
        [Concatenate(input="static"), LSTM(units=3, return_sequences=False), HEAD],
        [
            Concatenate(input="static", layers=[Dense(units=4, activation="tanh")]),
            GRU(units=3, return_sequences=False),
            Concatenate(input="static"),
            HEAD,
        ],
    ],
    ids=["residual", "parallel", "before", "twice"],
)
def test_padding_changes_nothing(stack: list[Layer], tmp_path: Path) -> None:
    """What a row gives does not depend on how far it is padded; nor in the model that is saved."""
    several = any(isinstance(layer, Concatenate) for layer in stack)
    beside = {"static": InputFacts((2,), time="none")} if several else {}
    facts = InputFacts((None, 3), masked=True, beside=beside)
    ours, plain = (build_model(stack, facts, use_kernels=k) for k in (True, False))
    plain.set_weights(ours.get_weights())
    plain.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")

    def outputs(model: keras.Model, x: np.ndarray, rows: slice) -> np.ndarray:
        given = {INPUT: x[rows], "static": STATIC[rows]} if several else x[rows]
        return np.asarray(model(given))

    padded = ragged(X)
    for model in (ours, plain, again):
        np.testing.assert_allclose(
            outputs(model, padded, slice(1, 2)), outputs(model, X[:, :3], slice(1, 2)), rtol=1e-5
        )
    np.testing.assert_allclose(
        outputs(ours, padded, slice(None)), outputs(again, padded, slice(None)), rtol=1e-4
    )


def test_several_inputs_train_alike_in_shards() -> None:
    """A dict of inputs goes through every step, cut into shards or whole."""
    stack = [
        LSTM(units=3, return_sequences=False),
        Concatenate(
            input="words",
            layers=[
                Embedding(input_dim=5, output_dim=2, mask_zero=False),
                GRU(units=2, return_sequences=False),
            ],
        ),
        Dropout(rate=0.0),
        HEAD,
    ]
    facts = InputFacts(
        (6, 3), beside={"words": InputFacts((4,), integer=True, vocabulary=5, time="own")}
    )
    words = RNG.integers(0, 5, (8, 4)).astype(np.int32)
    ones = np.ones(8, np.float32)
    batch = Batch({INPUT: X, "words": words}, np.zeros(8, np.int32), ones, ones)
    objective = Objective(
        lambda y, p: keras.losses.sparse_categorical_crossentropy(y, p, from_logits=True), {}
    )
    losses = []
    for shards in (1, 2):
        keras.utils.set_random_seed(0)
        model = build_model(stack, facts, use_kernels=True)
        step = TrainStep(
            model, keras.optimizers.SGD(0.1), objective, seed=0, shards=shards, jit_compile=False
        )
        first = step(batch, 0).sums["loss"]
        after = EvaluateStep(model, objective, shards=shards, jit_compile=False)(batch).sums["loss"]
        predicted = PredictStep(model, shards=shards, jit_compile=False)(batch.x)
        np.testing.assert_allclose(predicted, model(batch.x), rtol=1e-5)
        losses.append((float(first), float(after)))
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-5)
    assert losses[0][1] < losses[0][0]
