"""The two streams: results on stdout, progress and advice on stderr."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any

import click
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from rnnkit.data.wording import printable


class SafeConsole(Console):
    """A console through which no text from a data file can send a terminal escape sequence."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)


def out() -> Console:
    """For results. Honours NO_COLOR, TERM=dumb and COLUMNS; plain text into a pipe."""
    return SafeConsole(highlight=False, markup=False)


def err() -> Console:
    """For progress, advice and warnings."""
    return SafeConsole(stderr=True, highlight=False, markup=False)


def print_result(result: RenderableType) -> None:
    """Print a table or text to stdout."""
    out().print(result)


def print_json(values: Mapping[str, Any]) -> None:
    """Print values to stdout as JSON, one document."""
    print_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def print_text(text: str) -> None:
    """Print text to stdout as it is; on a terminal without what could steer it."""
    click.echo(printable(text) if sys.stdout.isatty() else text, nl=False)


def print_line(console: Console, line: str, *, indent: int) -> None:
    """Print one line of progress: whole into a file, folded under `indent` spaces on a terminal."""
    if console.is_terminal:
        line = textwrap.fill(line, console.width, subsequent_indent=" " * indent)
    console.print(line, soft_wrap=True)


def complain(line: str) -> None:
    """Say on stderr what did not go as it should."""
    click.echo(printable(line), err=True)


def advise(command: str, why: str) -> None:
    """Say on stderr which command comes next."""
    click.echo(printable(f"next: {command}   {why}"), err=True)
