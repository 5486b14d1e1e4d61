"""The tokens of a Corpus and how often training has them -> a Vocabulary and final ids."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.tokens.corpus import Corpus
from rnnkit.data.tokens.splitting import Level, Normalization
from rnnkit.data.tokens.vocabulary import END, UNKNOWN, DiskIds, Ids, Vocabulary
from rnnkit.errors import DataError

MAX_VOCABULARY = 100_000  # tokens; a dense layer of 256 units over them has 26 M weights


class Choice(Protocol):
    """What a config says of the tokens that are to be known; its data section."""

    @property
    def level(self) -> Level: ...

    @property
    def normalization(self) -> Normalization: ...

    @property
    def min_count(self) -> int | None: ...

    @property
    def max_vocabulary(self) -> int | None: ...


def build_vocabulary(
    corpus: Corpus, train: NDArray[np.bool_] | int, data: Choice, *, where: str
) -> tuple[Vocabulary, Ids | DiskIds]:
    """Choose the tokens and number them.

    Without `min_count` and `max_vocabulary` every token of the source is known, held-back parts
    included: a closed set of signs. With either, only the training part counts, and everything
    else is `<unk>`, as an `<unk>` of the source itself is. Characters stand in the order of
    Unicode, the rest by frequency.

    Args:
        corpus: everything that was read.
        train: (N,) the sequences that train; of a running text, where its training part ends.
        data: the config's section.
        where: the source, for messages.

    Returns:
        The vocabulary, and the S tokens as ids.

    Raises:
        DataError: too many tokens, or one that has the name of a mark.
    """
    counts, in_all = corpus.counts(train)
    open_ended = data.min_count is not None or data.max_vocabulary is not None
    special = ([END] if corpus.lengths is not None else []) + ([UNKNOWN] if open_ended else [])
    if END in special and END in corpus.symbols:
        raise DataError(f"{where}: the token '{END}' is the mark that ends a sequence: rename it")

    order = _order(corpus.symbols, counts, by_code=data.level == "character")
    present = in_all > 0  # under a limit
    order = [c for c in order if present[c] and not (open_ended and corpus.symbols[c] == UNKNOWN)]
    if open_ended:
        order = _kept(order, counts, data)
    _check_size(len(order) + len(special), data, where)
    tokens = (*special, *(corpus.symbols[code] for code in order))
    unknown = tokens.index(UNKNOWN) if UNKNOWN in tokens else None  # the text's own, or ours

    numbers = np.full(len(corpus.symbols), -1 if unknown is None else unknown, np.int32)
    numbers[order] = np.arange(len(special), len(tokens), dtype=np.int32)
    end = tokens.index(END) if END in special else None
    vocabulary = Vocabulary(
        level=data.level,
        normalization=data.normalization,
        tokens=tokens,
        end=end,
        unknown=unknown,
    )
    return vocabulary, corpus.ids(numbers)


def _order(symbols: list[str], counts: NDArray[np.intp], *, by_code: bool) -> list[int]:
    if by_code:
        return sorted(range(len(symbols)), key=symbols.__getitem__)
    ranked: list[int] = np.argsort(-counts, kind="stable").tolist()  # ties: the first to appear
    return ranked


def _kept(order: list[int], counts: NDArray[np.intp], data: Choice) -> list[int]:
    """The codes that are frequent enough, in the given order."""
    least = data.min_count or 1
    frequent = sorted((c for c in order if counts[c] >= least), key=lambda c: -counts[c])
    chosen = set(frequent[: data.max_vocabulary])
    return [code for code in order if code in chosen]


def _check_size(size: int, data: Choice, where: str) -> None:
    if size <= MAX_VOCABULARY:
        return
    advice = "data.min_count: 2"
    if data.min_count is not None:
        advice = f"a larger data.min_count than {data.min_count}"
    level = "" if data.level == "character" else f" of level {data.level}"
    raise DataError(
        f"{where}: {size:,} different tokens{level}, more than the {MAX_VOCABULARY:,} that a model "
        f"can have: set {advice}, or data.max_vocabulary: 20000; rarer tokens become {UNKNOWN}"
    )
