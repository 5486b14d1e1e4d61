"""A problem in a config and its place, as text: `file:line:col: message`, the line, and a caret."""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Iterable, Sequence


@dataclasses.dataclass(frozen=True, order=True)
class Location:
    """Where a key or value was written. Lines and columns count from 1, as editors do."""

    source: str  # a path as the user gave it, "--set", or an environment variable's name
    line: int = 0  # 0: the source has no lines
    column: int = 0
    length: int = 1  # characters under which the carets stand
    text: str = ""  # the whole line

    def __str__(self) -> str:
        return f"{self.source}:{self.line}:{self.column}" if self.line else self.source


@dataclasses.dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong with a config; renders as a compiler's error does."""

    location: Location
    message: str

    def render(self) -> str:
        head = f"{self.location}: {self.message}"
        if not self.location.text.strip():
            return head
        number = str(self.location.line)
        carets = " " * (self.location.column - 1) + "^" * max(1, self.location.length)
        text = self.location.text.replace("\t", " ")
        return f"{head}\n  {number} | {text}\n  {' ' * len(number)} | {carets}"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """` Did you mean 'units'?` for a near miss, else the list of what there is."""
    known = list(choices)
    if near := difflib.get_close_matches(word, known, n=1, cutoff=0.6):
        return f" Did you mean '{near[0]}'?"
    return f" Known here: {listed(known)}." if known else ""


def listed(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
