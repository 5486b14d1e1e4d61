"""A text, or the sequences of a source -> train, validation and test."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.splits import draw_parts
from rnnkit.data.tokens.corpus import Corpus
from rnnkit.data.tokens.section import TokenData, TokenSplit
from rnnkit.errors import DataError
from rnnkit.words import counted

Members = dict[str, NDArray[np.intp]]  # of each part


def separation(data: TokenData) -> str:
    """What makes the parts independent."""
    if data.split.validation is None and data.split.test is None:
        return "everything trains"
    if data.kind == "text":
        return "the text is cut once: training, validation, test, in its order"
    how = {"random": "drawn by the seed", "time": "the latest by time"}
    return f"whole sequences, {how.get(data.split.by or '', 'the last ones of the source')}"


def split_text(tokens: int, split: TokenSplit, where: str) -> Members:
    """[begin, end) of the tokens that each part predicts; the first token of all has no past."""
    sizes = _sizes(tokens, split, "token", where)
    ends = np.cumsum([sizes[part] for part in sizes])
    begins = [1, *ends[:-1].tolist()]
    return {
        part: np.array([begin, end])
        for part, begin, end in zip(sizes, begins, ends.tolist(), strict=True)
    }


def split_sequences(corpus: Corpus, split: TokenSplit, *, seed: int, where: str) -> Members:
    """The sequences of each part, in the source's order."""
    if split.by == "random" and split.draws:
        keys = corpus.content if corpus.keys is None else corpus.keys
        return draw_parts(keys, split.in_turn, seed=seed, where=where)
    total = 0 if corpus.lengths is None else len(corpus.lengths)
    sizes = _sizes(total, split, "sequence", where)
    order = np.arange(total)
    if split.by == "time" and corpus.times is not None:
        order = np.argsort(corpus.times, kind="stable")
    cuts = np.cumsum(list(sizes.values()))[:-1]
    return {part: np.sort(m) for part, m in zip(sizes, np.split(order, cuts), strict=True)}


def _sizes(total: int, split: TokenSplit, noun: str, where: str) -> dict[str, int]:
    """How many each part gets, in the order train, validation, test; parts without a share none."""
    sizes = {}
    for part, share in (("validation", split.validation), ("test", split.test)):
        if share is None:
            continue
        sizes[part] = round(share * total)
        if sizes[part] < 1:
            raise DataError(
                f"{where}: data.split.{part} (={share}) of {counted(total, noun)} is none: give a "
                "larger share or more data"
            )
    train = total - sum(sizes.values())
    if train < (2 if noun == "token" else 1):
        raise DataError(f"{where}: data.split leaves {counted(train, noun)} to train on")
    return {"train": train, **sizes}
