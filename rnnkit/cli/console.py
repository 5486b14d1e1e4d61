"""The two streams: results on stdout, progress and advice on stderr."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console, RenderableType


def out() -> Console:
    """For results. Honours NO_COLOR, TERM=dumb and COLUMNS; plain text into a pipe."""
    return Console(highlight=False, markup=False)


def err() -> Console:
    """For progress, advice and warnings."""
    return Console(stderr=True, highlight=False, markup=False)


def print_result(result: RenderableType) -> None:
    """Print a table or text to stdout."""
    out().print(result)


def print_json(values: Mapping[str, Any]) -> None:
    """Print values to stdout as JSON, one document."""
    click.echo(json.dumps(values, indent=2, ensure_ascii=False))


def print_line(console: Console, line: str, *, indent: int) -> None:
    """Print one line of progress: whole into a file, folded under `indent` spaces on a terminal."""
    if console.is_terminal:
        line = textwrap.fill(line, console.width, subsequent_indent=" " * indent)
    console.print(line, soft_wrap=True)


def advise(command: str, why: str) -> None:
    """Say on stderr which command comes next."""
    click.echo(f"next: {command}   {why}", err=True)
