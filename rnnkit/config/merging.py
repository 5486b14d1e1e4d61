"""Two documents -> one, the upper over the lower; and a single assignment as a document.

Mappings merge key by key; lists and values are replaced, but a mapping of numbers over a list
changes those items. An optimizer or schedule of another `name` is replaced whole: its arguments
mean something else.
"""

from __future__ import annotations

import re
from typing import Any

from rnnkit.config.document import Document, parse_value
from rnnkit.config.yaml12 import MAX_DEPTH
from rnnkit.errors import ConfigError
from rnnkit.problems import KeyPath, Location, Problem
from rnnkit.words import shown

_NAMED: set[KeyPath] = {("training", "optimizer"), ("training", "schedule")}  # `adam` or a mapping


def merge(below: Document, above: Document, *, whole: KeyPath | None = None) -> Document:
    """`above` over `below`; every value keeps the place where it was written.

    Args:
        below: the weaker document.
        above: the stronger one.
        whole: a place where even mappings are not merged: `above` has the whole value.
    """
    replaced: set[KeyPath] = set() if whole is None else {whole}
    values = _merge(below.values, above.values, (), replaced)
    keys, items = (
        {path: place for path, place in lower.items() if not _inside(path, replaced)}
        | {path: place for path, place in upper.items() if _inside(path, replaced)}
        for lower, upper in ((below.keys, above.keys), (below.items, above.items))
    )
    return Document(values, keys, items, below.text)


def assign(document: Document, keys: list[str], text: str, origin: str) -> Document:
    """One value, read as YAML, in place of whatever `document` has there.

    Args:
        document: what is changed.
        keys: the way to the place; items of lists by number from 0, or from the end by -1, -2, ...
        text: the value as YAML.
        origin: what messages give as the place.

    Raises:
        ConfigError: the value is not YAML, or a list has no such item.
    """
    here = Location(origin)
    if len(keys) > MAX_DEPTH:
        raise ConfigError([Problem(here, f"more than {MAX_DEPTH} levels deep")])
    value, inner_paths = parse_value(text, origin)
    path: KeyPath = ()
    inside: Any = document.values
    for key in keys:
        part = _item(inside, key, path, here) if isinstance(inside, list) else _key(key)
        known = isinstance(inside, list) or (isinstance(inside, dict) and part in inside)
        inside = inside[part] if known else None
        path = (*path, part)
    paths = [path[:depth] for depth in range(1, len(path))] + [(*path, *p) for p in inner_paths]
    places = dict.fromkeys([path, *paths], here)
    for part in reversed(path):
        value = {part: value}
    return merge(document, Document(value, places, places), whole=path)


def _merge(below: Any, above: Any, path: KeyPath, replaced: set[KeyPath]) -> Any:
    if path in replaced:
        return above
    if path in _NAMED:
        below, above = ({"name": v} if isinstance(v, str) else v for v in (below, above))
    if isinstance(below, list) and isinstance(above, dict) and _are_items(above, below):
        merged_list = list(below)
        for index, value in above.items():
            merged_list[index] = _merge(below[index], value, (*path, index), replaced)
        return merged_list
    if not (isinstance(below, dict) and isinstance(above, dict)) or (
        path in _NAMED and below.get("name") != above.get("name", below.get("name"))
    ):
        replaced.add(path)
        return above
    merged = dict(below)
    for key, value in above.items():
        if key in below:
            merged[key] = _merge(below[key], value, (*path, key), replaced)
        else:
            replaced.add((*path, key))
            merged[key] = value
    return merged


def _are_items(above: dict[Any, Any], below: list[Any]) -> bool:
    """Whether the keys are numbers of items, as `assign` makes them."""
    return bool(above) and all(isinstance(key, int) and 0 <= key < len(below) for key in above)


def _inside(path: KeyPath, replaced: set[KeyPath]) -> bool:
    return any(path[:depth] in replaced for depth in range(len(path) + 1))


def _item(items: list[Any], key: str, path: KeyPath, here: Location) -> int:
    name = ".".join(map(str, path))
    if not re.fullmatch(r"-?[0-9]{1,9}", key):
        message = f"{name} is a list: name an item by its number, from 0"
        raise ConfigError([Problem(here, f"{message}, not {shown(key)}")])
    index = int(key)
    if not -len(items) <= index < len(items):
        message = f"{name} has no item {index}: it has {len(items)}, numbered from 0"
        raise ConfigError([Problem(here, message)])
    return index % len(items)


def _key(key: str) -> str | int:
    return int(key) if re.fullmatch(r"[0-9]{1,9}", key) else key
