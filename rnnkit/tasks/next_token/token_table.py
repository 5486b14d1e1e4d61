"""Tokens and their probabilities -> a table for the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from rnnkit.words import fraction, printable, shorten

LONGEST_TOKEN = 22
BAR = 16  # characters of a probability of 1


def next_token_table(tokens: Sequence[str], probabilities: Sequence[float]) -> Table:
    """The likeliest next tokens with a bar each."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("next", no_wrap=True)
    table.add_column("probability", justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for token, probability in zip(tokens, probabilities, strict=True):
        bar = "█" * round(BAR * probability)
        name = shorten(shown_token(token), LONGEST_TOKEN)
        table.add_row(Text(name), fraction(probability), Text(bar))
    return table


def shown_token(token: str) -> str:
    """A token as people can see it: a lone mark on a circle, as Unicode's tables show it; what is
    invisible, or has white space at an end, in quotes.
    """
    categories = {unicodedata.category(character) for character in token}
    if token != token.strip() or printable(token) != token or categories <= {"Cf"}:
        return repr(token)
    return f"◌{token}" if unicodedata.category(token[0])[0] == "M" else token
