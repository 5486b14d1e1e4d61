"""The config classes -> the keys that a config can hold, and values for each, by introspection.

A key that rnnkit/config gains is covered without a line here: its type, bounds, choices and
unions are read from its class.
"""

from __future__ import annotations

import inspect
import math
import types
import typing
from collections.abc import Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Annotated, Any, Literal, Union

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BeforeValidator
from pydantic.fields import FieldInfo
from typing_extensions import TypeAliasType

from rnnkit.config.layers import Layer
from rnnkit.config.layers.container import Container
from rnnkit.config.section import Section

# From a section inwards: a key, the class of the section that stands there, a key of that, ...
Key = tuple[str | type[Section], ...]

INTEGERS = (0, 1, 2, 3, 5, 12, 40)
NUMBERS = (0.0, 1e-8, 0.01, 0.3, 0.5, 0.999, 1, 1.5, 4.0, 1e6, -0.5, -3)
# The largest values are tried where they cost nothing: a size of 2**31 - 1 would fill the memory.
FREE_OF_COST = 1000
BEYOND = 10**9  # for what may be 0, which is no size but a number of times


def keys_of(section: type[Section]) -> Iterator[Key]:
    """Every key of a section and of the sections in it; of layers within a layer, none again."""
    for name, field in section.model_fields.items():
        yield (name,)
        if issubclass(section, Container):
            continue
        for inner in _sections_in(field.annotation):
            yield from ((name, inner, *rest) for rest in keys_of(inner))


def shown(key: Key) -> str:
    """`model.layers.lstm.units`."""
    parts = (part if isinstance(part, str) else _tag(part) for part in key)
    return ".".join(part for part in parts if part)


class Values:
    """Draws values: ordinary ones, and those at the edge of what a key takes."""

    def __init__(self, random: Random, words: Mapping[str, Sequence[Any]]) -> None:
        """`words` has texts that mean something under a key: the data's columns, dates."""
        self.random = random
        self.words = words

    def plant(self, section: type[Section], values: dict[str, Any], key: Key) -> None:
        """Give one key of `values` a new value, making the sections that it stands in."""
        name = typing.cast(str, key[0])
        field = section.model_fields[name]
        if len(key) == 1:
            values[name] = self._value(field.annotation, field.metadata, name)
            return
        inner, rest = typing.cast(type[Section], key[1]), key[2:]
        if _is_list(field.annotation):
            items = values[name] = list(values.get(name) or [])
            fitting = [item for item in items if _stands(inner, item)]
            item = self.random.choice(fitting) if fitting else self._section(inner, optional=0)
            if not fitting:  # the last layer stays the last
                items.insert(self.random.randrange(max(1, len(items))), item)
        else:
            if not _stands(inner, values.get(name)):
                values[name] = self._section(inner, optional=0)
            item = values[name]
        self.plant(inner, item[inner.kind] if issubclass(inner, Layer) else item, rest)

    def _section(self, section: type[Section], *, optional: float) -> dict[str, Any]:
        """Its required keys, and each of the others with a probability."""
        values = {
            name: self._value(field.annotation, field.metadata, name)
            for name, field in section.model_fields.items()
            if field.is_required() or self.random.random() < optional
        }
        return {section.kind: values} if issubclass(section, Layer) else values

    def _value(self, annotation: Any, metadata: Iterable[Any], name: str) -> Any:
        if isinstance(annotation, TypeAliasType):
            annotation = annotation.__value__
        origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
        metadata = list(_flat(metadata))
        known = next(filter(None, map(_named_arguments, metadata)), None)
        if known is not None:
            return self._named(known)
        if origin is Annotated:
            return self._value(arguments[0], [*arguments[1:], *metadata], name)
        if origin in (Union, types.UnionType):
            return self._value(self.random.choice(arguments), metadata, name)
        if origin is Literal:
            return self.random.choice(arguments)
        if origin is list:
            count = self.random.choice([0, 1, 1, 2, 3])
            return [self._value(arguments[0], (), name) for _ in range(count)]
        if origin is dict:
            pairs = [[self._value(a, (), name) for a in arguments] for _ in range(3)]
            return dict(pairs)
        if annotation in (int, float):
            return self._number(annotation, metadata)
        if annotation is str:
            return self.random.choice(self.words.get(name) or ["", "a", "b c"])
        if isinstance(annotation, type) and issubclass(annotation, Section):
            return self._section(annotation, optional=0.25)
        return {bool: self.random.random() < 0.5, types.NoneType: None}[annotation]

    def _named(self, known: Mapping[str, Sequence[str]]) -> Any:
        """`l2`, or `l2: {l2: 0.5}`."""
        name = self.random.choice(list(known))
        arguments = [a for a in known[name] if self.random.random() < 0.7]
        if not arguments and name not in ("constant", "chrono"):
            return name
        wanted = arguments or known[name]
        return {name: {argument: self.random.choice([*NUMBERS, 0.1]) for argument in wanted}}

    def _number(self, kind: type, metadata: Iterable[Any]) -> Any:
        low, high = -math.inf, math.inf
        step = 1 if kind is int else 1e-9
        for bound in metadata:
            match bound:
                case Ge(ge=edge):
                    low = edge
                case Gt(gt=edge):
                    low = edge + step
                case Le(le=edge):
                    high = edge
                case Lt(lt=edge):
                    high = edge - step
        numbers = list[float](INTEGERS if kind is int else NUMBERS)
        if low == 0 or high <= FREE_OF_COST:
            numbers += [min(high, BEYOND)]
        fitting = [number for number in (*numbers, low) if low <= number <= high]
        return self.random.choice([number for number in fitting if math.isfinite(number)])


def _flat(metadata: Iterable[Any]) -> Iterator[Any]:
    """Bounds and validators; a Field holds several."""
    for item in metadata:
        yield from _flat(item.metadata) if isinstance(item, FieldInfo) else (item,)


def _named_arguments(validator: Any) -> Mapping[str, Sequence[str]] | None:
    """The names, with their arguments, that a validator of initializers and the like knows."""
    if not isinstance(validator, BeforeValidator):
        return None
    known = inspect.getclosurevars(typing.cast(Any, validator.func)).nonlocals.get("known")
    return known if isinstance(known, Mapping) else None


def _sections_in(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    for argument in typing.get_args(annotation):
        yield from _sections_in(argument)


def _is_list(annotation: Any) -> bool:
    return list in (annotation, typing.get_origin(annotation)) or any(
        _is_list(argument) for argument in typing.get_args(annotation)
    )


def _stands(section: type[Section], value: Any) -> bool:
    """Whether this is the section that a value of the config is."""
    if not isinstance(value, dict):
        return False
    if issubclass(section, Layer):
        return section.kind in value
    return "name" not in value or value["name"] == _tag(section)


def _tag(section: type[Section]) -> str:
    """What tells a section from the others that can stand in its place."""
    if issubclass(section, Layer):
        return section.kind
    names = typing.get_args(getattr(section.model_fields.get("name"), "annotation", None))
    return str(names[0]) if names else ""
