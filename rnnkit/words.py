"""How messages, tables and pages are worded: numbers, lists, names and foreign text."""

from __future__ import annotations

import difflib
import math
import reprlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

MAX_KNOWN = 100  # names that a message lists
NEAR = 0.6  # difflib's ratio from which a word counts as a misspelling

_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}  # categories of Unicode
_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # embed, override, isolate

# What other libraries, and Keras's class names, call the same thing.
_ALSO_KNOWN_AS = {
    "acc": "accuracy",
    "bilstm": "bidirectional",
    "embeddingdim": "output_dim",
    "f1": "f1_score",
    "hiddensize": "units",
    "hiddenunits": "units",
    "lr": "learning_rate",
    "p": "rate",
    "prob": "rate",
    "rnn": "simple_rnn",
    "vocabsize": "input_dim",
}


_NO_LETTERS = str.maketrans("", "", "_- ")


def counted(number: int, noun: str) -> str:
    """`1 row`, `2,000 rows`, `2 series`."""
    return f"{number:,} {noun}{'' if number == 1 or noun.endswith('series') else 's'}"


def quoted(words: Sequence[str], most: int = 12) -> str:
    """`'a', 'b', 'c'`, with the rest only counted."""
    shown = ", ".join(f"'{brief(word)}'" for word in words[:most])
    return shown + (f" and {len(words) - most:,} more" if len(words) > most else "")


def named(words: Sequence[str], most: int = 12) -> str:
    """`a, b, c`, with the rest only counted."""
    shown = ", ".join(map(brief, words[:most]))
    return shown + (f" and {len(words) - most:,} more" if len(words) > most else "")


def brief(value: object, most: int = 60) -> str:
    """A value from a data file in at most so many characters, on one line."""
    text = str(value).replace("\n", "\\n")
    return text if len(text) <= most else f"{_cut(text, most - 1)}…"


def ends(text: str, most: int) -> str:
    """The beginning and the end of a text that is longer."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-(most // 2) :]}"


def printable(text: str) -> str:
    """Text of every script as it is, safe on a terminal: what could steer that becomes �.

    That is escape sequences and other controls, line and paragraph separators, halves of characters
    and what turns the direction of all that follows. Joiners, marks and fixed spaces stay.
    """
    if text.isprintable():
        return text
    return "".join("�" if _steers(c) else " " if c == "\t" else c for c in text)


def _steers(character: str) -> bool:
    kept = character in "\n\t"
    return character in _TURNS or (not kept and unicodedata.category(character) in _CONTROLS)


def shorten(name: object, length: int) -> str:
    """At most `length` characters on one line; what cannot be printed becomes �."""
    text = printable(" ".join(str(name).split()))
    return text if len(text) <= length else _cut(text, max(0, length - 1)).rstrip() + "…"


def _cut(text: str, most: int) -> str:
    """At most so many characters, no letter without the marks that follow it."""
    while most and unicodedata.category(text[most])[0] == "M":
        most -= 1
    return text[:most]


def fraction(value: float) -> str:
    """`0.9641`; what is short of 1 is never rounded up to it."""
    return f"{value if value >= 1 else min(value, 0.9999):.4f}"


def percent(value: float) -> str:
    """`2.3 %`."""
    return f"{100 * value:.1f} %"


def measured(value: float) -> str:
    """A loss, metric or rate of any size: `0.1234`, `12.35`, `0.0001`, `2.5e-07`; NaN as a dash."""
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if size and (size < 1e-3 or size >= 1e6):
        return f"{value:.3g}"
    return f"{value:,.4f}" if size < 10 else f"{value:,.2f}"


def duration(seconds: float) -> str:
    """`4.2 s`, `6 min 12 s`, `2 h 05 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600:,} h {whole % 3600 // 60:02d} min"


def shape(value: Sequence[int | None]) -> str:
    """`28 × 256` for (28, 256), `T × 256` where the length varies; the batch is left out."""
    return " × ".join("T" if size is None else f"{size:,}" for size in value)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """` Did you mean 'units'?` for a near miss, else the list of what there is."""
    known = list(choices)
    if near := nearest(word, known):
        return f" Did you mean '{near}'?"
    more = f" and {len(known) - MAX_KNOWN:,} more" if len(known) > MAX_KNOWN else ""
    return f" Known here: {listed(known[:MAX_KNOWN])}{more}." if known else ""


def nearest(word: str, choices: Iterable[str]) -> str | None:
    """The choice that `word` probably stands for: capitals, blanks and underscores make none."""
    by_letters = {_letters(choice): choice for choice in choices}
    letters = _letters(word)
    other_name = _ALSO_KNOWN_AS.get(letters, "")
    if _letters(other_name) in by_letters:
        return other_name
    near = difflib.get_close_matches(letters, by_letters, n=1, cutoff=NEAR)
    return by_letters[near[0]] if near else None


def _letters(word: str) -> str:
    return word.lower().translate(_NO_LETTERS)


def listed(words: Sequence[str], last: str = "or") -> str:
    """`a, b or c`."""
    return f" {last} ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


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
