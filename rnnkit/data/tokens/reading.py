"""Running text -> the number of each token, a piece at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from rnnkit.data.ram import ram_size
from rnnkit.data.tokens.pieces import Source, read_pieces
from rnnkit.data.tokens.splitting import Splitter, code_points
from rnnkit.data.tokens.text import is_empty
from rnnkit.data.tokens.vocabulary import Ids
from rnnkit.errors import DataError

SYMBOL_RAM = 200  # bytes of RAM for each different token, about
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
        known = self._known
        if self.splitter.level != "character":
            tokens = self.splitter.split(text)
            return np.fromiter((known.setdefault(t, len(known)) for t in tokens), np.int32)
        points = code_points(self.splitter.normalized(text))
        codes = self._numbers[points]
        if (codes < 0).any():
            for point in np.unique(points[codes < 0]).tolist():
                self._numbers[point] = known.setdefault(chr(point), len(known))
            codes = self._numbers[points]
        return codes


class Reading:
    """A source that is read once from its beginning to its end, or to a limit."""

    def __init__(self, source: Source, splitter: Splitter, limit: int | None) -> None:
        self.numbers = Numbers(splitter)
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
        for text in read_pieces(self._source, self._splitter.level):
            self.normalized = self.normalized or self._splitter.changes(text)
            codes = self.numbers.of(text)
            if self._limit is not None:
                codes = codes[: self._limit - self.tokens]
            self._check_ram()
            self.tokens += len(codes)
            if self._found != "x" and text:
                self._found = "x" if text.strip() else " "
            yield codes
            if self.tokens == self._limit:
                return
        if self._found != "x":
            raise is_empty(self._source, white_space=self._found == " ")

    def _check_ram(self) -> None:
        if self._most is not None and len(self.numbers) > self._most:
            raise DataError(
                f"{self._source.where}: more than {len(self.numbers):,} different tokens of level "
                f"{self._splitter.level}, too many for the RAM: set data.level: character, or "
                "data.limit"
            )
