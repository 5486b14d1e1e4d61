"""A config file, its `base:`, the environment and `--set` -> one validated Config.

Later wins: defaults < base file < file < environment (`RNNKIT__TRAINING__EPOCHS=1`) <
`--set training.epochs=1`. How one lies over the other: merging.py.
"""

from __future__ import annotations

import dataclasses
import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rnnkit.config.document import Document, read_document
from rnnkit.config.merging import assign, merge
from rnnkit.config.root import Config
from rnnkit.config.shipped import find_config
from rnnkit.config.translate import translate
from rnnkit.datasets import EMBEDDED, GENERATED
from rnnkit.errors import ConfigError
from rnnkit.problems import KeyPath, Location, Problem
from rnnkit.words import did_you_mean, shown

ENVIRONMENT_PREFIX = "RNNKIT__"
MAX_BASES = 10
MAX_PROBLEMS = 100  # reported of one config


@dataclasses.dataclass(frozen=True)
class LoadedConfig:
    """A valid config with its origin, so that later problems can still point at a line."""

    config: Config
    document: Document
    text: str  # as written: the file's text, or empty for a config from Python

    def problem(self, path: KeyPath, message: str, *, key: bool = True) -> Problem:
        """`message` placed at the deepest part of `path` that was written."""
        return Problem(self.location(path, key=key), message)

    def location(self, path: KeyPath, *, key: bool = True) -> Location:
        """Where the key at the end of `path` was written, or its value."""
        return _deepest(self.document, path, key=key)


def load_config(
    source: str | Path | Mapping[str, Any] | LoadedConfig,
    schemas: Mapping[str, type[Config]],
    *,
    overrides: Sequence[str] = (),
    environment: Mapping[str, str] = os.environ,
) -> LoadedConfig:
    """Read and validate a config.

    Args:
        source: a YAML file, the name of a shipped config, or the same structure as a dict.
        schemas: the class of the configs of each task, by its name.
        overrides: `key.path=value` texts, the value read as YAML; list items by number from 0.
        environment: where `RNNKIT__KEY__PATH` variables are looked up.

    Raises:
        ConfigError: with every problem found, each with its place.
    """
    if isinstance(source, LoadedConfig):
        document, environment = source.document, {}  # it has been heeded already
    elif isinstance(source, Mapping):
        document = _with_bases(_document_of(source), Path.cwd())
    else:
        path = find_config(source)
        document = _with_bases(read_document(path), path.parent, path)
    assignments = (*_of_environment(environment), *map(_of_option, overrides))
    document = _assign_all(document, assignments)
    return LoadedConfig(_validate(document, schemas), document, document.text)


def _document_of(values: Mapping[str, Any]) -> Document:
    """A config given from Python: every place is the config itself."""
    return Document(dict(values), {}, {(): Location("config")})


def _with_bases(document: Document, folder: Path, path: Path | None = None) -> Document:
    """`document`, found in `folder`, over its base, which lies over its own base, and so on."""
    chain = [_resolve_paths(document, folder)]
    seen = {os.path.realpath(path)} if path else set()
    while "base" in chain[-1].values:
        base = chain[-1].values.pop("base")
        place = _deepest(chain[-1], ("base",), key=False)
        if not isinstance(base, str):
            raise ConfigError([Problem(place, f"base (={shown(base)}) must be a path")])
        path = folder / _expanded(base)
        folder = path.parent
        if not os.path.isfile(path):  # noqa: PTH113 - pathlib raises on a name that is too long
            raise ConfigError([Problem(place, f"base: there is no file {path}")])
        if os.path.realpath(path) in seen:
            raise ConfigError([Problem(place, f"base: '{base}' leads back to itself")])
        if len(chain) > MAX_BASES:
            raise ConfigError([Problem(place, f"base: more than {MAX_BASES} files in a chain")])
        seen.add(os.path.realpath(path))
        chain.append(_resolve_paths(read_document(path), folder))
    text = chain[0].text
    merged = chain.pop()
    while chain:
        merged = merge(merged, chain.pop())
    return dataclasses.replace(merged, text=text)


def _resolve_paths(document: Document, folder: Path) -> Document:
    """Paths in a file count from that file's folder; those of an option from the current one."""
    data, whole = document.values.get("data"), dict(document.values)
    if "model" in whole:
        whole["model"] = _placed(whole["model"], folder)
    if not isinstance(data, dict):
        return dataclasses.replace(document, values=whole)
    found = {"source": _absolute(data.get("source"), folder)} if "source" in data else {}
    if isinstance(tables := data.get("tables"), dict):
        found["tables"] = {name: _absolute(path, folder) for name, path in tables.items()}
    return dataclasses.replace(document, values={**whole, "data": {**data, **found}})


def _placed(value: Any, folder: Path) -> Any:
    """Layers, with the paths of word vectors counted from a folder."""
    if isinstance(value, list):
        return [_placed(one, folder) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _absolute(one, folder) if key == "vectors" else _placed(one, folder)
        for key, one in value.items()
    }


def _absolute(source: object, folder: Path) -> object:
    """A path counted from a folder; what is none stays as it is."""
    if isinstance(source, list):
        return [_absolute(one, folder) for one in source]
    if not isinstance(source, str) or not source or source in {*EMBEDDED, *GENERATED}:
        return source
    return os.path.normpath(folder.absolute() / _expanded(source))


def _expanded(path: str) -> str:
    return os.path.expanduser(path)  # noqa: PTH111 - pathlib raises on the `~` of nobody


@dataclasses.dataclass(frozen=True)
class _Assignment:
    """`--set key.path=value`, or the same from the environment."""

    origin: str  # what messages give as the place
    keys: list[str]
    value: str | None  # None: there was no `=`
    form: str  # how one should look


def _of_environment(environment: Mapping[str, str]) -> Iterator[_Assignment]:
    for name in sorted(environment):
        if name.startswith(ENVIRONMENT_PREFIX):
            keys = name.removeprefix(ENVIRONMENT_PREFIX).lower().split("__")
            form = f"{ENVIRONMENT_PREFIX}TRAINING__EPOCHS=1"
            yield _Assignment(name, keys, environment[name], form)


def _of_option(text: str) -> _Assignment:
    key, equals, value = text.partition("=")
    keys = [part.strip() for part in key.split(".")]
    form = "--set training.epochs=1"
    return _Assignment(f"--set {text}", keys, value if equals else None, form)


def _assign_all(document: Document, assignments: Iterable[_Assignment]) -> Document:
    problems: list[Problem] = []
    for one in assignments:
        if one.value is None or not all(one.keys):
            message = f"expected a key and its value, as in {one.form}"
            problems.append(Problem(Location(one.origin), message))
            continue
        try:
            document = assign(document, one.keys, one.value, one.origin)
        except ConfigError as error:
            problems += error.problems
    if problems:
        raise ConfigError(problems)
    return _resolve_paths(document, Path.cwd())


def _validate(document: Document, schemas: Mapping[str, type[Config]]) -> Config:
    task = document.values.get("task")
    if not isinstance(task, str) or task not in schemas:
        if "task" in document.values:
            message = f"unknown task {shown(task)}.{did_you_mean(str(task), schemas)}"
        else:
            message = f"missing key 'task': one of {', '.join(schemas)}"
        raise ConfigError([Problem(_deepest(document, ("task",), key=False), message)])
    schema = schemas[task]
    try:
        return schema.model_validate(document.values)
    except ValidationError as error:
        found = translate(error, schema, document.values)
        first = list(itertools.islice(found, MAX_PROBLEMS))
        problems = sorted({Problem(_deepest(document, p, key=key), text) for p, key, text in first})
        if next(found, None):
            message = f"these are the first {MAX_PROBLEMS} problems; there are more"
            problems.append(Problem(Location(_deepest(document, ()).source), message))
        raise ConfigError(problems) from None


def _deepest(document: Document, path: KeyPath, *, key: bool = True) -> Location:
    """The place of `path`, or of its nearest ancestor that was written."""
    first, second = (document.keys, document.items) if key else (document.items, document.keys)
    for depth in range(len(path), 0, -1):
        for table in (first, second):
            if place := table.get(path[:depth]):
                return place
    return document.items.get((), Location("config"))
