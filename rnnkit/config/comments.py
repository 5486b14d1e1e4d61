"""A section's class -> the comment behind each of its fields, which documents it."""

from __future__ import annotations

import functools
import inspect
import re

from pydantic import BaseModel

_FIELD = re.compile(r" {4}(\w+): ")
_OTHER = re.compile(r""" {4}(def |@|"{3})""")
_COMMENT = re.compile(r"  # (.+)$")


@functools.cache
def comments_of(section: type[BaseModel]) -> dict[str, str]:
    """Of its own fields and inherited ones, by name; fields without a comment are left out."""
    found: dict[str, str] = {}
    for owner in reversed(section.__mro__):
        if issubclass(owner, BaseModel) and owner is not BaseModel:
            found |= _written(owner)
    return {name: found[name] for name in section.model_fields if name in found}


def _written(owner: type[BaseModel]) -> dict[str, str]:
    """The comment that ends the lines of each field."""
    found: dict[str, str] = {}
    field = ""
    for line in inspect.getsource(owner).splitlines():
        if named := _FIELD.match(line):
            field = named[1]
        elif _OTHER.match(line):
            field = ""
        if field and (comment := _COMMENT.search(line)):
            found[field] = comment[1]
    return found
