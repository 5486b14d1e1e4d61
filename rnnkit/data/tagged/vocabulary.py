"""The tokens of training, and their characters -> tables that turn any token into ids.

Id 0 is padding and 1 is what is not known: a new token, or one that is rarer than min_count.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.section import Section
from rnnkit.data.preprocessing import numbered
from rnnkit.data.tagged.rows import Tokens
from rnnkit.data.tagged.section import TaggedData
from rnnkit.data.tokens.counting import MAX_VOCABULARY
from rnnkit.errors import DataError

UNKNOWN = 1
FIRST = 2  # the id of the first token that is known
WIDEST = 24  # characters of a token that are read: the middle of longer ones is left out

Table = NDArray[np.int32]


class Known(Section):
    """What is known by id."""

    known: tuple[str, ...]  # id FIRST and up

    def __len__(self) -> int:
        return len(self.known) + FIRST

    @property
    def ids(self) -> dict[str, int]:
        """Of each that is known, and of what is not."""
        return {"<unk>": UNKNOWN, **numbered(self.known, FIRST)}


class TokenIds(Known):
    """Tokens by id: the commonest first."""

    lowercase: bool

    @classmethod
    def of(cls, tokens: Tokens, train: NDArray[np.bool_], data: TaggedData, where: str) -> Self:
        """Those that the training rows have often enough.

        Args:
            tokens: of all rows.
            train: (S,) which rows train.
            data: what is kept.
            where: the source, for messages.

        Raises:
            DataError: none is left, or too many for a model.
        """
        counts: Counter[str] = Counter()
        found = np.bincount(tokens.codes[train], minlength=len(tokens.symbols)).tolist()
        for symbol, count in zip(tokens.symbols, found, strict=True):
            counts[_form(symbol, lowercase=data.lowercase)] += count
        ranked = counts.most_common()  # ties: the first to appear
        known = [token for token, count in ranked if count >= data.min_count]
        known = known[: data.max_vocabulary]
        if not known:
            raise DataError(
                f"{where}: no token trains {data.min_count} times, so all would be unknown: set "
                "data.min_count: 1, or give more rows"
            )
        if len(known) > MAX_VOCABULARY:
            raise DataError(
                f"{where}: {len(known):,} different tokens, more than the {MAX_VOCABULARY:,} that "
                "a model can have: set data.max_vocabulary: 20000, or a larger data.min_count"
            )
        return cls(known=tuple(known), lowercase=data.lowercase)

    def table(self, symbols: Sequence[str]) -> Table:
        """The id of each symbol behind that of padding, (K + 1,)."""
        ids = self.ids
        forms = (_form(symbol, lowercase=self.lowercase) for symbol in symbols)
        return np.array([0, *(ids.get(form, UNKNOWN) for form in forms)], np.int32)


class CharacterIds(Known):
    """The characters of tokens by id, and how many of a token are read."""

    width: int

    @classmethod
    def of(cls, tokens: Tokens, train: NDArray[np.bool_]) -> Self:
        """Those of the training rows."""
        words = [tokens.symbols[code] for code in np.unique(tokens.codes[train])]
        words = [_form(word, lowercase=False) for word in words]
        width = min(WIDEST, max(map(len, words)))
        return cls(known=tuple(sorted(set("".join(words)))), width=width)

    def table(self, symbols: Sequence[str]) -> Table:
        """The ids of each symbol's characters behind those of padding, (K + 1, width)."""
        ids = self.ids
        table = np.zeros((len(symbols) + 1, self.width), np.int32)
        for row, symbol in enumerate(symbols, 1):
            word = _form(symbol, lowercase=False)
            if len(word) > self.width:
                ahead = self.width // 2
                word = word[:ahead] + word[len(word) - (self.width - ahead) :]
            table[row, : len(word)] = [ids.get(character, UNKNOWN) for character in word]
        return table


def _form(symbol: str, *, lowercase: bool) -> str:
    """A token as it is compared: letters that look the same are the same."""
    return unicodedata.normalize("NFC", symbol.lower() if lowercase else symbol)
