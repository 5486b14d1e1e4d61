"""A source -> a Corpus: the number of each token, and where sequences end."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.tables import TableSection
from rnnkit.data.cache import Place
from rnnkit.data.files import Source
from rnnkit.data.ram import ram_size
from rnnkit.data.tokens.corpus import Corpus, cut
from rnnkit.data.tokens.pieces import (
    SYMBOL_RAM,
    count_lines,
    is_empty,
    read_pieces,
    refuse_many,
    text_size,
)
from rnnkit.data.tokens.preprocessing import EventColumns
from rnnkit.data.tokens.section import Separator
from rnnkit.data.tokens.splitting import Splitter, code_points
from rnnkit.data.tokens.text import only_text, separate, whole
from rnnkit.data.tokens.vocabulary import Ids
from rnnkit.errors import DataError

_CHARACTERS = 0x110000  # code points of Unicode


class Numbers:
    """The different tokens of a text, each with a number; new ones get the next."""

    def __init__(self, splitter: Splitter, symbols: list[str] | None = None) -> None:
        self.splitter = splitter
        self._known = {symbol: number for number, symbol in enumerate(symbols or [])}
        if splitter.level == "character":
            self._numbers = np.full(_CHARACTERS, -1, np.int32)
            self._numbers[code_points("".join(self._known))] = np.arange(len(self))

    def __len__(self) -> int:
        return len(self._known)

    @property
    def symbols(self) -> list[str]:
        """By number: words and items as they first appear."""
        return list(self._known)

    def in_order(self) -> tuple[list[str], Ids]:
        """The tokens as a text in RAM has them, characters sorted; each number's place there."""
        if self.splitter.level != "character":
            return self.symbols, np.arange(len(self), dtype=np.int32)
        places = np.argsort(np.argsort(code_points("".join(self._known)))).astype(np.int32)
        return sorted(self._known), places

    def of(self, text: str) -> Ids:
        """The number of each token of a text, (n,)."""
        if self.splitter.level != "character":
            return self._of_words(self.splitter.split(text))
        return self._of_characters(self.splitter.normalized(text))

    def of_each(self, texts: Sequence[str]) -> tuple[Ids, NDArray[np.intp]]:
        """The numbers of the tokens of each text, end to end, and how many each has."""
        if self.splitter.level == "character":
            signs = list(map(self.splitter.normalized, texts))
            lengths = np.fromiter(map(len, signs), np.intp, len(signs))
            return self._of_characters("".join(signs)), lengths
        words = list(map(self.splitter.split, texts))
        lengths = np.fromiter(map(len, words), np.intp, len(words))
        return self._of_words(itertools.chain.from_iterable(words)), lengths

    def _of_words(self, tokens: Iterable[str]) -> Ids:
        known = self._known
        return np.fromiter((known.setdefault(t, len(known)) for t in tokens), np.int32)

    def _of_characters(self, text: str) -> Ids:
        known, points = self._known, code_points(text)
        codes = self._numbers[points]
        if (codes < 0).any():
            for point in np.unique(points[codes < 0]).tolist():
                self._numbers[point] = known.setdefault(chr(point), len(known))
            codes = self._numbers[points]
        return codes


class Reading:
    """A source that is read once from its beginning to its end, or to a limit.

    Args:
        source: text.
        splitter: how it is read.
        limit: read no more than so many tokens, or sequences.
        separator: what stands between sequences; None: it is one running text.
        max_length: tokens of a sequence that are read.
    """

    def __init__(
        self,
        source: Source,
        splitter: Splitter,
        limit: int | None,
        *,
        separator: Separator | None = None,
        max_length: int | None = None,
    ) -> None:
        self.numbers = Numbers(splitter)
        self.lengths: list[NDArray[np.intp]] = []  # of the sequences so far
        self._separator, self._max_length = separator, max_length
        self.tokens = 0  # read so far
        self.normalized = False  # whether some of it is in another form of Unicode
        self._splitter = splitter
        self._source = source
        self._limit = limit
        ram = ram_size()
        self._most = None if ram is None else ram // 2 // SYMBOL_RAM  # different tokens
        self._found = ""  # "": nothing yet; " ": white space; "x": more

    def codes(self) -> Iterator[Ids]:
        """The numbers of the text, a piece at a time, (n,).

        Raises:
            DataError: it is no UTF-8 text, there is nothing in it, or too much that is different.
        """
        texts = read_pieces(self._source, self._splitter.level)
        for text in texts if self._separator is None else whole(texts, self._separator):
            self.normalized = self.normalized or self._splitter.changes(text)
            codes = self._codes_of(text)
            self._check_ram()
            self.tokens += len(codes)
            if self._found != "x" and text:
                self._found = "x" if text.strip() else " "
            yield codes
            if self._is_full:
                return
        if self._found != "x":
            raise is_empty(self._source, white_space=self._found == " ")

    def corpus(self) -> Corpus:
        """All of it, in RAM; as of `codes`."""
        codes = np.concatenate(list(self.codes()))
        symbols, places = self.numbers.in_order()
        lengths = np.concatenate(self.lengths) if self.lengths else None
        return Corpus(places[codes], symbols, lengths, normalized=self.normalized)

    def _codes_of(self, text: str) -> Ids:
        if self._separator is None:
            most = None if self._limit is None else self._limit - self.tokens
            return self.numbers.of(text)[:most]
        most = None if self._limit is None else self._limit - sum(map(len, self.lengths))
        codes, lengths = self.numbers.of_each(separate(text, self._separator)[:most])
        if self._max_length is not None:
            codes, lengths = cut(codes, lengths, self._max_length)
        self.lengths.append(lengths)
        return codes

    @property
    def _is_full(self) -> bool:
        read = self.tokens if self._separator is None else sum(map(len, self.lengths))
        return read == self._limit

    def _check_ram(self) -> None:
        if self._most is not None and len(self.numbers) > self._most:
            raise DataError(
                f"{self._source.where}: more than {len(self.numbers):,} different tokens of level "
                f"{self._splitter.level}, too many for the RAM: set data.level: character, or "
                "data.limit"
            )


def read_corpus(
    source: Source,
    splitter: Splitter,
    *,
    separator: Separator | None,
    columns: EventColumns | None,
    data: TableSection,
    place: Place | None = None,
    sha256: str | None = None,
) -> Corpus:
    """Read every token of a source.

    Args:
        source: text or a table.
        splitter: how text is read.
        separator: text: what stands between sequences; None: running text.
        columns: table: where the tokens stand; None where the only column holds them.
        data: table: how the files are written and what is asked of them.
        place: table: where the codes go that are too large for the RAM.
        sha256: table: of the source, where it is known.

    Raises:
        DataError: the source cannot be read, or holds no tokens.
        RunError: the disk is too small.
    """
    if not only_text(source.path):
        from rnnkit.data.tokens import tables  # DuckDB takes 0.2 s to import

        return tables.read_corpus(source.files, splitter, columns, data, place, sha256=sha256)
    sequences = 0 if separator is None else count_lines(source)
    refuse_many(text_size(source), sequences, splitter.level, source.where)
    return Reading(source, splitter, None, separator=separator).corpus()
