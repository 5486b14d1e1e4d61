"""A problem in a config and its place, as text: `file:line:col: message`, the line, and a caret."""

from __future__ import annotations

import dataclasses
import unicodedata

KeyPath = tuple[str | int, ...]  # ("model", "layers", 0, "lstm", "units")

MAX_LINE = 120  # characters of a source line that are shown


@dataclasses.dataclass(frozen=True, order=True)
class Location:
    """Where a key or value was written. Lines and columns count from 1, as editors do."""

    source: str  # a path as the user gave it, "--set key=value", or an environment variable's name
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
        place = self.location
        if not place.text.strip():
            return head
        first = max(0, place.column - 1 - MAX_LINE // 2) if len(place.text) > MAX_LINE else 0
        window = place.text[first : first + MAX_LINE]
        text = "".join(" " if unicodedata.category(c) == "Cc" else c for c in window)  # tabs
        column = place.column - 1 - first
        carets = " " * column + "^" * max(1, min(place.length, len(text) - column))
        number = str(place.line)
        return f"{head}\n  {number} | {text}\n  {' ' * len(number)} | {carets}"
