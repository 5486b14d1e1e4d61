"""How a problem looks, and which word a misspelt one is taken for."""

import pytest

from rnnkit.problems import Location, Problem
from rnnkit.words import did_you_mean, listed, shown

KEYS = ["activation", "dropout", "learning_rate", "rate", "return_sequences", "units"]
LAYERS = ["bidirectional", "dense", "lstm", "simple_rnn"]


def test_a_problem_shows_its_line_and_a_caret() -> None:
    place = Location("c.yaml", 3, 3, 4, "\tx: abcd")
    assert Problem(place, "no").render() == "c.yaml:3:3: no\n  3 |  x: abcd\n    |   ^^^^"


def test_a_place_without_lines_is_its_name_alone() -> None:
    assert Problem(Location("--set a=1"), "no").render() == "--set a=1: no"


def test_of_a_long_line_the_part_around_the_place_is_shown() -> None:
    place = Location("c.yaml", 1, 1001, 5, "x" * 1000 + "WRONG" + "y" * 1000)
    _, line, carets = Problem(place, "no").render().splitlines()
    assert len(line) == len("  1 | ") + 120
    assert line[carets.index("^") : carets.rindex("^") + 1] == "WRONG"


def test_control_characters_of_a_file_do_not_reach_the_terminal() -> None:
    place = Location("c.yaml", 1, 1, 1, "a: \x1b[31m")
    assert "\x1b" not in Problem(place, "no").render()


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("unit", "units"),
        ("lr", "learning_rate"),
        ("LearningRate", "learning_rate"),
        ("learning-rate", "learning_rate"),
        ("hidden_size", "units"),
        ("hidden_units", "units"),
        ("p", "rate"),
        ("prob", "rate"),
        ("return_sequence", "return_sequences"),
        ("returnSequences", "return_sequences"),
    ],
)
def test_keys_that_are_mistaken(word: str, meant: str) -> None:
    assert did_you_mean(word, KEYS) == f" Did you mean '{meant}'?"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("LSTM", "lstm"),
        ("Dense", "dense"),
        ("SimpleRNN", "simple_rnn"),
        ("simplernn", "simple_rnn"),
        ("rnn", "simple_rnn"),
        ("BiLSTM", "bidirectional"),
    ],
)
def test_layers_that_are_mistaken(word: str, meant: str) -> None:
    assert did_you_mean(word, LAYERS) == f" Did you mean '{meant}'?"


def test_without_a_near_miss_the_choices_are_listed() -> None:
    assert did_you_mean("xyz", LAYERS) == (" Known here: bidirectional, dense, lstm or simple_rnn.")
    assert did_you_mean("hidden_size", ["rate"]) == " Known here: rate."
    assert did_you_mean("x", []) == ""


def test_listed() -> None:
    assert [listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "", "a", "a or b", "a, b or c",
    ]  # fmt: skip


def test_values_are_shown_as_in_yaml_and_never_long() -> None:
    nested: list[object] = []
    for _ in range(100_000):
        nested = [nested]
    assert [shown(value) for value in (None, True, "a", 1.5)] == ["null", "true", "'a'", "1.5"]
    assert max(map(len, map(shown, ("x" * 1000, 10**5000, nested, {"k": "v" * 99})))) < 100
