"""YAML text -> plain Python values and the place of every key and value.

PyYAML alone is not enough: it reads `1e-4` as a string, keeps the last of two equal keys in
silence, and expands nested aliases without end. Here scalars follow YAML 1.2's core schema
(`yes` and `1:30` stay strings), equal keys are refused, and size, depth and aliases are limited.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any

import yaml

from rnnkit.config.problems import Location, Problem
from rnnkit.errors import ConfigError

MAX_BYTES = 1_000_000  # a config of a hundred layers has 10 kB
MAX_DEPTH = 50
MAX_NODES = 100_000  # after aliases are expanded

KeyPath = tuple[str | int, ...]  # ("model", "layers", 0, "lstm", "units")


@dataclasses.dataclass(frozen=True)
class Document:
    """A parsed config: values as plain Python, and where each of them was written."""

    values: dict[str, Any]
    keys: dict[KeyPath, Location]  # where the key stands (for list items: the item)
    items: dict[KeyPath, Location]  # where the value stands


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of YAML 1.2's core schema."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in [
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9][0-9_]*|0x[0-9a-fA-F]+", "-+0123456789"),
    (
        "float",
        r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)",
        "-+.0123456789",
    ),
]:
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first)
    )


def _construct_int(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    text = loader.construct_scalar(node).replace("_", "")
    return int(text, 16) if text.lower().startswith("0x") else int(text)


_Loader.add_constructor("tag:yaml.org,2002:int", _construct_int)


def read_document(path: Path) -> Document:
    """Read a config file.

    Args:
        path: a YAML file in UTF-8; its text in messages is `path` as given.

    Raises:
        ConfigError: the file is missing, not text, too large, or not a YAML mapping.
    """
    name = str(path)
    try:
        size = path.stat().st_size
        raw = b"" if size > MAX_BYTES else path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ConfigError([Problem(Location(name), f"cannot read the config: {reason}")]) from None
    if size > MAX_BYTES:
        message = f"the config has {size:,} bytes; at most {MAX_BYTES:,} are read"
        raise ConfigError([Problem(Location(name), message)])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        column = error.start - raw.rfind(b"\n", 0, error.start)
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8: save the config as UTF-8 text"
        raise ConfigError([Problem(Location(name, line, column), message)]) from None
    return parse_document(text, name)


def parse_document(text: str, name: str) -> Document:
    """Parse config text; `name` stands in messages where a path would.

    Raises:
        ConfigError: syntax errors, equal keys, too deep, too many aliases, or not a mapping.
    """
    reader = _Reader(name, text.splitlines())
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is None:
            raise ConfigError([Problem(Location(name), "the config is empty")])
        values = reader.read(node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"not YAML: {error.problem or error.context}"
        raise ConfigError([Problem(reader.at_mark(mark), message)]) from None
    except (yaml.YAMLError, RecursionError) as error:
        message = f"not YAML: {str(error).splitlines()[0]}"
        raise ConfigError([Problem(Location(name), message)]) from None
    if not isinstance(values, dict):
        kind = "a list" if isinstance(values, list) else f"the single value {values!r}"
        message = f"a config is a mapping of keys to values, this is {kind}"
        reader.problems.append(Problem(reader.items[()], message))
    if reader.problems:
        raise ConfigError(sorted(reader.problems))
    return Document(values, reader.keys, reader.items)


class _Reader:
    """Walks PyYAML's node tree once, building values and remembering places."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name = name
        self.lines = lines
        self.keys: dict[KeyPath, Location] = {}
        self.items: dict[KeyPath, Location] = {}
        self.problems: list[Problem] = []
        self._nodes = 0
        self._constructor = _Loader("")

    def read(self, node: yaml.Node, path: KeyPath) -> Any:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"aliases expand to more than {MAX_NODES:,} values"
            raise ConfigError([Problem(self.at(node), message)])
        if len(path) > MAX_DEPTH:
            message = f"nested more than {MAX_DEPTH} levels deep"
            raise ConfigError([Problem(self.at(node), message)])
        self.items[path] = self.at(node)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            values = []
            for index, item in enumerate(node.value):
                self.keys[(*path, index)] = self.at(item)
                values.append(self.read(item, (*path, index)))
            return values
        return self._read_scalar(node)

    def _read_mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        first_lines: dict[Any, int] = {}
        for key_node, value_node in node.value:
            here = self.at(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(Problem(here, "a key must be a single word"))
                continue
            key = key_node.value if path == () else self._read_scalar(key_node)
            if key in values:
                message = f"key '{key}' stands twice, first in line {first_lines[key]}: remove one"
                self.problems.append(Problem(here, message))
                continue
            first_lines[key] = here.line
            self.keys[(*path, key)] = here
            values[key] = self.read(value_node, (*path, key))
        return values

    def _read_scalar(self, node: yaml.Node) -> Any:
        try:
            return self._constructor.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            reason = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
            self.problems.append(Problem(self.at(node), f"cannot read this value: {reason}"))
            return None

    def at(self, node: yaml.Node) -> Location:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return dataclasses.replace(self.at_mark(start), length=max(1, length))

    def at_mark(self, mark: yaml.Mark | None) -> Location:
        if mark is None:
            return Location(self.name)
        line = self.lines[mark.line] if mark.line < len(self.lines) else ""
        return Location(self.name, mark.line + 1, mark.column + 1, 1, line)
