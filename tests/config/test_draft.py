"""Keys and reasons -> a config's text, which reads back as the same values."""

import pytest

from rnnkit.config.document import parse_document
from rnnkit.config.draft import Key, Layers, render

NASTY = ["a\nb # c", "no", "1e3", "007", "- x", "a: b", "ü", "'", '"', "x\x1b[2Jy", " ", "null"]


def test_a_config() -> None:
    layers = Layers([Key("gru", {"units": 8}, "small"), Key("dense", None)])
    long = "a reason that is far too long to stand behind anything at all " * 2
    text = render(
        ["first", "  indented " + "words " * 20],
        [
            Key("version", 1),
            Key("data", [Key("time", ["a", "b c"], "two"), Key("label", "y", long)]),
            Key("model", [Key("layers", layers)]),
        ],
    )
    assert (
        text
        == """\
# first
#   indented words words words words words words words words words words words words words words
#   words words words words words words
version: 1
data:
  time: [a, b c]  # two
  # a reason that is far too long to stand behind anything at all a reason that is far too long to
  # stand behind anything at all
  label: y
model:
  layers:
    - gru: {units: 8}  # small
    - dense
"""
    )


@pytest.mark.parametrize("name", NASTY)
def test_no_name_is_read_as_something_else(name: str) -> None:
    text = render([name, f"  {name}"], [Key("data", [Key("label", name, name), Key("a", [name])])])
    assert parse_document(text, "a.yaml").values == {"data": {"label": name, "a": [name]}}
