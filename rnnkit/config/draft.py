"""Keys, values and what speaks for each -> the text of a config, commented."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import yaml

from rnnkit.config.yaml12 import Dumper
from rnnkit.words import printable

_WIDTH = 100  # characters of a line
_INDENT = "  "


class Key(NamedTuple):
    """A line of a config: the key, its value, and why it has that one.

    A value that is a list of Keys is a section below it.
    """

    name: str
    value: object
    why: str = ""


class Layers(NamedTuple):
    """A value that is a list of layers, each a Key: its kind, its arguments, and why."""

    layers: Sequence[Key]


def render(head: Sequence[str], keys: Sequence[Key]) -> str:
    """The text of a config.

    Args:
        head: sentences that stand first, each in a comment of its own; long ones are folded.
        keys: the top level.
    """
    folded = [line for text in head for line in _comment(text, "")]
    return "\n".join([*folded, *_lines(keys, "")]) + "\n"


def _lines(keys: Sequence[Key], indent: str) -> Iterator[str]:
    for key in keys:
        value = key.value
        if isinstance(value, Layers):
            yield f"{indent}{key.name}:"
            for layer in value.layers:
                text = layer.name if layer.value is None else f"{layer.name}: {_flow(layer.value)}"
                yield from _with(f"{indent}{_INDENT}- {text}", layer.why, indent + _INDENT)
        elif isinstance(value, list) and all(isinstance(one, Key) for one in value) and value:
            yield f"{indent}{key.name}:"
            yield from _lines(value, indent + _INDENT)
        else:
            yield from _with(f"{indent}{_flow(key.name)}: {_flow(value)}", key.why, indent)


def _with(line: str, why: str, indent: str) -> Iterator[str]:
    """A line with its comment behind it, or above where there is no room."""
    why = printable(" ".join(why.split()))  # names in it may hold anything
    if not why:
        yield line
    elif len(line) + len(why) + 4 <= _WIDTH:
        yield f"{line}  # {why}"
    else:
        yield from _comment(why, indent)
        yield line


def _comment(text: str, indent: str) -> list[str]:
    begin = f"{indent}# "
    inner = _INDENT * text.startswith(_INDENT)
    text = inner + printable(" ".join(text.split()))
    return textwrap.wrap(
        text, _WIDTH, initial_indent=begin, subsequent_indent=begin + inner,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def _flow(value: object) -> str:
    """A value on one line, quoted where YAML would read it as something else."""
    text = yaml.dump(
        value, Dumper=Dumper, default_flow_style=True, width=2**20, allow_unicode=True,
        sort_keys=False,
    )  # fmt: skip
    return text.removesuffix("\n").removesuffix("\n...")
