"""pydantic's errors -> (place, message) in the words of a config file."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rnnkit.config.section import Section
from rnnkit.problems import KeyPath
from rnnkit.words import did_you_mean, listed, nearest, shown

MANY_CHOICES = 5  # from here on a misspelt choice is answered with the nearest one alone

_WANTED = {
    "bool_type": "true or false",
    "dict_type": "a mapping of keys to values",
    "finite_number": "a finite number",
    "float_type": "a number",
    "int_from_float": "an integer",
    "int_type": "an integer",
    "list_type": "a list",
    "model_attributes_type": "a mapping of keys to values",
    "model_type": "a mapping of keys to values",
    "string_type": "text (put it in quotes if it looks like a number)",
}
_COMPARISONS = {"greater_than", "greater_than_equal", "less_than", "less_than_equal"}
_LENGTHS = {"string_too_short", "string_too_long", "too_short"}
_PATTERNS = {"device": "auto, cpu, gpu, gpu:N or gpus"}


def translate(
    error: ValidationError, config: type[Section], values: Any
) -> Iterator[tuple[KeyPath, bool, str]]:
    """Yield (path in the file, whether the key rather than the value is meant, message)."""
    by_path: dict[KeyPath, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        path = _path_in_file(detail["loc"], values, keep_last=detail["type"] == "extra_forbidden")
        by_path.setdefault(path, []).append(detail)
    inner = {path[:depth] for path in by_path for depth in range(len(path))}
    for path, details in by_path.items():
        wrong_values = []
        for detail in details:
            if _wanted(detail, path):
                wrong_values.append(detail)
            else:
                yield _describe(detail, path, config)
        # Of a union, one branch that got further inside was meant; else each says what it wants.
        if wrong_values and path not in inner:
            yield path, False, _wrong_value(wrong_values, path)


def _path_in_file(loc: tuple[Any, ...], values: Any, *, keep_last: bool) -> KeyPath:
    """Drop from pydantic's location what stands for a union's branch and not for a key."""
    path: list[str | int] = []
    for position, part in enumerate(loc):
        if (isinstance(values, dict) and part in values) or (
            isinstance(values, list) and isinstance(part, int) and part < len(values)
        ):
            path.append(part)
            values = values[part]
        elif isinstance(values, str) and part == values:  # `- dropout` is `- dropout: {}`
            path.append(part)
            values = None
        elif keep_last and position == len(loc) - 1:
            path.append(part)
    return tuple(path)


def _wanted(detail: ErrorDetails, path: KeyPath) -> list[str]:
    """What a value must be, if this is what the error is about; several are alternatives."""
    kind, message = detail["type"], detail["msg"]
    if kind == "literal_error":
        return re.split(", | or ", str(detail["ctx"]["expected"]))
    if kind in _COMPARISONS:
        return [message.removeprefix("Input should be ")]
    if kind in _LENGTHS:
        return [re.sub(r"^\w+ should have|, not \d+$| after validation", "", message).strip()]
    if kind == "string_pattern_mismatch" and path[-1] in _PATTERNS:
        return [_PATTERNS[str(path[-1])]]
    return [_WANTED[kind]] if kind in _WANTED else []


def _wrong_value(details: Sequence[ErrorDetails], path: KeyPath) -> str:
    """One message for every branch of a union that a value fits into none of."""
    value = details[0]["input"]
    subject = f"{_owner(path)}{_key(path)} (={shown(value)})"
    if value is None:
        subject = f"{_owner(path)}{_key(path)} is empty: it"
    literal_first = sorted(details, key=lambda detail: detail["type"] != "literal_error")
    wanted = [choice for detail in literal_first for choice in _wanted(detail, path)]
    near = nearest(value, [w.strip("'") for w in wanted]) if isinstance(value, str) else None
    if near and len(wanted) >= MANY_CHOICES:
        return f"{subject} is not known. Did you mean '{near}'?"
    have = any(detail["type"] in _LENGTHS for detail in details)
    return f"{subject} must {'have' if have else 'be'} {listed(list(dict.fromkeys(wanted)))}"


def _describe(
    detail: ErrorDetails, path: KeyPath, config: type[Section]
) -> tuple[KeyPath, bool, str]:
    loc, context = detail["loc"], detail.get("ctx", {})
    match detail["type"]:
        case "extra_forbidden":
            hint = did_you_mean(str(loc[-1]), _known_keys(config, loc[:-1]))
            return path, True, f"{_owner(path)}unknown key {shown(loc[-1])}.{hint}"
        case "missing":
            return path, True, f"{_owner((*path, 'key'))}missing key '{loc[-1]}'"
        case "invalid_key":
            return (
                path,
                True,
                f"{_owner((*path[:-1], 'key'))}keys must be words, not {shown(loc[-1])}",
            )
        case "union_tag_invalid":
            names = re.findall(r"'([^']+)'", str(context["expected_tags"]))
            tag = str(context["tag"])
            message = f"unknown {_key(path)} {shown(tag)}.{did_you_mean(tag, names)}"
            return (*path, "name"), False, message
        case "union_tag_not_found":
            return path, True, f"{_key(path)}: missing key 'name'"
    # Raised by rnnkit's own validators, or rare enough for pydantic's own words.
    message = detail["msg"][0].lower() + detail["msg"][1:]
    place = (*path, *context["at"]) if "at" in context else path
    return place, "at" in context, f"{_owner((*path, 'key'))}{message}"


def _key(path: KeyPath) -> str:
    return next((str(part) for part in reversed(path) if isinstance(part, str)), "config")


def _owner(path: KeyPath) -> str:
    """`lstm: ` for a path that ends inside `lstm: {...}`; empty at the top level."""
    *_, owner, _ = ["", "", *(part for part in path if isinstance(part, str))]
    return f"{owner}: " if owner else ""


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
        annotation.model_rebuild()  # containers learn late which layers there are
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _sections_in(argument)
