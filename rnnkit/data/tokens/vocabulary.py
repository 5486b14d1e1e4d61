"""Text <-> token ids: which tokens there are, and each one's number."""

from __future__ import annotations

import dataclasses
import difflib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from rnnkit.config.section import Section
from rnnkit.data.disk import DiskArray
from rnnkit.data.tokens.splitting import Level, Normalization, Splitter, code_points
from rnnkit.errors import DataError
from rnnkit.words import counted

END, UNKNOWN = "<end>", "<unk>"
Ids = NDArray[np.int32]
_WIDTHS = ("uint8", "uint16", "int32")  # in which ids are stored

MOST_LISTED = 8  # unknown tokens that an error names
ALPHABET = 5  # different letters, of which fewer say nothing of text in an alphabet
_NO_SPACE_BEFORE = r" +([\p{Terminal_Punctuation}\p{Pe}’”\n])"
_NO_SPACE_AFTER = r"([\p{Ps}“¿¡\n]) +"


class Vocabulary(Section):
    """The V tokens of a data set; a token's id is its place in `tokens`."""

    level: Level  # item: between white space, or between commas where an item holds white space
    tokens: tuple[str, ...]  # (V,), every one different
    normalization: Normalization = "NFC"
    end: int | None = None  # id of <end>: what a sequence ends with, and starts from
    unknown: int | None = None  # id of <unk>: whatever is not in `tokens`

    @model_validator(mode="after")
    def _ids_of_tokens(self) -> Self:
        for number in (self.end, self.unknown):
            if number is not None and not 0 <= number < len(self):
                raise ValueError(f"id {number} is none of the {len(self)} tokens")
        return self

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def splitter(self) -> Splitter:
        """How a text is read."""
        return Splitter(self.level, self.normalization)

    def split(self, text: str) -> list[str]:
        """Text -> its tokens."""
        if self._spaced:
            text = self.splitter.normalized(text)
            return [item.strip() for item in text.split(",") if item.strip()]
        return self.splitter.split(text)

    def encode(self, text: str) -> Ids:
        """Text -> ids, (n,).

        Raises:
            DataError: tokens that are not in the vocabulary, where it has no <unk>.
        """
        if self.level == "character" and self.unknown is None and len(self._sorted_codes[0]):
            codes, numbers = self._sorted_codes
            points = code_points(self.splitter.normalized(text))
            places = np.searchsorted(codes, points).clip(max=len(codes) - 1)
            if (codes[places] == points).all():
                ids: Ids = numbers[places]
                return ids
        return self.encode_tokens(self.split(text))

    def encode_tokens(self, tokens: Sequence[str]) -> Ids:
        """Tokens -> ids, (n,).

        Raises:
            DataError: tokens that are not in the vocabulary, where it has no <unk>.
        """
        otherwise = -1 if self.unknown is None else self.unknown
        known = self._ids
        ids = np.fromiter((known.get(t, otherwise) for t in tokens), np.int32, len(tokens))
        if self.unknown is None and (ids < 0).any():
            raise self._not_known(tokens, ids)
        return ids

    def decode(self, ids: Sequence[int] | NDArray[Any]) -> str:
        """Ids -> text: characters side by side, words as prose, items with a space between."""
        tokens = [self.tokens[int(i)] for i in ids]
        if self.level == "character":
            return "".join(tokens)
        if self.level == "word":
            return _as_prose(" ".join(tokens))
        return (", " if self._spaced else " ").join(tokens)

    @cached_property
    def _ids(self) -> dict[str, int]:
        return {token: number for number, token in enumerate(self.tokens)}

    @cached_property
    def _spaced(self) -> bool:
        """Whether an item holds white space, as an action `add to cart` does."""
        return self.level == "item" and any(len(token.split()) != 1 for token in self.tokens)

    @cached_property
    def _sorted_codes(self) -> tuple[NDArray[np.uint32], Ids]:
        """Code points of the one-character tokens, in order, and the id of each."""
        singles = [(ord(t), i) for i, t in enumerate(self.tokens) if len(t) == 1]
        pairs = np.array(sorted(singles), np.int64).reshape(-1, 2)
        return pairs[:, 0].astype(np.uint32), pairs[:, 1].astype(np.int32)

    @property
    def alphabets(self) -> tuple[str, ...]:
        """Those that its letters are of, by Unicode's names of these, the largest first."""
        special = {self.end, self.unknown}
        tokens = (token for number, token in enumerate(self.tokens) if number not in special)
        letters = filter(str.isalpha, set("".join(tokens)))
        counts = Counter(unicodedata.name(letter, "OTHER").split()[0] for letter in letters)
        return tuple(name.capitalize() for name, n in counts.most_common() if n >= ALPHABET)

    def _not_known(self, tokens: Sequence[str], ids: Ids) -> DataError:
        missing = list(dict.fromkeys(tokens[i] for i in np.flatnonzero(ids < 0).tolist()))
        named = [self._with_near_miss(token) for token in missing[:MOST_LISTED]]
        rest = f" and {len(missing) - MOST_LISTED:,} more" if len(missing) > MOST_LISTED else ""
        noun = {"character": "character", "word": "word", "item": "token"}[self.level]
        return DataError(
            f"{counted(len(missing), f'unknown {noun}')}: {', '.join(named)}{rest}; "
            f"the vocabulary holds {len(self):,}"
        )

    def _with_near_miss(self, token: str) -> str:
        near = difflib.get_close_matches(token, self.tokens, n=1)
        if not near and token.swapcase() in self._ids:
            near = [token.swapcase()]
        return f"{token!r} (did you mean {near[0]!r}?)" if near else repr(token)


@dataclasses.dataclass(frozen=True, eq=False)
class DiskIds:
    """S ids whose codes are on disk, which answer like an array (S,) int32.

    Args:
        codes: (S,) small numbers, one for each token.
        table: the id of each code.
    """

    codes: DiskArray
    table: Ids

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def shape(self) -> tuple[int]:
        return (len(self),)

    @property
    def nbytes(self) -> int:
        """Of RAM."""
        return self.table.nbytes

    def __getitem__(self, chosen: Any) -> Ids:
        """The ids of a slice, or of places of any shape."""
        found: Ids = self.table[self.codes[chosen]]
        return found

    def first(self, most: int) -> DiskIds:
        """The first so many of them."""
        return dataclasses.replace(self, codes=self.codes.part(0, most))

    def renumbered(self, numbers: Ids) -> DiskIds:
        """The same tokens, with `numbers[id]` as their ids."""
        return dataclasses.replace(self, table=numbers[self.table])


def narrow(ids: Ids, largest: int) -> NDArray[Any]:
    """Ids as they are stored, where none is larger than that."""
    return ids.astype(next(width for width in _WIDTHS if largest <= np.iinfo(width).max))


def _as_prose(joined: str) -> str:
    """Words with a space between any two -> without those beside punctuation."""
    import regex

    text: str = regex.sub(_NO_SPACE_BEFORE, r"\1", joined)
    text = regex.sub(_NO_SPACE_AFTER, r"\1", text)
    return text
