"""pydantic's errors -> (place, message) in the words of a config file."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rnnkit.config.document import KeyPath
from rnnkit.config.problems import did_you_mean
from rnnkit.config.section import Section

_WANTED = {
    "bool_type": "true or false",
    "float_type": "a number",
    "int_type": "an integer",
    "int_from_float": "an integer",
    "string_type": "text (put it in quotes if it looks like a number)",
    "list_type": "a list",
    "dict_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "model_attributes_type": "a mapping of keys to values",
    "finite_number": "a finite number",
}
_PATTERNS = {"device": "auto, cpu, gpu or gpu:N"}


def translate(
    error: ValidationError, config: type[Section], values: Any
) -> Iterator[tuple[KeyPath, bool, str]]:
    """Yield (path in the file, whether the key rather than the value is meant, message)."""
    for detail in error.errors(include_url=False):
        path = _path_in_file(detail["loc"], values, keep_last=detail["type"] == "extra_forbidden")
        yield _describe(detail, path, config)


def _path_in_file(loc: tuple[Any, ...], values: Any, *, keep_last: bool) -> KeyPath:
    """Drop from pydantic's location what stands for a union's branch and not for a key."""
    path: list[str | int] = []
    for position, part in enumerate(loc):
        inside = (isinstance(values, dict) and part in values) or (
            isinstance(values, list) and isinstance(part, int) and part < len(values)
        )
        if inside:
            path.append(part)
            values = values[part]
        elif keep_last and position == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _describe(
    detail: ErrorDetails, path: KeyPath, config: type[Section]
) -> tuple[KeyPath, bool, str]:
    kind, loc, context = detail["type"], detail["loc"], detail.get("ctx", {})
    key = next((str(part) for part in reversed(path) if isinstance(part, str)), "config")
    match kind:
        case "extra_forbidden":
            hint = did_you_mean(str(loc[-1]), _known_keys(config, loc[:-1]))
            return path, True, f"{_owner(path)}unknown key '{loc[-1]}'.{hint}"
        case "missing":
            return path, True, f"{_owner((*path, ''))}missing key '{loc[-1]}'"
        case "invalid_key":
            return path, True, f"{_owner(path)}keys must be words, not {loc[-1]!r}"
        case "union_tag_invalid":
            names = re.findall(r"'([^']+)'", str(context["expected_tags"]))
            hint = did_you_mean(str(context["tag"]), names)
            return (*path, "name"), False, f"unknown {key} '{context['tag']}'.{hint}"
        case "union_tag_not_found":
            return path, True, f"{key}: missing key 'name'"
        case "literal_error":
            choices = str(context["expected"])
            hint = did_you_mean(str(detail["input"]), re.findall(r"'([^']+)'", choices))
            hint = hint if hint.startswith(" Did") else ""
            message = f"{_owner(path)}{key} (={_shown(detail['input'])}) must be {choices}.{hint}"
            return path, False, message
        case "string_pattern_mismatch" if key in _PATTERNS:
            return path, False, f"{key} (={_shown(detail['input'])}) must be {_PATTERNS[key]}"
    if kind in _WANTED:
        wanted = _WANTED[kind]
    elif kind in {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}:
        wanted = detail["msg"].removeprefix("Input should be ")
    else:  # raised by rnnkit's own validators, or rare enough for pydantic's own words
        message = detail["msg"][0].lower() + detail["msg"][1:]
        return path, False, f"{_owner((*path, ''))}{message}" if path else message
    return path, False, f"{_owner(path)}{key} (={_shown(detail['input'])}) must be {wanted}"


def _owner(path: KeyPath) -> str:
    """`lstm: ` for a path that ends inside `lstm: {...}`; empty at the top level."""
    names = [part for part in path[:-1] if isinstance(part, str)]
    return f"{names[-1]}: " if names else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _known_keys(config: type[Section], loc: tuple[Any, ...]) -> list[str]:
    """The keys of the section that pydantic's location leads to, through unions and lists."""
    sections = [config]
    for part in loc:
        if isinstance(part, int):
            continue
        tagged = [s for s in sections if part in _tags(s)]
        sections = tagged or [
            inner
            for section in sections
            if part in section.model_fields
            for inner in _sections_in(section.model_fields[part].annotation)
        ]
    return sorted({name for section in sections for name in section.model_fields})


def _tags(section: type[Section]) -> tuple[str, ...]:
    if "kind" in vars(section):
        return (vars(section)["kind"],)
    name = section.model_fields.get("name")
    return typing.get_args(name.annotation) if name else ()


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _sections_in(argument)
