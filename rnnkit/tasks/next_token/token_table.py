"""Tokens and their probabilities -> a table for the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from rnnkit.words import fraction, shorten

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
    """A token as people can see it: with white space at an end, or a line break, in quotes."""
    plain = bool(token) and token == token.strip() and token.isprintable()
    return token if plain else repr(token)
