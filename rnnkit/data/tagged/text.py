"""Text -> words in lower case, without marks, each with a tag that says how it was written.

`Who's there? FRANCISCO.` gives who's: Word, there: `word?`, francisco: `WORD.`; so a model that
tags bare words puts capitals and punctuation back.
"""

from __future__ import annotations

import functools

import numpy as np

from rnnkit.data.labelled.examples import Labels
from rnnkit.data.sequences import Indices
from rnnkit.data.tagged.rows import Rows, Tokens
from rnnkit.data.tokens.corpus import number, numbering
from rnnkit.data.tokens.splitting import Splitter
from rnnkit.data.tokens.text import separate
from rnnkit.errors import DataError
from rnnkit.words import counted

WORD = "word"  # the name of the input, and what stands for a word in a tag
MARKS = ",.;:?!"  # of several behind a word the first of these is its mark
_SPLITTER = Splitter("word")


def read_text(text: str, where: str) -> tuple[Rows, tuple[str, ...]]:
    """The words of a text in sequences, and notes on what was left out.

    They stand between blank lines; without any, each line is one.

    Raises:
        DataError: it holds no word.
    """
    found = separate(text, "blank_line")
    blocks = [_tagged(block) for block in (found if len(found) > 1 else separate(text, "line"))]
    lengths = np.array([len(words) for words, _ in blocks if words], np.intp)
    pairs = [pair for words, _ in blocks for pair in words]
    if not pairs:
        raise DataError(f"{where} holds no word")
    symbols, values = numbering(), numbering()
    codes = number((word for word, _ in pairs), symbols)
    tags = number((tag for _, tag in pairs), values)
    dropped = sum(others for _, others in blocks)
    note = f"{counted(dropped, 'other sign')} than {MARKS} left out: quotes, brackets, dashes ..."
    rows = Rows(
        lengths=lengths,
        tokens={WORD: Tokens(codes.astype(np.intp), tuple(symbols))},
        features=None,
        tags=Labels(tags.astype(np.intp), tuple(values)),
        order=np.arange(len(codes)),
    )
    return rows, (note,) * bool(dropped)


def written(word: str, tag: str) -> str:
    """A word as its tag says: `to`, `Word,` -> `To,`."""
    shape, mark = tag[: len(WORD)], tag[len(WORD) :]
    changed = {WORD.upper(): word.upper(), WORD.capitalize(): word[:1].upper() + word[1:]}
    return changed.get(shape, word) + mark


def as_prose(words: list[str], lengths: Indices) -> str:
    """Written words as text, a blank line between two sequences."""
    ends = np.cumsum(lengths).tolist()
    blocks = (words[end - size : end] for end, size in zip(ends, lengths.tolist(), strict=True))
    return "\n\n".join(map(" ".join, blocks)) + "\n"


def _tagged(block: str) -> tuple[list[tuple[str, str]], int]:
    """Each word in lower case with its tag, and how many signs are in none."""
    found: list[tuple[str, str]] = []
    dropped = 0
    for token in _SPLITTER.split(block.replace("_", " ")):  # which mark italics in plain text
        if pair := _word(token):
            found.append(pair)
        elif token in MARKS and found and found[-1][1][-1] not in MARKS:
            word, tag = found[-1]
            found[-1] = (word, tag + token)
        elif token != "\n":
            dropped += 1
    return found, dropped


@functools.lru_cache(maxsize=1 << 16)  # words come again and again
def _word(token: str) -> tuple[str, str] | None:
    """A word and its tag; None of a mark."""
    return (token.lower(), _shape(token)) if any(map(str.isalnum, token)) else None


def _shape(word: str) -> str:
    if len(word) > 1 and word.isupper():
        return WORD.upper()
    return WORD.capitalize() if word[0].isupper() else WORD
