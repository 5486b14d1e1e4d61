"""Running text larger than RAM -> a Corpus whose codes lie in the cache, or are only counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.ram import is_large
from rnnkit.data.store import Stored, Writer, read_stored, stored
from rnnkit.data.tokens.corpus import Corpus
from rnnkit.data.tokens.ids import Counts, DiskIds, count_pieces
from rnnkit.data.tokens.pieces import RAM, Source, text_files, text_size
from rnnkit.data.tokens.reading import Numbers, Reading
from rnnkit.data.tokens.splitting import Level, Splitter
from rnnkit.data.tokens.text import is_tunes
from rnnkit.data.tokens.vocabulary import Ids

_TOKEN_RAM = 8  # bytes of RAM for the code and the id of a token
_WIDTHS = ("uint8", "uint16", "int32")  # in which codes are stored


def is_streamed(source: Source, level: Level) -> bool:
    """Whether a source's running text is too large to be read whole."""
    if any(map(is_tunes, text_files(source))):  # whose comments are left out
        return False
    return is_large(RAM[level] * text_size(source))


def read_corpus(
    source: Source,
    splitter: Splitter,
    place: cache.Place | None,
    *,
    limit: int | None = None,
    sha256: str | None = None,
) -> Corpus:
    """What `sources.read_corpus` gives, its codes on disk unless the limit makes them few.

    Args:
        source: text.
        splitter: how text is read.
        place: where it is converted.
        limit: read no more than so many tokens.
        sha256: of the source, where it is known.

    Raises:
        DataError: it is no UTF-8 text, nothing is in it, or there is nowhere to convert it.
        RunError: the disk is too small.
    """
    if limit is not None and not is_large(_TOKEN_RAM * limit):
        reading = Reading(source, splitter, limit)
        codes = np.concatenate(list(reading.codes()))
        symbols, places = reading.numbers.in_order()
        return Corpus(places[codes], symbols, normalized=reading.normalized)

    def fill(writer: Writer) -> dict[str, Any]:
        reading = Reading(source, splitter, limit)
        for codes in reading.codes():
            writer.add("codes", codes.astype(_width(len(reading.numbers) - 1)))
        return {"symbols": reading.numbers.symbols, "normalized": reading.normalized}

    key = _key(source, splitter, limit, sha256)
    size = text_size(source)  # of more than 256 different characters, each takes two bytes
    return _corpus(stored(place, key, fill, size=size, what=source.where), splitter)


def _key(
    source: Source, splitter: Splitter, limit: int | None, sha256: str | None
) -> dict[str, Any]:
    how = dataclasses.asdict(splitter)
    return {"sha256": sha256 or source.checksum(), "text": how, "limit": limit}


def _corpus(found: Stored, splitter: Splitter) -> Corpus:
    symbols, places = Numbers(splitter, found.rest["symbols"]).in_order()
    normalized = found.rest["normalized"]
    return Corpus(DiskIds(found.arrays["codes"], places), symbols, normalized=normalized)


def outline(
    source: Source, splitter: Splitter, place: cache.Place | None, *, limit: int | None, exact: bool
) -> Corpus:
    """How many tokens there are, and which; in what order only where a conversion is there.

    Args:
        source: text.
        splitter: how text is read.
        place: where a conversion may lie.
        limit: read no more than so many tokens.
        exact: whether counts will be taken, which reads the text once more. Else each different
            token counts once.

    Raises:
        DataError: it is no UTF-8 text, or nothing is in it.
    """
    key = lambda: _key(source, splitter, limit, None)  # noqa: E731 - the source is read for it
    if found := cache.existing(place, key, read_stored):
        return _corpus(found, splitter)
    reading = Reading(source, splitter, limit)
    for _ in reading.codes():
        pass
    again = Reading(source, splitter, limit).codes if exact else None
    none, symbols = np.zeros(0, np.int32), reading.numbers.symbols
    changed = reading.normalized
    return _Outline(none, symbols, normalized=changed, read=reading, again=again)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class _Outline(Corpus):
    """A running text of which only the symbols are kept.

    Args:
        read: what has been read of it, which is all.
        again: gives the codes once more.
    """

    read: Reading
    again: Callable[[], Iterator[Ids]] | None

    @property
    def tokens(self) -> int:
        return self.read.tokens

    def counts(self, train: NDArray[Any] | slice) -> tuple[Counts, Counts]:
        if self.again is None:
            once = np.ones(len(self.symbols), np.intp)
            return once, once
        cut = cast("slice", train).stop
        before, after = count_pieces(self.again(), cut, len(self.symbols))
        return before, before + after


def _width(largest: int) -> str:
    return next(width for width in _WIDTHS if largest <= np.iinfo(width).max)
