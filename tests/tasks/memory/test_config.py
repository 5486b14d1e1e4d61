"""The sections of `task: memory`."""

import pytest

from rnnkit.config.stack import InputFacts
from tests.config.small import load, misfits, refusal

ADDING = """\
version: 1
name: small
task: memory
data: {source: adding, length: 8}
model:
  layers:
    - lstm: {units: 4}
    - dense
training:
  epochs: 1
"""
FACTS = InputFacts((8, 2), outputs=1)
SYMBOLS = InputFacts((28, 10), outputs=10)


def test_the_problem_decides_the_output() -> None:
    adding, copy = load(ADDING).config, load(ADDING, "data.source=copy").config
    assert (adding.sequence_output, copy.sequence_output) == (False, True)
    assert misfits(ADDING, FACTS) == ""
    assert misfits(ADDING.replace("adding", "copy"), SYMBOLS) == ""


def test_an_unknown_problem_is_shown_as_written() -> None:
    assert "c.yaml:4:16: data: source (='addin') must be 'adding' or 'copy'" in refusal(
        ADDING.replace("adding", "addin")
    )


def test_adding_needs_two_steps() -> None:
    assert "leaves no room for two markers" in refusal(ADDING, "data.length=1")
    assert load(ADDING, "data.length=1", "data.source=copy")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("- dense", "- dense: {units: 3}", "c.yaml:8:22: dense: units (=3) must be 1"),
        ("- dense", "- dense: {activation: relu}", "(='relu') for adding must be linear"),
        ("    - dense\n", "", "the last layer is lstm; memory ends with a dense layer"),
        ("epochs: 1", "epochs: 1\n  metrics: [recall]", "metrics: recall is not for adding"),
    ],
)
def test_misfits(old: str, new: str, message: str) -> None:
    assert message in misfits(ADDING.replace(old, new), FACTS)


def test_smoke() -> None:
    shrunk = load(ADDING, "data.length=200").config.smoke_overrides()
    assert shrunk["data.length"] == 10
    assert shrunk["data.examples"] == {"train": 64, "validation": 64, "test": 64}
