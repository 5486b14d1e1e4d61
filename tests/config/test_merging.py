"""One document over another, and single assignments: what wins, and whose place it keeps."""

from typing import Any

import pytest

from rnnkit.config.document import parse_document
from rnnkit.config.merging import assign, merge
from rnnkit.errors import ConfigError

BELOW = """\
training:
  epochs: 4
  optimizer: {name: sgd, momentum: 0.9}
  metrics: [accuracy, top_3_accuracy]
model:
  layers:
    - lstm: {units: 4, name: first}
    - dropout
"""


def merged(above: str, below: str = BELOW) -> Any:
    return merge(parse_document(below, "below"), parse_document(above, "above")).values


def assigned(key: str, value: str) -> Any:
    return assign(parse_document(BELOW, "c.yaml"), key.split("."), value, "--set").values


def refusal(key: str, value: str = "1") -> str:
    with pytest.raises(ConfigError) as caught:
        assigned(key, value)
    return str(caught.value)


def test_mappings_merge_and_lists_are_replaced() -> None:
    training = merged("training: {epochs: 1, metrics: [accuracy]}")["training"]
    assert training == {
        "epochs": 1, "optimizer": {"name": "sgd", "momentum": 0.9}, "metrics": ["accuracy"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("above", "optimizer"),
    [
        ("{momentum: 0.5}", {"name": "sgd", "momentum": 0.5}),
        ("{name: sgd, decay: 1}", {"name": "sgd", "momentum": 0.9, "decay": 1}),
        ("sgd", {"name": "sgd", "momentum": 0.9}),
        ("{name: adam, beta_1: 0.5}", {"name": "adam", "beta_1": 0.5}),
        ("adam", {"name": "adam"}),
    ],
)
def test_another_optimizer_is_replaced_whole(above: str, optimizer: dict[str, Any]) -> None:
    assert merged(f"training: {{optimizer: {above}}}")["training"]["optimizer"] == optimizer


def test_an_optimizer_named_alone_takes_arguments() -> None:
    below = "training: {optimizer: adam}"
    above = "training: {optimizer: {beta_1: 0.5}}"
    assert merged(above, below)["training"]["optimizer"] == {"name": "adam", "beta_1": 0.5}


def test_items_of_a_list_by_number() -> None:
    layers = merged("model: {layers: {0: {lstm: {units: 8}}}}")["model"]["layers"]
    assert layers == [{"lstm": {"units": 8, "name": "first"}}, "dropout"]
    assert merged("model: {layers: {}}")["model"]["layers"] == {}
    assert merged("model: {layers: {2: x}}")["model"]["layers"] == {2: "x"}


def test_every_value_keeps_its_place() -> None:
    above = parse_document("training:\n  optimizer: {momentum: 0.5}\n  metrics: [x]\n", "above")
    document = merge(parse_document(BELOW, "below"), above)
    places = {path: str(place) for path, place in document.items.items()}
    assert places["training", "epochs"] == "below:2:11"
    assert places["training", "optimizer", "name"] == "below:3:21"
    assert places["training", "optimizer", "momentum"] == "above:2:25"
    assert places["training", "metrics", 0] == "above:3:13"
    assert ("training", "metrics", 1) not in places
    assert str(document.keys["training",]) == "below:1:1"


@pytest.mark.parametrize(
    ("key", "value", "item"),
    [
        ("model.layers.0.lstm.units", "8", {"lstm": {"units": 8, "name": "first"}}),
        ("model.layers.0.lstm.name", "b", {"lstm": {"units": 4, "name": "b"}}),
        ("model.layers.0", "{gru: {units: 8}}", {"gru": {"units": 8}}),
        ("model.layers.-2.lstm", "{units: 8}", {"lstm": {"units": 8}}),
    ],
)
def test_an_assignment_replaces_what_it_names(key: str, value: str, item: Any) -> None:
    assert assigned(key, value)["model"]["layers"] == [item, "dropout"]


def test_an_assignment_to_a_bare_layer() -> None:
    assert assigned("model.layers.1.dropout.rate", "0.5")["model"]["layers"][1] == {
        "dropout": {"rate": 0.5}
    }


def test_an_assignment_makes_the_mappings_it_needs() -> None:
    changed = assigned("training.early_stopping.patience", "3")
    assert changed["training"]["early_stopping"] == {"patience": 3}
    assert assigned("training.class_weight.3", "2.0")["training"]["class_weight"] == {3: 2.0}


def test_everything_assigned_is_placed_there() -> None:
    below = parse_document(BELOW, "c.yaml")
    document = assign(below, ["training", "optimizer"], "{name: sgd, x: [1]}", "--set")
    optimizer = ("training", "optimizer")
    inner = {path for path in document.items if path[:2] == optimizer}
    assert inner == {
        optimizer, (*optimizer, "name"), (*optimizer, "x"), (*optimizer, "x", 0),
    }  # fmt: skip
    assert {document.items[path].source for path in inner} == {"--set"}
    assert document.items["training",].source == "c.yaml"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("model.layers.9.lstm.units", "model.layers has no item 9: it has 2, numbered from 0"),
        ("model.layers.-3", "model.layers has no item -3: it has 2, numbered from 0"),
        (
            "model.layers.lstm.units",
            "model.layers is a list: name an item by its number, from 0, not 'lstm'",
        ),
        (
            "training.metrics.²",
            "training.metrics is a list: name an item by its number, from 0, not '²'",
        ),
        (".".join("a" * 51), "more than 50 levels deep"),
    ],
)
def test_assignments_that_are_refused(key: str, message: str) -> None:
    assert refusal(key) == f"--set: {message}"


def test_an_assigned_value_that_is_not_yaml() -> None:
    assert refusal("name", "[1") == "--set: not YAML: expected ',' or ']', but got '<stream end>'"
