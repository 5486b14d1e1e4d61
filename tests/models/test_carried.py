"""A causal convolution goes on from batch to batch, and from token to token."""

import numpy as np

from rnnkit.config.layers import (
    BatchNormalization,
    Conv1D,
    Dense,
    Embedding,
    Layer,
    TimeDistributed,
)
from rnnkit.config.layers.cells import LSTM
from rnnkit.config.stack import InputFacts
from rnnkit.models.build import build_model, initial_state
from rnnkit.runtime import tf
from rnnkit.tasks.next_token.sampling import Past, Sampler

FACTS = InputFacts((None,), integer=True, vocabulary=7, outputs=7)
STACK: list[Layer] = [
    Embedding(input_dim=7, output_dim=3, mask_zero=False),
    Conv1D(filters=4, kernel_size=3, padding="causal", dilation_rate=2, activation="relu"),
    LSTM(units=3, return_sequences=True),
    Conv1D(filters=4, kernel_size=2, padding="causal"),
    Conv1D(filters=4, kernel_size=1),
    BatchNormalization(),
    TimeDistributed(layer=Dense(units=7)),
]
IDS = np.random.default_rng(0).integers(0, 7, (2, 12)).astype(np.int32)


def test_windows_are_one_sequence() -> None:
    whole = build_model(STACK, FACTS, use_kernels=True)
    carrying = build_model(STACK, FACTS, use_kernels=True, carry_state=True)
    carrying.set_weights(whole.get_weights())
    state = [tf.constant(part) for part in initial_state(carrying, 2)]
    assert [part.shape[1] for part in state] == [12, 3, 3, 3]
    found = []
    for begin in (0, 3, 5):
        end = {0: 3, 3: 5, 5: 12}[begin]
        y, *state = carrying([tf.constant(IDS[:, begin:end]), *state])
        found.append(y)
    np.testing.assert_allclose(tf.concat(found, axis=1), whole(IDS), atol=1e-6)


def test_token_by_token() -> None:
    whole = build_model(STACK, FACTS, use_kernels=True)
    sampler = Sampler(STACK, FACTS, jit_compile=False)
    sampler.set_weights(whole.get_weights())
    past: Past | None = None
    for step, expected in enumerate(whole(IDS[:1])[0]):
        past = sampler.read([int(IDS[0, step])], past)
        np.testing.assert_allclose(past.logits, expected, atol=1e-6)
