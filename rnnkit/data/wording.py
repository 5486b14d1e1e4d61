"""Numbers, lists and foreign text as words of a message."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


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
    return text if len(text) <= most else f"{text[: most - 1]}…"


def ends(text: str, most: int) -> str:
    """The beginning and the end of a text that is longer."""
    return text if len(text) <= most else f"{text[: most // 2]} … {text[-(most // 2) :]}"


def printable(text: str) -> str:
    """Text from anywhere, safe on a terminal: escape sequences and other controls become �."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else " " if c == "\t" else "�" for c in text)
