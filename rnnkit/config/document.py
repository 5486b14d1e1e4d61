"""YAML text -> plain Python values and the place of every key and value.

What PyYAML lets pass is refused here: equal keys, aliases that expand without end, text that is
too long or nested too deep, tags that would construct objects.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from rnnkit.config.problems import Location, Problem, shown
from rnnkit.config.yaml12 import (
    MAX_DEPTH,
    Dumper,
    Loader,
    TooDeepError,
    kind_of,
    scalar_value,
    shown_tag,
)
from rnnkit.errors import ConfigError
from rnnkit.files import open_regular

MAX_BYTES = 100_000  # a config of a hundred layers has 10 kB; PyYAML reads 100 kB a second
MAX_NODES = 20_000  # after aliases are expanded

KeyPath = tuple[str | int, ...]  # ("model", "layers", 0, "lstm", "units")

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")  # as PyYAML counts lines
_REWORDED = {  # what PyYAML says: what it means for a config
    "but found another document": "a second document starts here; a config is one document",
    r"found character '\t' that cannot start any token": "a tab cannot stand here: use spaces",
    "second occurrence": "an anchor of this name stands above: rename one",
}


@dataclasses.dataclass(frozen=True)
class Document:
    """A parsed config: values as plain Python, and where each of them was written."""

    values: dict[str, Any]
    keys: dict[KeyPath, Location]  # where the key stands (for list items: the item)
    items: dict[KeyPath, Location]  # where the value stands
    text: str = ""  # as written; empty for a config from Python


def read_document(path: Path) -> Document:
    """Read a config file.

    Args:
        path: a YAML file in UTF-8; its text in messages is `path` as given.

    Raises:
        ConfigError: the file is missing, not text, too large, or not a YAML mapping.
    """
    name = str(path)
    try:
        with open_regular(path) as file:
            raw = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: or the path has a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigError([Problem(Location(name), f"cannot read the config: {reason}")]) from None
    if len(raw) > MAX_BYTES:
        message = f"the config has more than {MAX_BYTES:,} bytes, which is too much"
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
    reader = _Reader(name, text)
    values = reader.read_text()
    if not isinstance(values, dict):
        kind = "a list" if isinstance(values, list) else f"the single value {shown(values)}"
        message = f"a config is a mapping of keys to values, this is {kind}"
        message = "the config is empty" if values is None else message
        reader.problems.add(Problem(reader.items.get((), Location(name)), message))
    if reader.problems:
        raise ConfigError(sorted(reader.problems))
    return Document(values, reader.keys, reader.items, text)


def parse_value(text: str, origin: str) -> tuple[Any, list[KeyPath]]:
    """Parse the value of an override, `origin`; no text at all is null.

    Returns:
        The value, and the paths of everything inside it.

    Raises:
        ConfigError: as `parse_document`.
    """
    reader = _Reader(origin, text)
    try:
        value = reader.read_text()
    except ConfigError as error:
        reader.problems.update(error.problems)
    if reader.problems:
        here = Location(origin)
        raise ConfigError([Problem(here, problem.message) for problem in sorted(reader.problems)])
    return value, list(reader.items)


def dump_document(values: Mapping[str, Any]) -> str:
    """Plain values as YAML text that `parse_document` reads back as they are."""
    return yaml.dump(dict(values), Dumper=Dumper, sort_keys=False, allow_unicode=True)


class _Reader:
    """Walks PyYAML's node tree once, building values and remembering places."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.lines = _LINE_BREAK.split(text)
        self.keys: dict[KeyPath, Location] = {}
        self.items: dict[KeyPath, Location] = {}
        self.problems: set[Problem] = set()  # a set: an alias repeats what is wrong with its anchor
        self._nodes = 0

    def read_text(self) -> Any:
        try:
            node = yaml.compose(self.text, Loader=Loader)
        except TooDeepError as error:
            raise self._too_deep(self.at_mark(error.problem_mark)) from None
        except yaml.MarkedYAMLError as error:
            what = str(error.problem or error.context)
            message = f"not YAML: {_REWORDED.get(what, what)}"
            place = self.at_mark(error.problem_mark or error.context_mark)
            raise ConfigError([Problem(place, message)]) from None
        except yaml.reader.ReaderError as error:
            *before, start = _LINE_BREAK.split(self.text[: error.position])
            place = self.at_position(len(before), len(start))
            message = f"not YAML: the character #x{error.character:04x} cannot stand in a text"
            raise ConfigError([Problem(place, message)]) from None
        return None if node is None else self._read(node, ())

    def _read(self, node: yaml.Node, path: KeyPath) -> Any:
        self._count(node, len(path))
        empty = node.start_mark.index == node.end_mark.index
        self.items[path] = self.keys[path] if empty and path else self.at(node)
        if isinstance(node, yaml.ScalarNode):
            return self._read_scalar(node)
        if kind_of(node) not in {"map", "seq"}:
            self._problem(node, f"the tag {shown_tag(node)} is not known here: remove it")
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        values = []
        for index, item in enumerate(node.value):
            self.keys[(*path, index)] = self.at(item)
            values.append(self._read(item, (*path, index)))
        return values

    def _read_mapping(self, node: yaml.MappingNode, path: KeyPath) -> dict[Any, Any]:
        values: dict[Any, Any] = {}
        first_lines: dict[Any, int] = {}
        for key_node, value_node, inherited in self._pairs(node, len(path)):
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, "a key must be a single word")
                continue
            key = self._key(key_node) if path else key_node.value
            if key not in values:
                here = self.at(key_node)
                first_lines[key] = here.line
                self.keys[(*path, key)] = here
                values[key] = self._read(value_node, (*path, key))
            elif not inherited:
                first = first_lines[key]
                message = f"key {shown(key)} stands twice, first in line {first}: remove one"
                self._problem(key_node, message)
        return values

    def _pairs(
        self, node: yaml.MappingNode, depth: int
    ) -> Iterator[tuple[yaml.Node, yaml.Node, bool]]:
        """Key, value, and whether they come from a merge key, `<<: *anchor`: those come last."""
        merged: list[yaml.Node] = []
        for key, value in node.value:
            if key.value == "<<" and key.style is None:
                merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
            else:
                yield key, value, False
        for source in merged:
            self._count(source, depth)
            if not isinstance(source, yaml.MappingNode):
                self._problem(source, "`<<` takes in a mapping, like `<<: *anchor`")
                continue
            for key, value, _ in self._pairs(source, depth + 1):
                self._count(key, depth)
                yield key, value, True

    def _key(self, node: yaml.ScalarNode) -> str | int:
        """Numbers can be the labels of classes; every other word is a key as it is written."""
        value = self._read_scalar(node) if kind_of(node) == "int" else None
        return value if isinstance(value, int) else str(node.value)

    def _read_scalar(self, node: yaml.ScalarNode) -> Any:
        try:
            return scalar_value(node)
        except ValueError as error:
            self._problem(node, f"cannot read this value: {error}")
            return None

    def _count(self, node: yaml.Node, depth: int) -> None:
        """An alias is followed wherever it stands: ten lines of them can stand for billions."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} values, with aliases expanded"
            raise ConfigError([Problem(self.at(node), message)])
        if depth > MAX_DEPTH:
            raise self._too_deep(self.at(node))

    def _too_deep(self, place: Location) -> ConfigError:
        return ConfigError([Problem(place, f"nested more than {MAX_DEPTH} levels deep")])

    def _problem(self, node: yaml.Node, message: str) -> None:
        self.problems.add(Problem(self.at(node), message))

    def at(self, node: yaml.Node) -> Location:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return dataclasses.replace(self.at_mark(start), length=max(1, length))

    def at_mark(self, mark: yaml.Mark | None) -> Location:
        return self.at_position(mark.line, mark.column) if mark else Location(self.name)

    def at_position(self, line: int, column: int) -> Location:
        """Counted from 0."""
        text = self.lines[line] if line < len(self.lines) else ""
        return Location(self.name, line + 1, column + 1, 1, text)
