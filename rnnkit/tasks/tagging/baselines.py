"""The training part -> tags of another part without a network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from rnnkit.baselines.logistic import Features, fit_logistic
from rnnkit.data.disk import DiskArray
from rnnkit.data.tagged.dataset import TaggedPart
from rnnkit.data.tagged.rows import Tokens
from rnnkit.tasks.tagging.evaluation import BaselineName

COUNTED = 50_000  # training rows that the logistic regression learns from, whole sequences
NEIGHBOURS = (-1, 0, 1)  # steps that it looks at
FEWEST = 2  # rows that have a token at a place, for a weight of its own

Said = NDArray[np.int64]


def baselines(
    train: TaggedPart, part: TaggedPart, tags: int
) -> tuple[dict[BaselineName, Said], int]:
    """The tag that each baseline gives each row of a part, (n,), and how many rows one learnt from.

    `majority` is the most frequent tag; `token` that of the row's token, or the most frequent of
    all for a new one; `logistic` a multinomial logistic regression on the row and its neighbours.

    Args:
        train: what they learn from.
        part: the rows.
        tags: C.
    """
    counts = np.bincount(train.y[train.index], minlength=tags)
    most = int(counts.argmax())
    found: dict[BaselineName, Said] = {"majority": np.full(len(part.index), most)}
    if train.rows.tokens:
        found["token"] = _by_token(train, part, tags, otherwise=most)
    logistic, counted = _logistic(train, part, tags)
    return {**found, "logistic": logistic}, counted


def _by_token(train: TaggedPart, part: TaggedPart, tags: int, *, otherwise: int) -> Said:
    tokens = _first(train)
    pairs = tokens.codes[train.index] * tags + train.y[train.index]
    counts = np.bincount(pairs, minlength=len(tokens.symbols) * tags).reshape(-1, tags)
    seen = np.flatnonzero(counts.any(axis=1)).tolist()
    likeliest = counts.argmax(axis=1)
    tag_of = {tokens.symbols[code]: int(likeliest[code]) for code in seen}
    asked = _first(part)
    table = np.array([tag_of.get(symbol, otherwise) for symbol in asked.symbols])
    found: Said = table[asked.codes[part.index]]
    return found


def _logistic(train: TaggedPart, part: TaggedPart, tags: int) -> tuple[Said, int]:
    kept = np.flatnonzero(np.cumsum(train.lengths) <= max(COUNTED, int(train.lengths[0])))
    learned = TaggedPart(train.rows, train.members[kept], train.inputs, train.y, train.limits)
    describe = _by_tokens(learned) if train.rows.tokens else _by_numbers(learned)
    model = fit_logistic(describe(learned), learned.y[learned.index], classes=tags)
    said: Said = model.log_probabilities(describe(part)).argmax(axis=1)
    return said, len(learned.index)


def _by_tokens(train: TaggedPart) -> Callable[[TaggedPart], csr_array]:
    """Rows as the tokens at and around them."""
    features = Features.of(_named(train), fewest=FEWEST)
    return lambda part: features.counts(_named(part))


def _named(part: TaggedPart) -> list[list[tuple[int, str | None]]]:
    tokens = _first(part)
    codes = [_shifted(part, tokens.codes + 1, step) for step in NEIGHBOURS]
    symbols = (None, *tokens.symbols)  # None: before the first, behind the last
    around = zip(*(side.tolist() for side in codes), strict=True)
    return [
        [(step, symbols[code]) for step, code in zip(NEIGHBOURS, row, strict=True)]
        for row in around
    ]


def _by_numbers(train: TaggedPart) -> Callable[[TaggedPart], csr_array]:
    """Rows as their features and those around them, in standard deviations of training."""
    values = _values(train)
    mean, deviation = values.mean(axis=0), values.std(axis=0)
    deviation[deviation == 0] = 1

    def describe(part: TaggedPart) -> csr_array:
        scaled = np.zeros((len(part.rows.order), len(mean)))
        scaled[part.index] = (_values(part) - mean) / deviation
        return csr_array(np.hstack([_shifted(part, scaled, step) for step in NEIGHBOURS]))

    return describe


def _values(part: TaggedPart) -> NDArray[np.float64]:
    """The features of a part's rows, (n, F)."""
    values = part.rows.features
    if isinstance(values, DiskArray):
        starts, lengths = part.rows.starts[part.members].tolist(), part.lengths.tolist()
        return np.concatenate([values[s : s + n] for s, n in zip(starts, lengths, strict=True)])
    chosen: NDArray[np.float64] = values[part.index]
    return chosen


def _shifted(part: TaggedPart, values: NDArray[Any], step: int) -> NDArray[Any]:
    """For each row of a part, what stands `step` rows on in its sequence; 0 where nothing does."""
    index = part.index
    sequence = np.repeat(np.arange(len(part.rows.lengths)), part.rows.lengths)
    there = (index + step).clip(0, len(sequence) - 1)
    inside = (sequence[there] == sequence[index]) & (there == index + step)
    shifted: NDArray[Any] = values[there].copy()
    shifted[~inside] = 0
    return shifted


def _first(part: TaggedPart) -> Tokens:
    """The tokens of the main input."""
    return next(iter(part.rows.tokens.values()))
