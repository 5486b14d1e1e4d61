"""Text -> its tokens: characters, words and signs, or what stands between white space."""

from __future__ import annotations

import dataclasses
import functools
import unicodedata
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.words import counted, quoted

Level = Literal["character", "word", "item"]
Normalization = Literal["NFC", "NFD", "NFKC", "none"]

FEW_RUNS = 0.1  # share of the words that may be runs of words before it is said

_SPACE = r"\s\x1c-\x1f\u200b"  # U+200B parts the words of scripts that show no spaces
_WORDS = rf"""
    [\w\p{{N}}]+                                # letters with their marks and joiners, numbers,
    (?:['’\-‐‑·״׳\u00ad\u2060\ufeff][\w\p{{N}}]+)*  # inner apostrophes, hyphens and joiners
    | \n
    | </?[|]?\p{{L}}[\w-]*[|]?/?>               # of prepared corpora: <unk>, </s>, <|endoftext|>,
    | \[(?:UNK|PAD|CLS|SEP|MASK)\] | @[-.,]@  # [MASK], the @-@ of a hyphen,
    | &(?:amp|apos|quot|lt|gt);               # and signs as HTML has them
    | (?![{_SPACE}])\X                        # any other sign with what belongs to it
"""
_RUNS = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]{2}"


@dataclasses.dataclass(frozen=True)
class Splitter:
    """How text is read, in every script.

    A character is a code point: so there are few, and a new text hardly ever has another one,
    where letters with all their signs would be thousands. A word is a run of letters, marks,
    joiners and digits: what a script writes without spaces is one.

    Args:
        level: what one token is.
        normalization: the form of Unicode that text is brought to first, so that letters which
            look the same are the same.
    """

    level: Level
    normalization: Normalization = "NFC"

    def normalized(self, text: str) -> str:
        """The text in the form that is asked for."""
        form = self.normalization
        return text if form == "none" else unicodedata.normalize(form, text)

    def changes(self, text: str) -> bool:
        """Whether the text is in another form."""
        form = self.normalization
        return form != "none" and not unicodedata.is_normalized(form, text)

    def split(self, text: str) -> list[str]:
        """The tokens of a text."""
        text = self.normalized(text)
        if self.level == "character":
            return list(text)
        found: list[str] = _compiled(_WORDS).findall(text) if self.level == "word" else text.split()
        return found


def code_points(text: str) -> NDArray[np.uint32]:
    """The Unicode number of each character, (n,)."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def begins_anew(character: str) -> bool:
    """Whether no form of Unicode joins it to what stands before it."""
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] != "M" and not "\u1160" <= first <= "\u11ff"  # Hangul


def is_run(word: str) -> bool:
    """Whether a word has letters of a script that puts no spaces between words."""
    return _compiled(_RUNS).search(word) is not None


def runs_notes(symbols: Sequence[str], level: Level, where: str) -> list[str]:
    """A sentence where many words are such runs."""
    runs = [symbol for symbol in symbols if level == "word" and is_run(symbol)]
    if len(runs) <= FEW_RUNS * len(symbols):
        return []
    return [
        f"{where}: {len(runs):,} of {counted(len(symbols), 'different word')} stand in scripts "
        f"without spaces, such as {quoted(runs[:1])}, each run one word: set data.level: "
        "character, or put a space or U+200B between words"
    ]


@functools.cache
def _compiled(pattern: str) -> Any:
    import regex  # knows marks, joiners, clusters and scripts; takes 30 ms

    return regex.compile(pattern, regex.VERBOSE)
