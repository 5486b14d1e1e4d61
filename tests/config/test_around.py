"""The layers around an LSTM: what does not fit is said with its line, without TensorFlow."""

import dataclasses

import pytest

from rnnkit.config.stack import InputFacts
from tests.config.small import ROWS, misfits, refusal, stack_of, with_layers

END = "dense: {units: 10}"
LSTM = "lstm: {units: 4}"
UNEQUAL = dataclasses.replace(ROWS, shape=(None, 3), masked=True, shortest=5)
WIDE = "kernel_size (={}) makes it read {} steps at once, but only {} can reach it"


@pytest.mark.parametrize(
    ("layers", "facts", "place", "message"),
    [
        (["conv_1d: {filters: 2, kernel_size: 29}", LSTM], ROWS, "8:42",
         "conv_1d: " + WIDE.format(29, 29, "28 steps")),
        (["conv_1d: {filters: 2, kernel_size: 3, dilation_rate: 2}", "max_pooling_1d: "
          "{pool_size: 2}", LSTM], UNEQUAL, "9:35", "max_pooling_1d: pool_size (=2) makes it read "
         "2 steps at once, but only 1 step can reach it"),
        (["conv_1d: {filters: 4, kernel_size: 2, groups: 4}", LSTM],
         UNEQUAL, "8:53", "conv_1d: groups (=4) must divide the 3 features that reach it"),
        (["conv_1d: {filters: 4, kernel_size: 2, strides: 2, padding: same}", LSTM],
         UNEQUAL, "8:66", "conv_1d: padding (='same') puts the windows elsewhere for each length, "
         "but here lengths differ: set padding: valid"),
        (["average_pooling_1d: {padding: same}", LSTM], UNEQUAL, "8:37", "average_pooling_1d: "
         "padding (='same') would pool padded steps, but here lengths differ: set padding: valid"),
        (["group_normalization: {groups: 3}", LSTM], UNEQUAL, "8:7", "group_normalization: its "
         "mean over all steps would count padded ones, and here lengths differ: use "
         "layer_normalization"),
        (["group_normalization", LSTM], ROWS, "8:7", "group_normalization: groups (=32) must "
         "divide the 28 features that reach it"),
        (["repeat_vector: {n: 3}", LSTM], ROWS, "8:7", "layer 1, repeat_vector, needs (B, F) but "
         "the data are (B, 28, 28): put a recurrent layer or global_average_pooling_1d before it"),
        (["global_max_pooling_1d", LSTM], ROWS, "9:7", "layer 2, lstm, needs (B, T, F) but layer 1 "
         "gives (B, 28): remove layer 1, global_max_pooling_1d"),
        (["conv_1d: {filters: 2, kernel_size: 2}"], ROWS, "9:7", "the last layer, dense, gives "
         "(B, 27, 10) but classification needs one output an example, (B, classes): add a "
         "recurrent layer, or global_average_pooling_1d"),
        (["parallel: [[conv_1d: {filters: 2, kernel_size: 2}], [dense: {units: 2}]]", LSTM],
         UNEQUAL, "8:7", "layer 1, parallel: its branches must keep the number of steps where "
         "lengths differ; here they give (B, T, 2) and (B, T, 2)"),
    ],
)  # fmt: skip
def test_misfits(layers: list[str], facts: InputFacts, place: str, message: str) -> None:
    assert misfits(with_layers(*layers, END), facts).splitlines()[0] == f"c.yaml:{place}: {message}"


def test_padding_in_front_moves_windows() -> None:
    text = with_layers("max_pooling_1d", LSTM, END).replace(
        "source: mnist", "source: mnist\n  padding: pre"
    )
    assert misfits(text, UNEQUAL).splitlines()[0] == (
        "c.yaml:9:7: max_pooling_1d: strides (=2) would cut windows that depend on the padding in "
        "front of a sequence: set data: {padding: post}"
    )
    assert misfits(text, ROWS) == ""


@pytest.mark.parametrize(
    ("layer", "column", "message"),
    [
        ("conv_1d: {filters: 2, kernel_size: 2, strides: 2, dilation_rate: 2}", 57,
         "conv_1d: strides (=2) and dilation_rate (=2) cannot both be above 1"),
        ("conv_1d: {filters: 3, kernel_size: 2, groups: 2}", 17, "conv_1d: filters (=3) must be a "
         "multiple of groups (=2)"),
        ("leaky_relu: {negative_slope: -1}", 36, "leaky_relu: negative_slope (=-1) must be greater "
         "than or equal to 0"),
    ],
)  # fmt: skip
def test_layers_that_are_refused(layer: str, column: int, message: str) -> None:
    assert refusal(with_layers(layer, END)).splitlines()[0] == f"c.yaml:8:{column}: {message}"


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        ("conv_1d: {filters: 2, kernel_size: 2, padding: same}", "padding (='same') would read the "
         "symbols that it has to predict: set padding: causal"),
        ("multi_head_attention: {num_heads: 1, key_dim: 2}", "it would read the symbols that it "
         "has to predict: set use_causal_mask: true"),
        ("multi_head_attention: {num_heads: 1, key_dim: 2, use_causal_mask: true}", "symbols are "
         "made one after the other, and it would have to read all of them again for each: use a "
         "recurrent layer, or a causal conv_1d"),
        ("group_normalization: {groups: 1}", "its mean over all steps would read the symbols that "
         "it has to predict: use layer_normalization"),
        ("max_pooling_1d: {pool_size: 1}", ""),
        ("conv_1d: {filters: 2, kernel_size: 2, padding: causal}", ""),
        ("batch_normalization", ""),
    ],
)  # fmt: skip
def test_what_may_not_look_ahead(layer: str, message: str) -> None:
    from rnnkit.config.causal import causal_problems

    stack = stack_of(with_layers(layer, "lstm: {units: 4}", END))
    found = [misfit.message for misfit in causal_problems(stack, "symbols", unequal=False)]
    assert found == ([f"{stack.layers[0].kind}: {message}"] if message else [])


def test_a_step_each_where_the_task_wants_one() -> None:
    text = with_layers("conv_1d: {filters: 2, kernel_size: 2}", "lstm: {units: 4}", END)
    text = text.replace("classification", "memory").replace("mnist", "copy\n  length: 5")
    facts = InputFacts((25, 10), outputs=10)
    wanted = "conv_1d: it changes the number of time steps, but memory needs one output a time step"
    assert misfits(text, facts).splitlines()[0] == f"c.yaml:9:7: {wanted}"
    text = text.replace("conv_1d: {filters: 2, kernel_size: 2}", "lstm: {units: 3}")
    text = text.replace(
        "    - lstm: {units: 4}", "    - repeat_vector: {n: 25}\n    - gru: {units: 4}"
    )
    assert misfits(text, facts) == ""
    assert [row.output_shape for row in stack_of(text, facts).summaries] == [
        (3,), (25, 3), (25, 4), (25, 10),
    ]  # fmt: skip
