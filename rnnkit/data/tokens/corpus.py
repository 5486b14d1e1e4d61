"""Corpus: every token of a source as a provisional number, and where sequences end."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Sequence
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.card import TableCard
from rnnkit.data.keys import Keys, name_keys, sequence_keys
from rnnkit.data.tokens.ids import Counts, DiskIds
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.vocabulary import Ids
from rnnkit.errors import DataError


@dataclasses.dataclass(frozen=True, eq=False)
class Corpus:
    """S tokens, as one running text or as N sequences laid end to end.

    Args:
        codes: (S,) each token's place in `symbols`; those of a long text are on disk.
        symbols: the different tokens.
        lengths: (N,) of the sequences; None: running text.
        times: (N,) when each sequence begins, for a table with times.
        names: (N,) of the sequences, for a table that names them.
        columns: where the tokens stood, for a table.
        card: what is known of it.
        normalized: whether the source has text in another form of Unicode.
    """

    codes: Ids | DiskIds
    symbols: list[str]
    lengths: NDArray[np.intp] | None = None
    times: NDArray[Any] | None = None
    columns: EventColumns | None = None
    card: TableCard | None = None
    normalized: bool = False
    names: NDArray[np.object_] | None = None

    @property
    def tokens(self) -> int:
        """S."""
        return len(self.codes)

    @property
    def starts(self) -> NDArray[np.intp]:
        """(N,) where each sequence begins."""
        lengths = np.zeros(0, np.intp) if self.lengths is None else self.lengths
        return np.cumsum(lengths) - lengths

    @property
    def content(self) -> Keys:
        """A number for each sequence, (N,), by its tokens and their order."""
        tokens = name_keys(self.symbols)[np.asarray(self.codes)]
        return sequence_keys(tokens[:, None], self.starts)

    def first(self, limit: int | None) -> Corpus:
        """Only the first `limit` tokens of a text, or sequences."""
        if limit is None or (self.lengths is None and self.tokens <= limit):
            return self
        if self.lengths is None:
            return dataclasses.replace(self, codes=self.codes[:limit])
        lengths = self.lengths[:limit]
        times = None if self.times is None else self.times[:limit]
        names = None if self.names is None else self.names[:limit]
        codes = self.codes[: lengths.sum()]
        return dataclasses.replace(self, codes=codes, lengths=lengths, times=times, names=names)

    def cut(self, max_length: int | None) -> Corpus:
        """The first `max_length` tokens of each sequence."""
        if max_length is None or self.lengths is None or self.lengths.max() <= max_length:
            return self
        place = np.arange(len(self.codes)) - np.repeat(self.starts, self.lengths)
        lengths = self.lengths.clip(max=max_length)
        return dataclasses.replace(self, codes=self.codes[place < max_length], lengths=lengths)

    def counts(self, train: NDArray[Any] | slice) -> tuple[Counts, Counts]:
        """How often each symbol stands among the tokens `train`, and in all."""
        if isinstance(self.codes, DiskIds):
            before, after = self.codes.counts(cast("slice", train).stop)
            return before, before + after
        size = len(self.symbols)
        counts = np.bincount(self.codes[train], minlength=size)
        return counts, np.bincount(self.codes, minlength=size)

    def ids(self, numbers: Ids) -> Ids | DiskIds:
        """`numbers[code]` of each token, (S,)."""
        if isinstance(self.codes, DiskIds):
            return self.codes.renumbered(numbers)
        return numbers[self.codes]


def of_sequences(
    sequences: Sequence[Sequence[str]],
    *,
    columns: EventColumns | None = None,
    normalized: bool = False,
) -> Corpus:
    """Lists of tokens -> a Corpus."""
    lengths = np.fromiter(map(len, sequences), np.intp, len(sequences))
    codes, symbols = number(itertools.chain.from_iterable(sequences))
    return Corpus(codes, symbols, lengths, columns=columns, normalized=normalized)


def number(tokens: Iterable[str]) -> tuple[Ids, list[str]]:
    """Number tokens by first appearance: the numbers, (S,), and the different tokens."""
    known: dict[str, int] = {}
    codes = np.fromiter((known.setdefault(token, len(known)) for token in tokens), np.int32)
    return codes, list(known)


def check_size(corpus: Corpus, where: str) -> None:
    """Raise a DataError where there is nothing to predict."""
    if corpus.lengths is None and corpus.tokens < 2:
        raise DataError(
            f"{where}: only {corpus.tokens} token: a running text needs at least 2, one to "
            "read and one to predict"
        )
