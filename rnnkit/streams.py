"""stdout and stderr that nothing breaks: a full disk, a reader that has gone, a poor encoding."""

from __future__ import annotations

import codecs
import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol, TextIO

from rnnkit.words import printable

# What rnnkit's own words and tables are written with, for a stream that has ASCII only.
SIGNS = {
    **{chr(code): "+" for code in range(0x2500, 0x2580)},  # corners and crossings of boxes
    "─": "-", "━": "-", "│": "|", "█": "#", "–": "-", "×": "x", "…": "...", "·": ".", "•": "*",
    "≥": ">=", "±": "+-", "‘": "'", "’": "'", "“": '"', "”": '"', "�": "?",
}  # fmt: skip

# What the standard library's `errors=` may name.
ESCAPED = "rnnkit.escaped"  # for data: as JSON escapes it, which keeps its meaning there
SPELLED = "rnnkit.spelled"  # for words: signs in ASCII, the rest escaped


class Stream(io.TextIOBase):
    """A standard stream that takes every text; once something could not be written, the rest goes.

    Args:
        target: where the text goes. It is not given away as `buffer`: click would write into that.
    """

    def __init__(self, target: TextIO) -> None:
        self._target = target
        self.lost: OSError | ValueError | None = None  # what stopped it

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._target, "encoding", None) or "utf-8"

    def isatty(self) -> bool:
        return self.lost is None and not self._target.closed and self._target.isatty()

    def fileno(self) -> int:
        return self._target.fileno()

    def write(self, text: str) -> int:
        self._attempt(self._target.write, encodable(text, self.encoding, SPELLED))
        return len(text)

    def flush(self) -> None:
        self._attempt(self._target.flush)

    def take_problem(self) -> str | None:
        """Why not all of it was written, told once; a reader that has had enough is no problem."""
        self.flush()
        lost, self.lost = self.lost, None
        if lost is None or isinstance(lost, BrokenPipeError):
            return None
        return f"cannot be written: {getattr(lost, 'strerror', None) or lost}"

    def _attempt(self, call: Callable[..., object], *arguments: str) -> None:
        if self.lost is not None:
            return
        try:
            call(*arguments)
        except (OSError, ValueError) as error:  # ValueError: somebody closed it
            self.lost = error
            with contextlib.suppress(OSError, ValueError), Path(os.devnull).open("wb") as nothing:
                # else what is left in its buffer fails again when the interpreter exits
                os.dup2(nothing.fileno(), self._target.fileno())


@contextlib.contextmanager
def unbreakable() -> Iterator[Stream]:
    """sys.stdout and sys.stderr as such streams while the body runs; gives stdout."""
    before = sys.stdout, sys.stderr
    stdout, stderr = map(Stream, before)
    sys.stdout, sys.stderr = stdout, stderr
    try:
        yield stdout
    finally:
        sys.stdout, sys.stderr = before


def encodable(text: str, encoding: str, errors: str) -> str:
    """`text`, with what the encoding lacks ESCAPED or SPELLED."""
    return text.encode(encoding, errors).decode(encoding)


class Listener(Protocol):
    """Who takes, of one thread, what would go to the two streams."""

    def printed(self, text: str) -> bool:
        """What stdout would get; False when nobody reads on."""
        ...

    def told(self, text: str) -> None:
        """A line, or several, that stderr would get."""
        ...


_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextlib.contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Have all that the body prints and tells go to `listener`."""
    before = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(before)


def who_listens() -> Listener | None:
    """The listener of this thread; None: the streams."""
    return _LISTENER.get()


def tell(text: str) -> None:
    """Print a line, or several, to stderr: progress, advice, what went wrong."""
    if (listener := who_listens()) is not None:
        listener.told(text)
    else:
        print(printable(text), file=sys.stderr, flush=True)


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return json.dumps(error.object[error.start : error.end])[1:-1], error.end


def _spelled(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(SIGNS.get(c) or json.dumps(c)[1:-1] for c in lacking), error.end


codecs.register_error(ESCAPED, _escaped)
codecs.register_error(SPELLED, _spelled)
