"""A problem in a config and its place, as text: `file:line:col: message`, the line, and a caret."""

from __future__ import annotations

import dataclasses
import difflib
import reprlib
from collections.abc import Iterable, Sequence
from typing import Any

MAX_KNOWN = 100  # names that a message lists
MAX_LINE = 120  # characters of a source line that are shown
NEAR = 0.6  # difflib's ratio from which a word counts as a misspelling

# What other libraries, and Keras's class names, call the same thing.
_ALSO_KNOWN_AS = {
    "bilstm": "bidirectional",
    "embeddingdim": "output_dim",
    "hiddensize": "units",
    "hiddenunits": "units",
    "lr": "learning_rate",
    "p": "rate",
    "prob": "rate",
    "rnn": "simple_rnn",
    "vocabsize": "input_dim",
}


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
        text = "".join(c if c.isprintable() else " " for c in window)  # tabs, terminal codes
        column = place.column - 1 - first
        carets = " " * column + "^" * max(1, min(place.length, len(text) - column))
        number = str(place.line)
        return f"{head}\n  {number} | {text}\n  {' ' * len(number)} | {carets}"


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """` Did you mean 'units'?` for a near miss, else the list of what there is."""
    known = list(choices)
    if near := nearest(word, known):
        return f" Did you mean '{near}'?"
    more = f" and {len(known) - MAX_KNOWN:,} more" if len(known) > MAX_KNOWN else ""
    return f" Known here: {listed(known[:MAX_KNOWN])}{more}." if known else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` probably stands for: capitals and underscores make no difference."""
    by_letters = {_letters(choice): choice for choice in choices}
    letters = _letters(word)
    other_name = _ALSO_KNOWN_AS.get(letters, "")
    if _letters(other_name) in by_letters:
        return other_name
    near = difflib.get_close_matches(letters, by_letters, n=1, cutoff=NEAR)
    return by_letters[near[0]] if near else None


def _letters(word: str) -> str:
    return word.lower().replace("_", "").replace("-", "")


def listed(words: Sequence[str]) -> str:
    """`a, b or c`."""
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def shown(value: Any) -> str:
    """A value of a config for a message: as YAML would have it, and never long."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _SHORT.repr(value)


class _Short(reprlib.Repr):
    """Bounded in depth too: a value from Python may be nested without end."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 3
        self.maxstring = self.maxother = self.maxlong = 60

    def repr_int(self, x: int, level: int) -> str:
        """Python refuses to write integers of more than 4,300 digits."""
        bits = x.bit_length()
        return super().repr_int(x, level) if bits < 1000 else f"an integer of {bits:,} bits"


_SHORT = _Short()
