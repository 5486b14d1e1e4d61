"""A config file, its `base:`, the environment and `--set` -> one validated Config.

Later wins: defaults < base file < file < environment (`RNNKIT__TRAINING__EPOCHS=1`) <
`--set training.epochs=1`. Mappings merge key by key; lists and values are replaced; a mapping
whose `name` changes (another optimizer) is replaced whole.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rnnkit.config.document import Document, KeyPath, parse_document, read_document
from rnnkit.config.problems import Location, Problem, did_you_mean
from rnnkit.config.root import Config
from rnnkit.config.tasks import CONFIGS
from rnnkit.config.translate import translate
from rnnkit.datasets import EMBEDDED
from rnnkit.errors import ConfigError

ENVIRONMENT_PREFIX = "RNNKIT__"
MAX_BASES = 10
_PATHS: list[KeyPath] = [("data", "source")]  # read relative to the file that names them


@dataclasses.dataclass(frozen=True)
class LoadedConfig:
    """A valid config with its origin, so that later problems can still point at a line."""

    config: Config
    document: Document
    text: str  # as written: the file's text, or empty for a config from Python

    def problem(self, path: KeyPath, message: str) -> Problem:
        """`message` placed at the deepest part of `path` that was written."""
        return Problem(self.location(path), message)

    def location(self, path: KeyPath) -> Location:
        return _deepest(self.document, path)


def load_config(
    source: str | Path | Mapping[str, Any] | LoadedConfig,
    *,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> LoadedConfig:
    """Read and validate a config.

    Args:
        source: a YAML file, or the same structure as a dict.
        overrides: `key.path=value` texts, the value read as YAML; list items by number from 0.
        environment: where `RNNKIT__KEY__PATH` variables are looked up.

    Raises:
        ConfigError: with every problem found, each with its place.
    """
    if isinstance(source, LoadedConfig):
        if not overrides:
            return source
        document, text = source.document, source.text
    elif isinstance(source, Mapping):
        document, text = _document_of(source), ""
    else:
        path = Path(source)
        document = _with_bases(path)
        text = path.read_text(encoding="utf-8-sig")
    for layer in (*_from_environment(environment), *map(_from_override, overrides)):
        document = _merge(document, layer)
    return LoadedConfig(_validate(document), document, text)


def _document_of(values: Mapping[str, Any]) -> Document:
    """A config given from Python: every place is the config itself."""
    here = {(): Location("config")}
    return _resolve_paths(Document(dict(values), {}, here), Path.cwd())


def _with_bases(path: Path) -> Document:
    chain: list[Document] = []
    seen: set[Path] = set()
    while True:
        document = _resolve_paths(read_document(path), path.parent)
        base = document.values.pop("base", None)
        chain.append(document)
        seen.add(path.resolve())
        if base is None:
            break
        place = document.items[("base",)]
        if not isinstance(base, str):
            raise ConfigError([Problem(place, f"base (={base!r}) must be a path")])
        path = path.parent / base
        if path.resolve() in seen or len(seen) >= MAX_BASES:
            message = f"base: '{base}' leads back to itself, or is more than {MAX_BASES} deep"
            raise ConfigError([Problem(place, message)])
        if not path.is_file():
            raise ConfigError([Problem(place, f"base: no file at {path}")])
    merged = chain.pop()
    while chain:
        merged = _merge(merged, chain.pop())
    return merged


def _resolve_paths(document: Document, folder: Path) -> Document:
    for *parents, last in _PATHS:
        section: Any = document.values
        for key in parents:
            section = section.get(key) if isinstance(section, dict) else None
        if isinstance(section, dict) and isinstance(value := section.get(last), str):
            if value and value not in EMBEDDED:
                section[last] = os.path.normpath(folder.absolute() / Path(value).expanduser())
    return document


def _from_environment(environment: Mapping[str, str]) -> list[Document]:
    found = sorted(name for name in environment if name.startswith(ENVIRONMENT_PREFIX))
    return [
        _assignment(
            name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__"), environment[name], name
        )
        for name in found
    ]


def _from_override(text: str) -> Document:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        message = "expected key=value, for example --set training.epochs=1"
        raise ConfigError([Problem(Location(f"--set {text}"), message)])
    return _assignment(key.strip().split("."), value, f"--set {text}")


def _assignment(keys: list[str], text: str, origin: str) -> Document:
    """One value at one place, as a document of its own; numbers among the keys index lists."""
    value = parse_document(f"value: {text}", origin).values["value"]
    path: KeyPath = tuple(int(key) if key.isdigit() else key for key in keys)
    here = {path[:depth]: Location(origin) for depth in range(1, len(path) + 1)}
    for key in reversed(path):
        value = {key: value}
    return _resolve_paths(Document(value, here, dict(here)), Path.cwd())


def _merge(below: Document, above: Document) -> Document:
    keys, items = dict(below.keys), dict(below.items)

    def merge(old: Any, new: Any, path: KeyPath) -> Any:
        if isinstance(old, list) and isinstance(new, dict) and all(type(k) is int for k in new):
            return merge_into_list(old, new, path)
        both = isinstance(old, dict) and isinstance(new, dict)
        if not both or (path and "name" in new and old.get("name", new["name"]) != new["name"]):
            place(path)
            return new
        merged = dict(old)
        for key, value in new.items():
            here = (*path, key)
            if key in old:
                merged[key] = merge(old[key], value, here)
            else:
                place(here)
                merged[key] = value
        return merged

    def merge_into_list(old: list[Any], new: dict[int, Any], path: KeyPath) -> list[Any]:
        merged = list(old)
        for index, value in new.items():
            if index >= len(old):
                message = f"there is no item {index}: {_dotted(path)} has {len(old)}, from 0"
                raise ConfigError([Problem(above.items[(*path, index)], message)])
            merged[index] = merge(old[index], value, (*path, index))
        return merged

    def place(path: KeyPath) -> None:
        """Everything at and below `path` now comes from above."""
        for table, upper in ((keys, above.keys), (items, above.items)):
            for stale in [p for p in table if p[: len(path)] == path]:
                del table[stale]
            table.update({p: here for p, here in upper.items() if p[: len(path)] == path})

    values = merge(below.values, above.values, ())
    return Document(values, keys, {(): above.items.get((), below.items[()]), **items})


def _dotted(path: KeyPath) -> str:
    return ".".join(map(str, path))


def _validate(document: Document) -> Config:
    task = document.values.get("task")
    if not isinstance(task, str) or task not in CONFIGS:
        if "task" in document.values:
            message = f"unknown task '{task}'.{did_you_mean(str(task), CONFIGS)}"
        else:
            message = f"missing key 'task': one of {', '.join(CONFIGS)}"
        raise ConfigError([Problem(_deepest(document, ("task",)), message)])
    try:
        return CONFIGS[task].model_validate(document.values)
    except ValidationError as error:
        found = translate(error, CONFIGS[task], document.values)
        problems = {
            Problem(_deepest(document, path, key=at_key), message)
            for path, at_key, message in found
        }
        raise ConfigError(sorted(problems)) from None


def _deepest(document: Document, path: KeyPath, *, key: bool = True) -> Location:
    """The place of `path`, or of its nearest ancestor that was written."""
    first, second = (
        (document.keys, document.items) if key else (document.items, document.keys)
    )
    for depth in range(len(path), 0, -1):
        for table in (first, second):
            if place := table.get(path[:depth]):
                return place
    return document.items.get((), Location("config"))
