"""Shapes and parameter counts without TensorFlow: the same as Keras's; and stacks that misfit."""

import dataclasses
import math
from pathlib import Path
from typing import Any

import pytest

from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts, Stack, shown
from rnnkit.workflows.check import check
from tests.config.small import ROWS, block, load, misfits, stack_of, with_layers

CONFIGS = sorted((Path(__file__).parents[2] / "configs").glob("*.yaml"))
END = "dense: {units: 10}"
UNEQUAL = dataclasses.replace(ROWS, shape=(None, 3), masked=True)
IDS = InputFacts(shape=(7,), integer=True, vocabulary=20, outputs=10)
UNEQUAL_IDS = dataclasses.replace(IDS, shape=(None,), masked=True)
RECURRENT = [
    "lstm: {units: 4}",
    "lstm: {units: 4, use_bias: false, unit_forget_bias: false}",
    "gru: {units: 4}",
    "gru: {units: 4, reset_after: false}",
    "gru: {units: 4, use_bias: false}",
    "gru: {units: 4, use_bias: false, reset_after: false}",
    "simple_rnn: {units: 4}",
    "simple_rnn: {units: 4, use_bias: false}",
]
MERGED = [
    f"bidirectional: {{layer: {{{layer}}}, merge_mode: {mode}}}"
    for layer in RECURRENT[:7:2]
    for mode in ("concat", "sum", "mul", "ave")
]


def assert_same_as_keras(stack: Stack, facts: InputFacts) -> None:
    from rnnkit.models.build import build_model

    assert stack.problems == ()
    model = build_model(stack.layers, facts, use_kernels=False)
    added = {"input", "masking", "cropping", "answers", *facts.beside}
    built = [layer for layer in model.layers if layer.name not in added]
    expected: list[Any] = [(x.name, x.output.shape[1:], x.count_params()) for x in built]
    found = [(row.name, row.output_shape, row.parameters) for row in stack.summaries]
    assert sorted(found, key=str) == sorted(
        expected, key=str
    )  # Keras goes branch by branch in turn
    each_step = facts.answered and len(stack.output_shape) == 2
    given = (math.prod(stack.output_shape),) if each_step else stack.output_shape
    assert given == model.output_shape[1:]
    assert stack.parameters == model.count_params()


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_shipped_configs(path: Path) -> None:
    checked = check(path)
    assert_same_as_keras(checked.stack, checked.facts)


@pytest.mark.parametrize("layer", RECURRENT + MERGED)
@pytest.mark.parametrize("facts", [ROWS, UNEQUAL], ids=["rows", "unequal"])
def test_recurrent_layers(layer: str, facts: InputFacts) -> None:
    """Each gives sequences, to the next one of its kind, which gives one vector."""
    stack = stack_of(with_layers(layer, layer, END), facts)
    assert [len(row.output_shape) for row in stack.summaries] == [2, 1, 1]
    assert_same_as_keras(stack, facts)


def test_what_reads_backwards_gives_no_sequence_where_lengths_differ() -> None:
    """The mask would lie at the wrong end, and padding count as real."""
    backwards = "simple_rnn: {units: 4, go_backwards: true}"
    assert_same_as_keras(stack_of(with_layers(backwards, "gru: {units: 4}", END), ROWS), ROWS)
    assert_same_as_keras(stack_of(with_layers(backwards, END), UNEQUAL), UNEQUAL)
    said = misfits(with_layers(backwards, "gru: {units: 4}", END), UNEQUAL)
    assert "simple_rnn: go_backwards would give padded steps where real ones" in said


@pytest.mark.parametrize("facts", [IDS, UNEQUAL_IDS], ids=["ids", "unequal_ids"])
@pytest.mark.parametrize(
    "arguments", ["output_dim: 5", "output_dim: 5, input_dim: 30", "output_dim: 5, mask_zero: true"]
)
def test_embeddings(arguments: str, facts: InputFacts) -> None:
    stack = stack_of(with_layers(f"embedding: {{{arguments}}}", "gru: {units: 4}", END), facts)
    assert_same_as_keras(stack, facts)


@pytest.mark.parametrize("facts", [ROWS, UNEQUAL], ids=["rows", "unequal"])
@pytest.mark.parametrize(
    "layer",
    [
        "dense: {units: 6}",
        "dense: {units: 6, use_bias: false}",
        "dropout: {rate: 0.5}",
        "gaussian_noise: {stddev: 0.5}",
        "layer_normalization",
        "layer_normalization: {center: false}",
        "layer_normalization: {center: false, scale: false}",
        "time_distributed: {layer: {dense: {units: 6}}}",
        "time_distributed: {layer: layer_normalization}",
    ],
)
def test_layers_before_and_after_a_recurrent_one(layer: str, facts: InputFacts) -> None:
    after = "lstm: {units: 4}" if "time_distributed" in layer else layer
    stack = stack_of(with_layers(layer, "lstm: {units: 4}", after, END), facts)
    assert_same_as_keras(stack, facts)


def test_padding_that_would_be_read_is_refused() -> None:
    """Rows of like length share a batch: how much padding one has follows from the others."""
    text = with_layers("embedding: {output_dim: 5, mask_zero: false}", "gru: {units: 4}", END)
    assert "mask_zero: false would read padding as tokens" in misfits(text, UNEQUAL_IDS)
    assert misfits(text, IDS) == ""


def test_what_is_derived() -> None:
    text = with_layers("embedding: {output_dim: 5}", "lstm: {units: 4}", "lstm: {units: 4}", END)
    embedding, first, last, _ = stack_of(text, UNEQUAL_IDS).layers
    given = [layer.keras_arguments(()) for layer in (embedding, first, last)]
    assert (given[0]["input_dim"], given[0]["mask_zero"]) == (20, True)
    assert [arguments["return_sequences"] for arguments in given[1:]] == [True, False]


def test_notes_name_what_is_worth_seeing() -> None:
    layers = ("bidirectional: {layer: {lstm: {units: 4}}}", "dropout: {rate: 0.5}")
    text = with_layers("gaussian_noise: {stddev: 0.1}", *layers, END)
    notes = [row.note for row in stack_of(text).summaries]
    assert notes == ["0.1", "lstm 4 tanh", "0.5", "10"]


def test_shapes_are_shown_with_the_batch() -> None:
    assert [shown(shape) for shape in ((28, 4), (None, 4), (4,))] == [
        "(B, 28, 4)", "(B, T, 4)", "(B, 4)",
    ]  # fmt: skip


def test_a_layer_that_gets_no_sequence() -> None:
    text = with_layers(
        "lstm: {units: 256, return_sequences: false}",
        "dropout: {rate: 0.2}",
        "lstm: {units: 4}",
        END,
    )
    assert misfits(text) == block(
        """
        c.yaml:10:7: layer 3, lstm, needs (B, T, F) but layer 2 gives (B, 256): set return_sequences: true at line 8
          10 |     - lstm: {units: 4}
             |       ^^^^
        """  # noqa: E501
    )


def test_several_misfits_at_once() -> None:
    flat = "units: 4, return_sequences: false"
    text = with_layers(
        f"gru: {{{flat}}}",
        f"bidirectional: {{layer: {{lstm: {{{flat}}}}}}}",
        "embedding: {output_dim: 5}",
        "lstm:\n        units: 4\n        return_sequences: true",
        END,
    )
    assert misfits(text) == block(
        """
        c.yaml:9:7: layer 2, bidirectional, needs (B, T, F) but layer 1 gives (B, 4): set return_sequences: true at line 8
          9 |     - bidirectional: {layer: {lstm: {units: 4, return_sequences: false}}}
            |       ^^^^^^^^^^^^^
        c.yaml:10:7: layer 3, embedding, needs integer ids, but it is not the first layer
          10 |     - embedding: {output_dim: 5}
             |       ^^^^^^^^^
        c.yaml:11:7: the last layer, dense, gives (B, 28, 10) but classification needs one output an example, (B, classes): set return_sequences: false at line 13
          11 |     - lstm:
             |       ^^^^
        """  # noqa: E501
    )


def test_a_misfit_behind_a_bidirectional_layer() -> None:
    layer = "bidirectional:\n        layer:\n          lstm: {units: 4, return_sequences: false}"
    assert misfits(with_layers(layer, "gru: {units: 4}", END)).splitlines()[0] == (
        "c.yaml:11:7: layer 2, gru, needs (B, T, F) but layer 1 gives (B, 8): "
        "set return_sequences: true at line 10"
    )


def test_a_misfit_that_a_base_or_an_override_made() -> None:
    text = with_layers("lstm: {units: 4}", "lstm: {units: 4}", END)
    Path("b.yaml").write_text(text.replace("units: 4", "units: 4, return_sequences: false", 1))
    stack = infer_stack(
        load("base: b.yaml\nmodel: {layers: {1: {lstm: {units: 5}}}}"), ROWS, sequence_output=False
    )
    assert str(stack.problems[0].location) == "b.yaml:9:7"
    assert stack.problems[0].message.endswith("set return_sequences: true at line 8")
    loaded = load(text, "model.layers.0.lstm.return_sequences=false")
    [problem] = infer_stack(loaded, ROWS, sequence_output=False).problems
    assert problem.message.endswith("gives (B, 4): set return_sequences: true in layer 1")


@pytest.mark.parametrize(
    ("layers", "facts", "message"),
    [
        ([END], ROWS, "8:7: the last layer, dense, gives (B, 28, 10) but classification needs one "
         "output an example, (B, classes): add a recurrent layer, or global_average_pooling_1d"),
        (["lstm: {units: 4}", END], IDS,
         "8:7: layer 1, lstm, cannot read integer ids: start with an embedding"),
        (["embedding: {output_dim: 4}", "lstm: {units: 4}", END], ROWS,
         "8:7: layer 1, embedding, needs integer ids, but the data are not"),
        (["embedding: {output_dim: 4, input_dim: 19}", "lstm: {units: 4}", END], IDS,
         "8:45: embedding: input_dim (=19) must exceed the largest id in the data, 19"),
    ],
)  # fmt: skip
def test_other_misfits(layers: list[str], facts: InputFacts, message: str) -> None:
    assert misfits(with_layers(*layers), facts).splitlines()[0] == f"c.yaml:{message}"


def test_an_output_a_time_step() -> None:
    text = with_layers("lstm: {units: 4}", "lstm: {units: 4}", END)
    assert infer_stack(load(text), ROWS, sequence_output=True).output_shape == (28, 10)
    flat = text.replace("units: 4}\n    - dense", "units: 4, return_sequences: false}\n    - dense")
    [problem] = infer_stack(load(flat), ROWS, sequence_output=True).problems
    assert problem.message == (
        "the last layer, dense, gives (B, 10) but classification needs one output a time step, "
        "(B, T, ...): set return_sequences: true at line 9"
    )


def test_time_distributed_ends_a_model_of_sequences() -> None:
    """Its dense layer is checked, and its width derived, as one without it is."""
    text = with_layers("lstm: {units: 4}", "time_distributed: {layer: dense}")
    text = text.replace("classification", "memory").replace("mnist", "copy\n  length: 5")
    facts = InputFacts((25, 10), outputs=10)
    stack = stack_of(text, facts)
    assert stack.output_shape == (25, 10)
    assert stack.summaries[-1].note == "dense 10"
    assert_same_as_keras(stack, facts)
    narrow = text.replace("layer: dense", "layer: {dense: {units: 3}}")
    assert misfits(narrow, facts).startswith("c.yaml:10:49: dense: units (=3) must be 10: copy")
