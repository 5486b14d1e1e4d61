"""Corpus: every token of a source as a provisional number, and where sequences end."""

from __future__ import annotations

import dataclasses
import itertools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.card import TableCard
from rnnkit.data.keys import PIECE, Keys, name_keys, pieces, sequence_keys
from rnnkit.data.sequences import Sequences, places
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.vocabulary import DiskIds, Ids
from rnnkit.errors import DataError

Counts = NDArray[np.intp]
NONE: Ids = np.zeros(0, np.int32)  # codes


@dataclasses.dataclass(frozen=True, eq=False)
class Corpus:
    """S tokens, as one running text or as N sequences laid end to end.

    Args:
        codes: (S,) each token's place in `symbols`; many are on disk.
        symbols: the different tokens.
        lengths: (N,) of the sequences; None: running text.
        times: (N,) when each sequence begins, for a table with times.
        keys: (N,) a number for the name of each, for a table that names them.
        columns: where the tokens stood, for a table.
        card: what is known of it.
        notes: on what was left out of it, as sentences.
        normalized: whether the source has text in another form of Unicode.
        starts: (N,) where each sequence begins in `codes`; None: where the one before it ends.
    """

    codes: Ids | DiskIds
    symbols: list[str]
    lengths: NDArray[np.intp] | None = None
    times: NDArray[Any] | None = None
    columns: EventColumns | None = None
    card: TableCard | None = None
    notes: tuple[str, ...] = ()
    normalized: bool = False
    keys: Keys | None = None
    starts: NDArray[np.intp] | None = None

    @property
    def tokens(self) -> int:
        """S."""
        return len(self.codes)

    @property
    def content(self) -> Keys:
        """A number for each sequence, (N,), by its tokens and their order."""
        names = name_keys(self.symbols)
        found = [
            sequence_keys(names[codes][:, None], starts) for codes, starts in pieces(self.sequences)
        ]
        return np.concatenate(found)

    @property
    def sequences(self) -> Sequences:
        """The codes of each."""
        lengths = np.zeros(0, np.intp) if self.lengths is None else self.lengths
        if self.starts is not None:
            return Sequences(self.codes, self.starts, lengths)
        return Sequences.of_lengths(self.codes, lengths)

    def first(self, limit: int | None) -> Corpus:
        """Only the first `limit` tokens of a text, or sequences."""
        size = self.tokens if self.lengths is None else len(self.lengths)
        if limit is None or size <= limit:
            return self
        if self.lengths is None:
            return dataclasses.replace(self, codes=self.codes[:limit])
        end = int((self.sequences.starts + self.lengths)[limit - 1])
        arrays = {name: getattr(self, name) for name in ("lengths", "times", "keys", "starts")}
        some = {name: array[:limit] for name, array in arrays.items() if array is not None}
        codes = self.codes
        codes = codes.first(end) if isinstance(codes, DiskIds) else codes[:end]
        return dataclasses.replace(self, codes=codes, **some)

    def cut(self, max_length: int | None) -> Corpus:
        """The first `max_length` tokens of each sequence."""
        if max_length is None or self.lengths is None or self.lengths.max() <= max_length:
            return self
        starts, lengths = self.sequences.starts, self.lengths.clip(max=max_length)
        return dataclasses.replace(self, lengths=lengths, starts=starts)

    def counts(self, train: NDArray[np.bool_] | int) -> tuple[Counts, Counts]:
        """How often each symbol stands in the training part, and in all.

        Args:
            train: (N,) the sequences that train; of a running text, where its training part ends.
        """
        size, first = len(self.symbols), 0
        trained, total = np.zeros((2, size), np.intp)
        if not isinstance(train, np.ndarray):
            for piece in self._pieces():
                trained += np.bincount(piece[: max(0, train - first)], minlength=size)
                total += np.bincount(piece, minlength=size)
                first += len(piece)
            return trained, total
        for codes, starts in pieces(self.sequences):
            lengths = np.diff(starts, append=len(codes))
            chosen = np.repeat(train[first : first + len(starts)], lengths)
            trained += np.bincount(codes[chosen], minlength=size)
            total += np.bincount(codes, minlength=size)
            first += len(starts)
        return trained, total

    def _pieces(self) -> Iterator[Ids]:
        """All codes, some at a time."""
        for start in range(0, len(self.codes), PIECE):
            yield self.codes[start : start + PIECE]

    def ids(self, numbers: Ids) -> Ids | DiskIds:
        """`numbers[code]` of each token, (S,)."""
        if isinstance(self.codes, DiskIds):
            return self.codes.renumbered(numbers)
        return numbers[self.codes]


def cut(codes: Ids, lengths: NDArray[np.intp], max_length: int) -> tuple[Ids, NDArray[np.intp]]:
    """The first `max_length` tokens of each sequence, end to end, and how many each has."""
    return codes[places(lengths) < max_length], lengths.clip(max=max_length)


def of_sequences(sequences: Sequence[Sequence[str]]) -> Corpus:
    """Lists of tokens -> a Corpus."""
    lengths = np.fromiter(map(len, sequences), np.intp, len(sequences))
    known = numbering()
    codes = number(itertools.chain.from_iterable(sequences), known)
    return Corpus(codes, list(known), lengths)


def numbering() -> defaultdict[str, int]:
    """Of tokens: one that is not known yet gets the next number."""
    known: defaultdict[str, int] = defaultdict()
    known.default_factory = known.__len__
    return known


def number(tokens: Iterable[str], known: defaultdict[str, int]) -> Ids:
    """The number of each token, (S,), by a `numbering`."""
    return np.fromiter(map(known.__getitem__, tokens), np.int32)


def check_size(corpus: Corpus, where: str) -> None:
    """Raise a DataError where there is nothing to predict."""
    if corpus.lengths is None and corpus.tokens < 2:
        raise DataError(
            f"{where}: only {corpus.tokens} token: a running text needs at least 2, one to "
            "read and one to predict"
        )
