"""YAML text -> values and places, and everything in a text that is refused."""

from pathlib import Path

import pytest

from rnnkit.config.document import (
    MAX_BYTES,
    Document,
    KeyPath,
    parse_document,
    parse_value,
    read_document,
)
from rnnkit.errors import ConfigError
from rnnkit.problems import Location
from tests.config.small import block


def parse(text: str) -> Document:
    return parse_document(text, "c.yaml")


def refusal(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        parse(text)
    return str(caught.value)


def read_refusal(raw: bytes) -> str:
    Path("c.yaml").write_bytes(raw)
    with pytest.raises(ConfigError) as caught:
        read_document(Path("c.yaml"))
    return str(caught.value)


def bomb(first: str, next_one: str) -> str:
    """Nine lines, each of which stands for ten times the line before."""
    lines = [f"a0: &a0 {first}"]
    for level in range(1, 9):
        aliases = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f"a{level}: &a{level} {next_one.format(aliases)}")
    return "\n".join(lines)


def test_values_and_places() -> None:
    document = parse("a: 1\nb:\n  - c\n  - {d: 2.5}\n")
    assert document.values == {"a": 1, "b": ["c", {"d": 2.5}]}
    path: KeyPath = ("b", 1, "d")
    assert document.keys[path] == Location("c.yaml", 4, 6, 1, "  - {d: 2.5}")
    assert document.items[path] == Location("c.yaml", 4, 9, 3, "  - {d: 2.5}")


def test_the_place_of_an_empty_value_is_its_keys() -> None:
    document = parse("a: 1\nmodel:\n")
    assert document.items[("model",)] == Location("c.yaml", 2, 1, 5, "model:")


def test_keys_are_words_except_for_numbered_classes() -> None:
    document = parse("w: {0: a, '1': b, yes: c, 1.50: d, null: e}\n1: f")
    assert document.values == {
        "w": {0: "a", "1": "b", "yes": "c", "1.50": "d", "null": "e"}, "1": "f",
    }  # fmt: skip


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_line_ends_and_byte_order_mark(line_end: str) -> None:
    text = f"a: 1{line_end}b: [{line_end}  c]{line_end}"
    Path("c.yaml").write_bytes(b"\xef\xbb\xbf" + text.encode())
    document = read_document(Path("c.yaml"))
    assert document.values == {"a": 1, "b": ["c"]}
    assert document.items[("b", 0)] == Location("c.yaml", 3, 3, 1, "  c]")
    assert document.text == text


def test_anchors_and_aliases() -> None:
    document = parse("a: &cell {units: 4}\nb: [*cell, *cell]\n")
    assert document.values["b"] == [{"units": 4}, {"units": 4}]
    assert document.items[("b", 1, "units")].line == 1


def test_merge_keys_lie_below_what_stands_beside_them() -> None:
    document = parse("a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {<<: [*a, *b], x: 5}\n")
    assert document.values["c"] == {"x": 5, "y": 2, "z": 4}
    assert document.keys[("c", "x")].line == 3
    assert document.keys[("c", "z")].line == 2


def test_equal_keys() -> None:
    assert refusal("a: 1\nb: {c: 1, c: 2}\na: 3\n") == block(
        """
        c.yaml:2:11: key 'c' stands twice, first in line 2: remove one
          2 | b: {c: 1, c: 2}
            |           ^
        c.yaml:3:1: key 'a' stands twice, first in line 1: remove one
          3 | a: 3
            | ^
        """
    )


def test_alias_bomb() -> None:
    assert refusal(bomb("[x, x, x, x, x, x, x, x, x, x]", "[{}]")) == block(
        """
        c.yaml:1:34: more than 20,000 values, with aliases expanded
          1 | a0: &a0 [x, x, x, x, x, x, x, x, x, x]
            |                                  ^
        """
    )


@pytest.mark.parametrize("first", ["{x: 1}", "{}"])
def test_alias_bomb_of_merge_keys(first: str) -> None:
    assert "more than 20,000 values, with aliases expanded" in refusal(bomb(first, "{{<<: [{}]}}"))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        ("a: " + "[" * 10_000, 54),
        ("a: " + "{b: " * 10_000, 201),
        ("- " * 10_000, 103),
        ("a: &a [*a]", 4),
        ("a: &a {b: *a}", 4),
        ("a: &a {<<: *a}", 4),
    ],
)
def test_nesting_without_end(text: str, column: int) -> None:
    head = refusal(text).splitlines()[0]
    assert head == f"c.yaml:1:{column}: nested more than 50 levels deep"


def test_what_is_wrong_in_an_anchor_is_said_once() -> None:
    assert refusal("a: &a {b: !x 1}\nc: [*a, *a]").count("the tag !x") == 1


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("a: b: c", "1:5", "not YAML: mapping values are not allowed here"),
        ("a: [1", "1:6", "not YAML: expected ',' or ']', but got '<stream end>'"),
        ("a:\n\tb: 1", "2:1", "not YAML: a tab cannot stand here: use spaces"),
        (
            "a: 1\n---\na: 2",
            "2:1",
            "not YAML: a second document starts here; a config is one document",
        ),
        ("a: *b", "1:4", "not YAML: found undefined alias 'b'"),
        ("a: &x 1\nb: &x 2", "2:4", "not YAML: an anchor of this name stands above: rename one"),
        ("a: 1\nb: \0", "2:4", "not YAML: the character #x0000 cannot stand in a text"),
        ("[1]: 2", "1:1", "a key must be a single word"),
        ("a: {<<: 1}", "1:9", "`<<` takes in a mapping, like `<<: *anchor`"),
        ("- 1", "1:1", "a config is a mapping of keys to values, this is a list"),
        ("lstm", "1:1", "a config is a mapping of keys to values, this is the single value 'lstm'"),
    ],
)
def test_refused(text: str, place: str, message: str) -> None:
    assert refusal(text).splitlines()[0] == f"c.yaml:{place}: {message}"


@pytest.mark.parametrize("text", ["", "\n", "# a comment\n", "---\n"])
def test_an_empty_config(text: str) -> None:
    assert refusal(text).splitlines()[0].endswith("the config is empty")


def test_a_missing_config() -> None:
    with pytest.raises(ConfigError) as caught:
        read_document(Path("configs/mnist.yml"))
    assert str(caught.value) == (
        "configs/mnist.yml: cannot read the config: No such file or directory"
    )


@pytest.mark.parametrize("name", [".", "nul\0l", "x" * 5000])
def test_a_config_that_cannot_be_read(name: str) -> None:
    with pytest.raises(ConfigError, match="cannot read the config: "):
        read_document(Path(name))


def test_a_config_that_is_too_large() -> None:
    message = f"c.yaml: the config has more than {MAX_BYTES:,} bytes, which is too much"
    assert read_refusal(b"a: 1\n" * 400_000) == message


@pytest.mark.parametrize(
    ("raw", "place"), [(b"a: 1\nb: caf\xe9\n", "2:7"), ("a: 1\n".encode("utf-16"), "1:1")]
)
def test_a_config_that_is_not_utf8(raw: bytes, place: str) -> None:
    byte = "e9" if place == "2:7" else "ff"
    message = f"byte 0x{byte} is not UTF-8: save the config as UTF-8 text"
    assert read_refusal(raw) == f"c.yaml:{place}: {message}"


def test_the_value_of_an_override() -> None:
    assert parse_value("{a: [1e-4]}", "--set x") == (
        {"a": [1e-4]}, [(), ("a",), ("a", 0)],
    )  # fmt: skip
    assert parse_value("", "--set x")[0] is None
    with pytest.raises(ConfigError) as caught:
        parse_value("{a: 1, a: 2, b: !x 3}", "--set x")
    assert str(caught.value) == block(
        """
        --set x: key 'a' stands twice, first in line 1: remove one
        --set x: cannot read this value: the tag !x is not known here: remove it
        """
    )
