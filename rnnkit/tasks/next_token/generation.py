"""`rnnkit generate` for tokens: a run -> texts that it makes up, piece by piece."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from rnnkit.datasets import EMBEDDED
from rnnkit.errors import DataError
from rnnkit.tasks.next_token.samples import opening
from rnnkit.tasks.next_token.trained import TokenRun

TUNES = ".abc"  # the suffix of data that are tunes


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wish:
    """What text is wanted.

    Args:
        prompt: what the text begins with.
        length: tokens that are drawn at most.
        temperature: below 1 likelier tokens, above 1 more surprising ones; 0 the likeliest.
        top_k: draw among so many of the likeliest tokens.
        top_p: draw among the likeliest tokens that together reach this probability.
        seed: the same seed gives the same texts.
        until: a token after which the text ends.
    """

    prompt: str = ""
    length: int = 500
    temperature: float = 1.0
    top_k: int | None = None
    top_p: float | None = None
    seed: int = 0
    until: str | None = None


def draws_tunes(tokens: TokenRun) -> bool:
    """Whether the run was trained on tunes in ABC notation."""
    source = tokens.config.data.source
    file = EMBEDDED[source].file if source in EMBEDDED else source
    return Path(file).suffix.lower() == TUNES


def between(tokens: TokenRun) -> str:
    """What separates two texts: what separated them in the data; a rule in running text."""
    if tokens.kept.kind == "text":
        return "---\n"
    return "\n" if tokens.kept.separator == "blank_line" else ""


def stream_text(tokens: TokenRun, wish: Wish, *, text: int = 0) -> Iterator[str]:
    """The pieces of a text as they are drawn, the prompt first; the last one ends the line.

    Args:
        tokens: the run.
        wish: what is wanted.
        text: the number of the text among those of one seed.

    Raises:
        DataError: the prompt has unknown tokens, or `until` is not one token.
    """
    vocabulary = tokens.vocabulary
    before = tokens.encode(wish.prompt)
    stop = {token for token in (vocabulary.end, until_id(tokens, wish.until)) if token is not None}
    drawn = tokens.sampler.stream(
        [*opening(vocabulary), *before],
        wish.length,
        temperature=wish.temperature,
        top_k=wish.top_k,
        top_p=wish.top_p,
        seed=wish.seed,
        text=text,
        stop=stop,
    )
    last = wish.prompt
    if last:
        yield last
    previous = before[-1:]
    for token in drawn:
        if token == vocabulary.end:
            break
        # what joins two tokens depends on these two alone
        last = vocabulary.decode([*previous, token])[len(vocabulary.decode(previous)) :]
        previous = [token]
        yield last
    if not last.endswith("\n"):
        yield "\n"


def until_id(tokens: TokenRun, until: str | None) -> int | None:
    """The id of the token that ends a text; `\\n` typed as two characters is a line break.

    Raises:
        DataError: it is not one token of the vocabulary.
    """
    if until is None:
        return None
    name = "\n" if until == r"\n" else until
    if name not in tokens.vocabulary.tokens:
        kind = {"character": "one character", "word": "one word", "item": "one token"}
        raise DataError(
            f"until: {until!r} is not {kind[tokens.vocabulary.level]} of the run's vocabulary"
        )
    return tokens.vocabulary.tokens.index(name)
