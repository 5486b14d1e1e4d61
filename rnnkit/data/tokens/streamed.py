"""Text larger than RAM -> a Corpus whose codes lie in the cache, or are only counted."""

from __future__ import annotations

import contextlib
import dataclasses
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data import cache
from rnnkit.data.files import Source
from rnnkit.data.ram import is_large
from rnnkit.data.store import Stored, Writer, read_stored, stored
from rnnkit.data.tokens.corpus import Corpus, Counts
from rnnkit.data.tokens.pieces import RAM, TOKEN_RAM, text_size
from rnnkit.data.tokens.reading import Numbers, Reading
from rnnkit.data.tokens.section import Separator, TokenData
from rnnkit.data.tokens.splitting import Level, Splitter
from rnnkit.data.tokens.text import is_tunes
from rnnkit.data.tokens.vocabulary import DiskIds, Ids, narrow


def is_streamed(source: Source, level: Level) -> bool:
    """Whether a source's text is too large to be read whole."""
    if any(map(is_tunes, source.files)):  # whose comments are left out
        return False
    return is_large(RAM[level] * text_size(source))


def read_corpus(
    source: Source,
    data: TokenData,
    place: cache.Place | None,
    *,
    separator: Separator | None = None,
    sha256: str | None = None,
) -> Corpus:
    """What `reading.read_corpus` gives, its codes on disk unless a limit makes them few.

    Sequences are cut to `max_length`.

    Args:
        source: text.
        data: how it is read, and how much of it.
        place: where it is converted.
        separator: what stands between sequences; None: running text.
        sha256: of the source, where it is known.

    Raises:
        DataError: it is no UTF-8 text, nothing is in it, or there is nowhere to convert it.
        RunError: the disk is too small.
    """
    limit = data.limit
    if separator is None and limit is not None and not is_large(TOKEN_RAM * limit):
        return _reading(source, data, separator).corpus()

    def fill(writer: Writer) -> dict[str, Any]:
        reading = _reading(source, data, separator)
        for codes in reading.codes():
            writer.add("codes", narrow(codes, len(reading.numbers) - 1))
            if separator is not None:
                writer.add("lengths", reading.lengths[-1])
        return {"symbols": reading.numbers.symbols, "normalized": reading.normalized}

    key = _key(source, data, separator, sha256)
    size = text_size(source)  # of more than 256 different characters, each takes two bytes
    return _corpus(stored(place, key, fill, size=size, what=source.where), data.splitter)


def _reading(source: Source, data: TokenData, separator: Separator | None) -> Reading:
    most = None if separator is None else data.max_length
    return Reading(source, data.splitter, data.limit, separator=separator, max_length=most)


def _key(
    source: Source, data: TokenData, separator: Separator | None, sha256: str | None
) -> dict[str, Any]:
    how: dict[str, Any] = {"text": dataclasses.asdict(data.splitter), "limit": data.limit}
    if separator is not None:
        how |= {"separator": separator, "max_length": data.max_length}
    return {"sha256": sha256 or source.checksum(), **how}


def _corpus(found: Stored, splitter: Splitter) -> Corpus:
    symbols, places = Numbers(splitter, found.rest["symbols"]).in_order()
    codes, normalized = DiskIds(found.arrays["codes"], places), found.rest["normalized"]
    lengths = found.arrays["lengths"][:] if "lengths" in found.arrays else None
    return Corpus(codes, symbols, lengths, normalized=normalized)


@contextlib.contextmanager
def outline(
    source: Source, data: TokenData, place: cache.Place | None, *, separator: Separator | None
) -> Iterator[Corpus]:
    """How many tokens there are, and which; in what order only where a conversion is there.

    What sequences must be known of is their whole content: without a conversion one is made
    that lasts as long as the context.

    Args:
        source: text.
        data: how it is read, and how much of it.
        place: where a conversion may lie.
        separator: what stands between sequences; None: running text.

    Raises:
        DataError: it is no UTF-8 text, or nothing is in it.
    """
    key = lambda: _key(source, data, separator, None)  # noqa: E731 - the source is read for it
    if found := cache.existing(place, key, read_stored):
        yield _corpus(found, data.splitter)
    elif separator is not None:
        with tempfile.TemporaryDirectory(prefix="rnnkit-") as folder:
            yield read_corpus(source, data, cache.Place(Path(folder)), separator=separator)
    else:
        yield _outline(source, data)


def _outline(source: Source, data: TokenData) -> Corpus:
    reading = _reading(source, data, None)
    for _ in reading.codes():
        pass
    exact = any((data.min_count, data.max_vocabulary, data.limit))
    again = _reading(source, data, None).codes if exact else None
    none, symbols = np.zeros(0, np.int32), reading.numbers.symbols
    changed = reading.normalized
    return _Outline(none, symbols, normalized=changed, read=reading, again=again)


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class _Outline(Corpus):
    """A running text of which only the symbols are kept.

    Args:
        read: what has been read of it, which is all.
        again: gives the codes once more; None: each different token counts once.
    """

    read: Reading
    again: Callable[[], Iterator[Ids]] | None

    @property
    def tokens(self) -> int:
        return self.read.tokens

    def counts(self, train: NDArray[np.bool_] | int) -> tuple[Counts, Counts]:
        if self.again is None:
            once = np.ones(len(self.symbols), np.intp)
            return once, once
        return super().counts(train)

    def _pieces(self) -> Iterator[Ids]:
        return iter(()) if self.again is None else self.again()
