"""Words of YAML 1.2 -> values, and back."""

import math
from typing import Any

import pytest

from rnnkit.config.document import dump_document, parse_document
from rnnkit.errors import ConfigError


def value_of(word: str) -> Any:
    return parse_document(f"x: {word}", "c.yaml").values["x"]


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("1e-4", 1e-4),
        ("1.e-4", 1e-4),
        ("1E+05", 1e5),
        (".5", 0.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("-.inf", -math.inf),
        ("1e999", math.inf),
        ("1_000.5", 1000.5),
        ("!!float 1.0", 1.0),
        ("+1", 1),
        ("017", 17),
        ("0x10", 16),
        ("0o17", 15),
        ("1_000", 1000),
        ("True", True),
        ("FALSE", False),
        ("~", None),
        ("", None),
        ("NULL", None),
        ("!!null null", None),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("2020-01-01", "2020-01-01"),
        ("1__0", "1__0"),
        ("0b11", "0b11"),
        ("1e", "1e"),
        ("=", "="),
        ("'1e-4'", "1e-4"),
        ("!!str 5", "5"),
    ],
)
def test_words(word: str, value: Any) -> None:
    found = value_of(word)
    assert found == value
    assert type(found) is type(value)


def test_not_a_number() -> None:
    assert math.isnan(value_of(".nan"))


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("9223372036854775808", "an integer of more than 64 bits"),
        ("0x" + "f" * 5000, "an integer of more than 64 bits"),
        ("9" * 5000, "an integer of more than 64 bits"),
        ("!!int 1.5", "'1.5' does not fit the tag !!int"),
        ("!!bool maybe", "'maybe' does not fit the tag !!bool"),
        ("!!binary aGk=", "the tag !!binary is not known here: remove it"),
        ("!mine 3", "the tag !mine is not known here: remove it"),
        (
            "!!python/object/apply:os.system [ls]",
            "the tag !!python/object/apply:os.system is not known here: remove it",
        ),
        ("!!set {a, b}", "the tag !!set is not known here: remove it"),
    ],
)
def test_words_that_are_refused(word: str, reason: str) -> None:
    with pytest.raises(ConfigError) as caught:
        value_of(word)
    [problem] = caught.value.problems
    assert problem.message.removeprefix("cannot read this value: ") == reason
    assert (problem.location.line, problem.location.column) == (1, 4)


def test_what_is_written_reads_back() -> None:
    texts = ["1e-4", "yes", "0o17", "2020-01-01", "1_0", "", "~", "é", "<<", "=", "a: b", "\t"]
    values = {"texts": texts, "numbers": [1e-4, 1e22, 3, -math.inf, True, None], "k": {1: "x"}}
    assert parse_document(dump_document(values), "c.yaml").values == values
