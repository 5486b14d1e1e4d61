"""Layers made of layers: how they are written, what they give, and what cannot be joined."""

import dataclasses

import pytest

from rnnkit.config.layers import Concatenate, Parallel, Residual
from rnnkit.config.layers.container import in_words
from rnnkit.config.stack import InputFacts
from rnnkit.tasks import load_config
from tests.config.small import ROWS, block, load, misfits, refusal, stack_of, with_layers

END = "dense: {units: 10}"
BESIDE = {
    "static": InputFacts((5,), time="none"),
    "words": InputFacts((9,), integer=True, vocabulary=30, time="own"),
    "weather": InputFacts((28, 2)),
    "places": InputFacts((2,), integer=True, vocabulary=7, time="none"),
}
SEVERAL = dataclasses.replace(ROWS, beside=BESIDE)


def facts_beside(*names: str) -> InputFacts:
    return dataclasses.replace(ROWS, beside={name: BESIDE[name] for name in names})


def test_written_alone_or_spelt_out() -> None:
    text = with_layers(
        "parallel: [[lstm: {units: 3}], [gru: {units: 4}, dense: {units: 2}]]",
        "residual: {name: around, layers: [dense: {units: 5}]}",
        END,
    )
    parallel, residual, _ = load(text).config.model.layers
    assert isinstance(parallel, Parallel)
    assert isinstance(residual, Residual)
    assert residual.name == "around"
    stack = stack_of(text)
    assert [(row.number, row.output_shape) for row in stack.summaries] == [
        ("1.1.1", (3,)),
        ("1.2.1", (4,)),
        ("1.2.2", (2,)),
        ("1", (5,)),
        ("2.1", (5,)),
        ("2", (5,)),
        ("3", (10,)),
    ]
    assert in_words(stack.layers) == (
        "parallel (lstm 3 tanh | gru 4 tanh, dense 2), residual (dense 5), dense 10"
    )


def test_written_and_read_again() -> None:
    config = load(
        with_layers(
            "parallel: [[lstm: {units: 3}], [residual: [dropout: {rate: 0.1}], gru: {units: 2}]]",
            END,
        )
    ).config
    assert load_config(config.model_dump(mode="json")).config == config


def test_sequences_where_what_follows_needs_them() -> None:
    text = with_layers("parallel: [[lstm: {units: 3}], [gru: {units: 4}]]", "lstm: {units: 2}", END)
    assert [row.output_shape for row in stack_of(text).summaries][:4] == [
        (28, 3),
        (28, 4),
        (28, 7),
        (2,),
    ]
    text = with_layers("residual: [lstm: {units: 28}]", "lstm: {units: 2}", END)
    assert stack_of(text).summaries[0].output_shape == (28, 28)


def test_other_inputs() -> None:
    stack = stack_of(
        with_layers(
            "concatenate: {input: static}",
            "lstm: {units: 3}",
            "concatenate: {input: weather, layers: [lstm: {units: 4}]}",
            "gru: {units: 6}",
            "concatenate: {input: words, layers: [embedding: {output_dim: 8}, lstm: {units: 7}]}",
            "concatenate: {input: places, layers: [embedding: {output_dim: 3}]}",
            END,
        ),
        SEVERAL,
    )
    assert stack.problems == ()
    shapes = {row.number: row.output_shape for row in stack.summaries}
    assert shapes["1"] == (28, 33)
    assert shapes["2"] == (28, 3)
    assert shapes["3"] == (28, 7)
    assert shapes["5"] == (13,)
    assert shapes["6"] == (19,)
    embeddings = [row.layer for row in stack.summaries if row.kind == "embedding"]
    assert [layer.input_dim for layer in embeddings] == [30, 7]  # type: ignore[attr-defined]


def test_ids_are_no_numbers() -> None:
    text = with_layers("lstm: {units: 4}", "concatenate: {input: places}", END)
    [line, *_] = misfits(text, facts_beside("places")).splitlines()
    assert line == (
        "c.yaml:9:28: concatenate: the input 'places' is integer ids, which cannot be joined as "
        "numbers: give it `layers: [{embedding: {output_dim: 4}}]`"
    )
    unread = misfits(with_layers("lstm: {units: 4}", END), facts_beside("places"))
    layers = "layers: [{embedding: {output_dim: 4}}]"
    assert f"add `concatenate: {{input: places, {layers}}}` where" in unread


def test_an_input_that_nobody_reads() -> None:
    assert misfits(with_layers("lstm: {units: 4}", END), facts_beside("static")) == block(
        """
        c.yaml:7:3: model: no layer reads the input 'static' that the data give: add `concatenate: {input: static}` where it is to be joined
          7 |   layers:
            |   ^^^^^^
        """  # noqa: E501
    )


def test_an_input_that_is_not_there() -> None:
    text = with_layers("lstm: {units: 4}", "concatenate: {input: statik}", END)
    assert misfits(text).startswith(
        "c.yaml:9:28: concatenate: there is no other input 'statik'. The data give none\n"
    )


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (
            ["residual: [lstm: {units: 4}]", "lstm: {units: 4}"],
            "layer 1, residual: its layers must give what they read, (B, 28, 28); here they give "
            "(B, 28, 4)",
        ),
        (
            ["parallel: [[lstm: {units: 4}], [dense: {units: 4}]]"],
            "layer 1, parallel: its branches must end alike: each with a sequence of the same "
            "length, or each with one vector; here they give (B, 4) and (B, 28, 4)",
        ),
        (
            ["residual: [lstm: {units: 28, go_backwards: true}]", "gru: {units: 2}"],
            "lstm: go_backwards gives its sequence from the last step to the first, which cannot "
            "be joined to the others: use bidirectional",
        ),
        (
            ["parallel: [[embedding: {output_dim: 2}], [lstm: {units: 4}]]", "lstm: {units: 2}"],
            "layer 1.1.1, embedding, needs integer ids, but the data are not",
        ),
        (["parallel: [[lstm: {units: 3}], [gru: {}]]"], "gru: missing key 'units'"),
        (["parallel: [[lstm: {units: 3}]]"], "must have at least 2 items"),
        (["parallel: [[lstm: {units: 3}], [gru: {unit: 3}]]"], "gru: unknown key 'unit'. Did you"),
    ],
)
def test_what_does_not_fit(layers: list[str], message: str) -> None:
    text = with_layers(*layers, END)
    try:
        found = misfits(text)
    except Exception:
        found = refusal(text)
    assert message in found
    assert found.startswith("c.yaml:8:")


def test_a_sequence_beside_one_vector() -> None:
    text = with_layers(
        "lstm: {units: 4, return_sequences: false}", "concatenate: {input: weather}", END
    )
    assert "give a sequence, but one vector passes here" in misfits(text, facts_beside("weather"))


def test_ids_are_read_by_branches() -> None:
    text = with_layers(
        "parallel: [[embedding: {output_dim: 2}], [embedding: {output_dim: 3}]]",
        "lstm: {units: 2}",
        END,
    )
    assert load(text).config.model.reads_ids
    ids = InputFacts(shape=(7,), integer=True, vocabulary=20, outputs=10)
    assert stack_of(text, ids).summaries[2].output_shape == (7, 5)


def test_a_name_twice_at_any_depth() -> None:
    text = with_layers("parallel: [[lstm: {units: 3, name: a}], [gru: {units: 2, name: a}]]", END)
    assert "layer 1.2.1, gru, has the name 'a' of layer 1.1.1: choose another" in misfits(text)


def test_concatenate_is_spelt_out() -> None:
    text = with_layers(
        "lstm: {units: 4}", "concatenate: {input: static, layers: [dense: {units: 3}]}", END
    )
    [concatenate] = [
        layer for layer in load(text).config.model.layers if isinstance(layer, Concatenate)
    ]
    assert concatenate.input == "static"


def test_an_input_whose_steps_are_sequences() -> None:
    letters = InputFacts((28, 12), integer=True, vocabulary=30, masked=True, time="nested")
    facts = dataclasses.replace(ROWS, beside={"letters": letters})
    inner = "layers: [embedding: {output_dim: 5}, bidirectional: {layer: {gru: {units: 3}}}]"
    text = with_layers(f"concatenate: {{input: letters, {inner}}}", "lstm: {units: 4}", END)
    stack = stack_of(text, facts)
    assert [(row.number, row.output_shape) for row in stack.summaries[:3]] == [
        ("1.1", (28, 12, 5)),
        ("1.2", (28, 6)),
        ("1", (28, 34)),
    ]
    embedding, _ = stack.layers[0].branches[0]  # type: ignore[attr-defined]
    assert embedding.mask_zero
    assert not stack.problems
    kept = inner.replace("gru: {units: 3}", "gru: {units: 3, return_sequences: true}")
    text = with_layers(f"concatenate: {{input: letters, {kept}}}", "lstm: {units: 4}", END)
    assert misfits(text, facts)


@pytest.mark.parametrize("name", ["masking_static", "concatenate_2_flat", "static"])
def test_names_that_the_model_takes_itself(name: str) -> None:
    text = with_layers(f"lstm: {{units: 4, name: {name}}}", "concatenate: {input: static}", END)
    assert f"has the name '{name}' of " in misfits(text, facts_beside("static"))
