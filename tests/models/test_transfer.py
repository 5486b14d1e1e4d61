"""Which weights of one model another begins with, from what their configs and data say."""

from collections.abc import Sequence

import numpy as np
import pytest

from rnnkit.config.stack import InputFacts
from rnnkit.data.preprocessing import Names, numbered
from rnnkit.models.build import build_model
from rnnkit.models.start import Start
from rnnkit.models.transfer import Model, beginnings
from rnnkit.runtime import keras
from tests.config.small import stack_of, with_layers

OLD, NEW = ("the", "cat", "sat"), ("<unk>", "sat", "a", "the")


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))


def words(tokens: Sequence[str], classes: Sequence[str], *layers: str) -> Model:
    facts = InputFacts((5,), integer=True, vocabulary=len(tokens), outputs=len(classes))
    names = Names({"input": numbered(tokens)}, numbered(classes))
    return Model(stack_of(with_layers(*layers), facts), names)


def built(model: Model) -> keras.Model:
    tokens = model.names.inputs["input"]
    facts = InputFacts((5,), integer=True, vocabulary=len(tokens))
    return build_model(model.stack.layers, facts, use_kernels=False)


def lines(old: Model, new: Model) -> list[str]:
    return [" ".join(line) for line in Start(tuple(beginnings(old, new))).lines]


LAYERS = ("embedding: {output_dim: 2}", "lstm: {units: 3}", "dense")


def test_rows_and_columns_go_by_what_they_stand_for() -> None:
    old, new = words(OLD, ("x", "y", "z"), *LAYERS), words(NEW, ("z", "x"), *LAYERS)
    assert lines(old, new) == [
        "taken embedding_1: 2 of 4 tokens; 2 drawn",
        "taken lstm_2: all of it",
        "taken dense_3: 2 of 2 outputs",
    ]
    source, model = built(old), built(new)
    drawn, given = model.get_weights(), source.get_weights()
    given[-1] = np.arange(3, dtype=np.float32)  # biases, which all begin at 0
    source.set_weights(given)
    Start(tuple(beginnings(old, new))).set_weights(model, source)
    now = model.get_weights()
    np.testing.assert_array_equal(now[0], [drawn[0][0], given[0][2], drawn[0][2], given[0][0]])
    for found, expected in zip(now[1:4], given[1:4], strict=True):
        np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(now[4], given[4][:, [2, 0]])
    np.testing.assert_array_equal(now[5], [2, 0])


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (
            ("embedding: {output_dim: 3}", "gru: {units: 3, name: lstm_2}", "dense"),
            [
                "new embedding_1: output_dim is 2 there, 3 here",
                "new lstm_2: it is a layer lstm there",
                "taken dense_3: 3 of 3 outputs",
            ],
        ),
        (
            ("embedding: {output_dim: 2, name: words}", "lstm: {units: 4}", "dense"),
            [
                "new words: there is no layer of this name",
                "new lstm_2: units is 3 there, 4 here",
                "new dense_3: it reads another number of features there",
            ],
        ),
        (
            ("embedding: {output_dim: 2}", "bidirectional: {layer: {lstm: {units: 3}}}", "dense"),
            [
                "taken embedding_1: 3 of 3 tokens",
                "new bidirectional_2: there is no layer of this name",
                "new dense_3: it reads another number of features there",
            ],
        ),
        (
            ("embedding: {output_dim: 2}", "lstm: {units: 3}", "dense: {use_bias: false}"),
            [
                "taken embedding_1: 3 of 3 tokens",
                "taken lstm_2: all of it",
                "new dense_3: use_bias is True there, False here",
            ],
        ),
    ],
)
def test_what_does_not_fit_is_named(layers: tuple[str, ...], expected: list[str]) -> None:
    classes = ("x", "y", "z")
    assert lines(words(OLD, classes, *LAYERS), words(OLD, classes, *layers)) == expected


def test_the_biases_of_a_gru_have_two_shapes() -> None:
    old, new = (
        words(OLD, ("x", "y"), LAYERS[0], gru, "dense")
        for gru in ("gru: {units: 3}", "gru: {units: 3, reset_after: false}")
    )
    assert lines(old, new)[1] == "new gru_2: reset_after is True there, False here"


@pytest.mark.parametrize(
    ("there", "here", "units", "expected"),
    [
        (("x", "y"), ("y", "x"), 1, "new dense_2: its outputs are others there"),
        (("x", "y"), ("x", "y"), 1, "taken dense_2: all of it"),
        (("x", "y"), ("v", "w"), 2, "new dense_2: it has none of the 2 outputs there"),
        (None, ("x", "y"), 2, "new dense_2: its outputs are others there"),
        (None, None, 2, "taken dense_2: all of it"),
    ],
)
def test_outputs(
    there: Sequence[str] | None, here: Sequence[str] | None, units: int, expected: str
) -> None:
    stack = stack_of(with_layers("lstm: {units: 3}", f"dense: {{units: {units}}}"))
    old, new = (
        Model(stack, Names(outputs=None if names is None else numbered(names)))
        for names in (there, here)
    )
    assert lines(old, new) == ["taken lstm_1: all of it", expected]


def test_ids_without_names_are_the_same_where_they_are_as_many() -> None:
    few, many = (
        Model(
            stack_of(
                with_layers(*LAYERS[:2], "dense: {units: 2}"),
                InputFacts((5,), integer=True, vocabulary=size),
            ),
            Names(),
        )
        for size in (3, 4)
    )
    same = "taken embedding_1: its ids have no names, and are taken to be the same"
    assert lines(few, few)[0] == same
    unknown = "new embedding_1: what its ids stand for is not known on both sides"
    assert lines(few, many)[0] == unknown


def test_each_input_has_its_own_ids() -> None:
    beside = InputFacts((None, 4), integer=True, vocabulary=3, time="nested")
    facts = InputFacts((None,), integer=True, vocabulary=3, outputs=2, beside={"letters": beside})
    layers = (
        "embedding: {output_dim: 2}",
        "concatenate: {input: letters, layers: [embedding: {output_dim: 2}, lstm: {units: 2}]}",
        "lstm: {units: 2}",
        "dense",
    )
    stack = stack_of(with_layers(*layers), facts)
    old = Model(stack, Names({"input": numbered(OLD), "letters": numbered("abc")}))
    new = Model(stack, Names({"input": numbered(OLD), "letters": numbered("bcd")}))
    assert lines(old, new)[:2] == [
        "taken embedding_1: 3 of 3 tokens",
        "taken embedding_2_1: 2 of 3 tokens; 1 drawn",
    ]
    source, model = (build_model(stack.layers, facts, use_kernels=False) for _ in range(2))
    Start(tuple(beginnings(old, new))).set_weights(model, source)
    letters = next(
        [variable.numpy() for variable in (one, other)]
        for one, other in zip(source.weights, model.weights, strict=True)
        if "embedding_2_1" in one.path
    )
    np.testing.assert_array_equal(letters[0][[1, 2]], letters[1][[0, 1]])
