"""Numbers and lists as words of a message."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, noun: str) -> str:
    """`1 row`, `2,000 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def quoted(words: Sequence[str], most: int = 12) -> str:
    """`'a', 'b', 'c'`, with the rest only counted."""
    shown = ", ".join(f"'{word}'" for word in words[:most])
    return shown + (f" and {len(words) - most:,} more" if len(words) > most else "")
