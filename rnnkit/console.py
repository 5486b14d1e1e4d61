"""The two streams: results on stdout, progress and advice on stderr."""

from __future__ import annotations

import importlib
import json
import shlex
import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.control import Control
from rich.segment import ControlType, Segment

from rnnkit.streams import ESCAPED, Stream, encodable, tell, who_listens
from rnnkit.words import printable


class SafeConsole(Console):
    """A console through which no text from a data file can send a terminal escape sequence."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(printable(segment.text), segment.style)


def out() -> Console:
    """For results. Honours NO_COLOR, TERM=dumb and COLUMNS; plain text into a pipe."""
    return SafeConsole(file=sys.stdout, highlight=False, markup=False)


def err() -> Console:
    """For progress, advice and warnings."""
    return SafeConsole(file=sys.stderr, highlight=False, markup=False)


def print_result(result: RenderableType) -> None:
    """Print a table or text to stdout."""
    out().print(result)


def print_json(values: Mapping[str, Any]) -> None:
    """Print values to stdout as JSON, one document."""
    print_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n")


def print_text(text: str) -> None:
    """Print text to stdout as it is; on a terminal without what could steer it."""
    if (listener := who_listens()) is not None:
        listener.printed(text)
        return
    if sys.stdout.isatty():
        text = printable(text)
    sys.stdout.write(encodable(text, sys.stdout.encoding, ESCAPED))


def print_live(text: str) -> bool:
    """Print text to stdout at once; False when nobody can read on."""
    if (listener := who_listens()) is not None:
        return listener.printed(text)
    print_text(text)
    sys.stdout.flush()
    return getattr(sys.stdout, "lost", None) is None


def keep_result(where: object) -> None:
    """A result that stdout could not take is no failure: it lies in the folder `where` too."""
    if isinstance(sys.stdout, Stream) and (problem := sys.stdout.take_problem()):
        tell(f"stdout: {problem}; the results are in {where}")


def print_line(console: Console, line: str, *, indent: int) -> None:
    """Print one line of progress: whole into a file, folded under `indent` spaces on a terminal."""
    if console.is_terminal:
        line = textwrap.fill(
            line, console.width, subsequent_indent=" " * indent, break_long_words=False,
            break_on_hyphens=False,
        )  # fmt: skip
    console.print(line, soft_wrap=True)


def load_tensorflow(*, quiet: bool = False) -> None:
    """Import it, and say so meanwhile on a terminal: it takes seconds."""
    screen = err()
    live = screen.is_terminal and not screen.is_dumb_terminal and not quiet
    if live and "tensorflow" not in sys.modules:
        screen.print("loading TensorFlow", end="\r")
    importlib.import_module("rnnkit.runtime")
    if live:
        screen.control(Control((ControlType.ERASE_IN_LINE, 2)))


def advise(command: Sequence[object], why: str = "") -> None:
    """Say on stderr which command of rnnkit comes next, as a shell reads it."""
    text = shlex.join(["rnnkit", *map(str, command)])
    line, screen = f"next: {text}   {why}".rstrip(), err()
    if screen.is_terminal and len(line) > screen.width:  # a command stays whole, to be copied
        line = f"next: {text}\n      {why}".rstrip()
    tell(line)
