"""The kernels give Keras's outputs and gradients, for every option they claim to know."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.layers.comparison import assert_same_as_keras

CELLS = {
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {"reset_after": True}),
    "gru reset before": ("GRU", {"reset_after": False}),
    "simple_rnn": ("SimpleRNN", {}),
}
ACTIVATIONS = ["relu", "tanh", "sigmoid", "linear", "elu", "hard_sigmoid", "softsign"]
MASKS = {
    "none": None,
    "right padded": [[1, 1, 1, 1], [1, 1, 0, 0], [1, 0, 0, 0]],
    "left padded": [[1, 1, 1, 1], [0, 0, 1, 1], [0, 0, 0, 1]],
    "any": [[0, 1, 0, 1], [1, 0, 0, 1], [0, 0, 0, 0]],
}
SHAPE = (3, 4, 2)  # (B, T, F)


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("cell", CELLS)
def test_masks_states_and_directions(cell: str, mask: str) -> None:
    name, options = CELLS[cell]
    for sequences, backwards, with_states in itertools.product([False, True], repeat=3):
        assert_same_as_keras(
            name,
            SHAPE,
            mask=None if MASKS[mask] is None else np.array(MASKS[mask], bool),
            with_states=with_states,
            units=3,
            return_sequences=sequences,
            return_state=True,
            go_backwards=backwards,
            **options,
        )


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cell", CELLS)
def test_activations(cell: str, activation: str) -> None:
    name, options = CELLS[cell]
    assert_same_as_keras(name, SHAPE, units=3, activation=activation, **options)
    if name != "SimpleRNN":
        assert_same_as_keras(name, SHAPE, units=3, recurrent_activation=activation, **options)


@pytest.mark.parametrize("cell", CELLS)
def test_without_bias(cell: str) -> None:
    name, options = CELLS[cell]
    assert_same_as_keras(name, SHAPE, units=3, use_bias=False, return_sequences=True, **options)


@pytest.mark.parametrize("time", [1, 4])
@pytest.mark.parametrize("cell", CELLS)
def test_one_row(cell: str, time: int) -> None:
    name, options = CELLS[cell]
    options = {**options, "units": 3, "return_state": True}
    assert_same_as_keras(name, (1, time, 2), with_states=True, **options)
    assert_same_as_keras(name, (1, time, 2), use_bias=False, **options)


@pytest.mark.parametrize("compile", ["graph", "xla"])
@pytest.mark.parametrize("cell", CELLS)
def test_compiled(cell: str, compile: str) -> None:
    name, options = CELLS[cell]
    assert_same_as_keras(
        name,
        SHAPE,
        mask=np.array(MASKS["any"], bool),
        with_states=True,
        compile=compile,
        units=3,
        return_sequences=True,
        return_state=True,
        **options,
    )


@pytest.mark.parametrize("zero_output_for_mask", [False, True])
def test_outputs_at_masked_steps(zero_output_for_mask: bool) -> None:
    assert_same_as_keras(
        "LSTM",
        SHAPE,
        mask=np.array(MASKS["any"], bool),
        with_states=True,
        units=3,
        return_sequences=True,
        zero_output_for_mask=zero_output_for_mask,
    )


@settings(max_examples=40)
@given(data=st.data())
def test_drawn_shapes_and_options(data: st.DataObject) -> None:
    sizes = st.integers(1, 6)
    batch, time, features, units = (data.draw(sizes, label=label) for label in "BTFH")
    name, options = CELLS[data.draw(st.sampled_from(sorted(CELLS)))]
    flags = {
        flag: data.draw(st.booleans(), label=flag)
        for flag in ("return_sequences", "return_state", "go_backwards", "use_bias")
    }
    if name != "SimpleRNN":
        options = {**options, "recurrent_activation": data.draw(st.sampled_from(ACTIVATIONS))}
    rows = st.lists(st.booleans(), min_size=time, max_size=time)
    masks = st.none() | st.lists(rows, min_size=batch, max_size=batch).map(np.array)
    assert_same_as_keras(
        name,
        (batch, time, features),
        mask=data.draw(masks, label="mask"),
        with_states=data.draw(st.booleans(), label="initial state"),
        units=units,
        activation=data.draw(st.sampled_from(ACTIVATIONS)),
        **flags,
        **options,
    )
