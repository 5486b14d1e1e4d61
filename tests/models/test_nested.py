"""An input whose steps are sequences: its layers run at every step, and the model is saved."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.config.layers import Bidirectional, Concatenate, Dense, Embedding
from rnnkit.config.layers.cells import GRU, LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.models.build import build_model
from rnnkit.runtime import keras

WORDS = np.array([[2, 3, 0], [4, 2, 3]])
LETTERS = np.array([[[2, 3, 0, 0], [3, 2, 4, 0], [0] * 4], [[4] * 4, [2, 3, 0, 0], [3, 2, 4, 0]]])
X = {"input": WORDS, "letters": LETTERS}
FACTS = InputFacts(
    (None,),
    integer=True,
    vocabulary=5,
    masked=True,
    beside={
        "letters": InputFacts((None, 4), integer=True, vocabulary=5, masked=True, time="nested")
    },
)
OF_LETTERS = [
    Embedding(input_dim=5, output_dim=2, mask_zero=True),
    Bidirectional(layer=GRU(units=3, return_sequences=False)),
]
STACK = [
    Embedding(input_dim=5, output_dim=2, mask_zero=True),
    Concatenate(input="letters", layers=OF_LETTERS),
    Bidirectional(layer=LSTM(units=2, return_sequences=True)),
    Dense(units=3),
]


@pytest.fixture(scope="module")
def models():
    keras.utils.set_random_seed(1)
    own, plain = (build_model(STACK, FACTS, use_kernels=kernels) for kernels in (True, False))
    plain.set_weights(own.get_weights())
    return own, plain


def test_as_keras_step_by_step(models):
    own, plain = models
    np.testing.assert_allclose(own(X), plain(X), rtol=1e-5, atol=1e-6)


def test_every_word_is_read_by_itself_and_alike(models):
    own, _ = models
    words = own.get_layer("concatenate_2_every_step")(LETTERS)
    assert words.shape == (2, 3, 6)
    np.testing.assert_allclose(words[0, :2], words[1, 1:], rtol=1e-6)  # the same letters
    alone = own.get_layer("concatenate_2_every_step").layer(LETTERS[1, :1])
    np.testing.assert_allclose(words[1, :1], alone, rtol=1e-6)


def test_padding_says_nothing(models):
    own, _ = models
    longer = {
        "input": np.pad(WORDS, ((0, 0), (0, 2))),
        "letters": np.pad(LETTERS, ((0, 0), (0, 2), (0, 0))),
    }
    np.testing.assert_allclose(own(longer)[1, :3], own(X)[1], rtol=1e-5)
    np.testing.assert_allclose(own(longer)[0, :2], own(X)[0, :2], rtol=1e-5)


def test_the_saved_model_needs_no_rnnkit(models, tmp_path: Path):
    _, plain = models
    plain.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(X), plain(X))


def test_inputs_can_be_joined_twice():
    numbers = InputFacts((None, 2), masked=True)
    facts = InputFacts((None, 3), masked=True, beside={**FACTS.beside, "numbers": numbers})
    letters, more = Concatenate(input="letters", layers=OF_LETTERS), Concatenate(input="numbers")
    stack = [letters, more, LSTM(units=2, return_sequences=True), letters, more, Dense(units=2)]
    model = build_model(stack, facts, use_kernels=True)
    x = {"input": np.ones((2, 3, 3)), "letters": LETTERS, "numbers": np.ones((2, 3, 2))}
    assert model(x).shape == (2, 3, 2)
