"""YAML's words <-> Python values after YAML 1.2's core schema, which PyYAML lacks.

PyYAML reads `1e-4` as text, but `yes`, `1:30` and `2020-01-01` as something else. Here a word is
null, true, false, a number or text; `1_000` is a number too, as in Python.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

MAX_DEPTH = 50  # of lists and mappings inside each other; a config has 8

_TAG = "tag:yaml.org,2002:"
_NULL = r"~|null|Null|NULL|"
_BOOL = r"true|True|TRUE|false|False|FALSE"
_INT = r"[-+]?[0-9]+(?:_[0-9]+)*|0x[0-9a-fA-F]+|0o[0-7]+"
_FLOAT = (
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:_[0-9]+)*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_PATTERNS = {"null": _NULL, "bool": _BOOL, "int": _INT, "float": _FLOAT}
_FIRST_CHARACTERS = {
    "null": ["~", "n", "N", ""],
    "bool": list("tTfF"),
    "int": list("-+0123456789"),
    "float": list("-+.0123456789"),
}


class Loader(yaml.SafeLoader):
    """Composes nodes, each word with its tag; it is never asked to construct objects."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse deep nesting before PyYAML's recursion, or its time, runs out."""
        if self._depth > MAX_DEPTH:
            raise TooDeepError(problem_mark=self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class Dumper(yaml.SafeDumper):
    """Quotes text that either this loader or one of YAML 1.1 would read as something else."""


class TooDeepError(yaml.MarkedYAMLError):
    """Nested more than MAX_DEPTH levels deep."""


Loader.yaml_implicit_resolvers = {}
for _kind, _pattern in _PATTERNS.items():
    for _class in (Loader, Dumper):
        _class.add_implicit_resolver(
            _TAG + _kind, re.compile(f"(?:{_pattern})\\Z"), _FIRST_CHARACTERS[_kind]
        )


def scalar_value(node: yaml.ScalarNode) -> Any:
    """The Python value of a word.

    Raises:
        ValueError: its tag is not of the core schema, or does not fit the word.
    """
    kind, text = kind_of(node), str(node.value)
    if kind == "str":
        return text
    if kind not in _PATTERNS:
        raise ValueError(f"the tag {shown_tag(node)} is not known here: remove it")
    if not re.fullmatch(_PATTERNS[kind], text):
        raise ValueError(f"'{text[:60]}' does not fit the tag {shown_tag(node)}")
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() == "true"
        case "int":
            return _integer(text)
    return float(re.sub(r"\.(?=[inIN])", "", text).replace("_", ""))  # Python has no dot in .inf


def kind_of(node: yaml.Node) -> str:
    """`str`, `int`, `map`, ... for tags of YAML's own; the whole tag for others."""
    return str(node.tag).removeprefix(_TAG)


def shown_tag(node: yaml.Node) -> str:
    """A tag as it is written in a file, `!!int`."""
    return str(node.tag).replace(_TAG, "!!")


def _integer(text: str) -> int:
    base = {"0x": 16, "0o": 8}.get(text[:2], 10)
    if len(text) < 100 and abs(value := int(text.replace("_", ""), base)) < 2**63:
        return value
    raise ValueError("an integer of more than 64 bits")
