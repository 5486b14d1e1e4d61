"""Interpolated Witten-Bell n-grams: counts of short runs of tokens -> the next one's probability.

Witten and Bell (1991). With c(h, w) the times that token w followed the context h, and T(h) the
different tokens that did,

    P(w | h) = (c(h, w) + T(h) P(w | h')) / (c(h) + T(h)),    h' = h without its oldest token,

down to the uniform distribution below the empty context. A context that was never seen, or that
would reach before a text's beginning, leaves the decision to h'. An order is the number of tokens
that a model looks back, as of a Markov chain: 0 only knows how frequent each token is.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HIGHEST_ORDER = 6
CHOICE_SHARE = 0.1  # of the training tokens, its end, on which the order is chosen
_CHUNK = 2**22  # probabilities of the full distributions in RAM at a time

Ids = NDArray[np.int32]
Keys = NDArray[np.int64]


class Tokens(NamedTuple):
    """Tokens to learn from or to predict.

    ids: (S,) end to end.
    first: (S,) where the text begins that each token is in: no context reaches before it.
    predicted: (S,) bool, which ones count; the others are only read.
    """

    ids: Ids
    first: NDArray[np.intp]
    predicted: NDArray[np.bool_]


class Scores(NamedTuple):
    """What a model gives each of n tokens."""

    loss: NDArray[np.float64]  # (n,) -ln p(token), nats
    hit: NDArray[np.bool_]  # (n,) whether it was the likeliest


@dataclasses.dataclass(frozen=True, eq=False)
class _Runs:
    """The counts of runs of one length, sorted by their key: context number * V + last token."""

    keys: Keys  # (G,) different runs
    counts: NDArray[np.int32]  # (G,) c(h, w)
    context_total: NDArray[np.int32]  # (contexts,) c(h)
    context_kinds: NDArray[np.int32]  # (contexts,) T(h)

    def mixed(self, context: Keys, run: Keys, below: NDArray[np.float64]) -> NDArray[np.float64]:
        """P(w | h) of n tokens from P(w | h'), both (n,); by the numbers of h and of h with w."""
        kinds = np.where(context >= 0, self.context_kinds[context], 0)
        total = np.where(context >= 0, self.context_total[context], 0)
        count = np.where(run >= 0, self.counts[run], 0)
        mixed = (count + kinds * below) / np.maximum(total + kinds, 1)
        return np.where(kinds > 0, mixed, below)


@dataclasses.dataclass(frozen=True, eq=False)
class NGram:
    """A fitted model. A run of k + 1 tokens is numbered by its place in `runs[k].keys`."""

    runs: tuple[_Runs, ...]  # of 1, 2, ... order + 1 tokens
    vocabulary: int  # V

    @property
    def order(self) -> int:
        return len(self.runs) - 1

    def up_to(self, order: int) -> NGram:
        """The model of a lower order, from the same counts."""
        return dataclasses.replace(self, runs=self.runs[: order + 1])

    def losses(self, tokens: Tokens) -> NDArray[np.float64]:
        """-ln p of the predicted tokens for each order from 0, (orders, n)."""
        probability = np.full(int(tokens.predicted.sum()), 1 / self.vocabulary)
        losses = []
        for runs, (context, run) in zip(self.runs, self._numbers(tokens), strict=True):
            probability = runs.mixed(context[tokens.predicted], run[tokens.predicted], probability)
            losses.append(-np.log(probability))
        return np.stack(losses)

    def scores(self, tokens: Tokens) -> Scores:
        """The loss of each predicted token, and whether it was the likeliest one."""
        contexts = np.stack([context[tokens.predicted] for context, _ in self._numbers(tokens)])
        truth = tokens.ids[tokens.predicted]
        alike, which = np.unique(contexts, axis=1, return_inverse=True)
        likeliest = np.empty(alike.shape[1], np.int32)
        step = max(1, _CHUNK // self.vocabulary)
        for begin in range(0, alike.shape[1], step):
            likeliest[begin : begin + step] = self._distributions(
                alike[:, begin : begin + step]
            ).argmax(axis=1)
        return Scores(self.losses(tokens)[-1], likeliest[which.ravel()] == truth)

    def _distributions(self, contexts: NDArray[np.int64]) -> NDArray[np.float64]:
        """Contexts (orders, n) -> probabilities of all tokens, (n, V)."""
        p = np.full((contexts.shape[1], self.vocabulary), 1 / self.vocabulary)
        for runs, context in zip(self.runs, contexts, strict=True):
            rows = np.flatnonzero((context >= 0) & (runs.context_kinds[context] > 0))
            kinds, total = runs.context_kinds[context[rows]], runs.context_total[context[rows]]
            p[rows] *= (kinds / (kinds + total))[:, None]
            begin, end = (
                np.searchsorted(runs.keys, (context[rows] + later) * self.vocabulary)
                for later in (0, 1)
            )
            size = end - begin
            row = np.repeat(np.arange(len(rows)), size)
            run = np.arange(len(row)) + (begin - np.cumsum(size) + size)[row]
            token = runs.keys[run] % self.vocabulary
            p[rows[row], token] += runs.counts[run] / (kinds + total)[row]
        return p

    def _numbers(self, tokens: Tokens) -> Iterator[tuple[Keys, Keys]]:
        """For each order the number of every token's context and run, (S,); -1: never seen."""
        context = np.zeros(len(tokens.ids), np.int64)  # the empty context
        for length, runs in enumerate(self.runs, 1):
            run = _find(runs.keys, context * self.vocabulary + tokens.ids)
            run = np.where(context >= 0, run, -1)
            yield context, run
            context = _one_later(run, tokens.first, length=length)


def fit_ngram(tokens: Tokens, vocabulary: int, *, order: int) -> NGram:
    """Count the runs of up to `order` + 1 tokens, or as long as there are any, that end in a
    predicted one.
    """
    return NGram(tuple(runs for runs, _, _ in _levels(tokens, vocabulary, order)), vocabulary)


def _levels(tokens: Tokens, vocabulary: int, order: int) -> Iterator[tuple[_Runs, Keys, Keys]]:
    """The counts of each length, and the numbers of every token's context and run, (S,)."""
    context, contexts = np.zeros(len(tokens.ids), np.int64), 1
    for length in range(1, order + 2):
        if (context < 0).all():  # every sequence is shorter: higher orders would count nothing
            break
        runs, run = _counted(tokens, vocabulary, context, contexts)
        yield runs, context, run
        context, contexts = _one_later(run, tokens.first, length=length), len(runs.keys)


def _counted(tokens: Tokens, vocabulary: int, context: Keys, contexts: int) -> tuple[_Runs, Keys]:
    """The runs of one length, and the number of every token's, (S,)."""
    # a context can end in a token that is only read, so those have numbers as well
    known = context >= 0
    keys, run_of_known = np.unique((context * vocabulary + tokens.ids)[known], return_inverse=True)
    run = np.full(len(known), -1, np.int64)
    run[known] = run_of_known
    counts = np.bincount(run[known & tokens.predicted], minlength=len(keys))
    above = (keys // vocabulary).astype(np.intp)
    total = np.bincount(above, counts, minlength=contexts)
    kinds = np.bincount(above, counts > 0, minlength=contexts)
    narrow = (each.astype(np.int32) for each in (counts, total, kinds))
    return _Runs(keys, *narrow), run


def choose_order(tokens: Tokens, vocabulary: int, *, highest: int = HIGHEST_ORDER) -> int:
    """The order from 1 with the least loss on the last tenth, learned from the rest."""
    cut = int(len(tokens.ids) * (1 - CHOICE_SHARE))
    chosen, rest = tokens.predicted.copy(), tokens.predicted.copy()
    chosen[:cut] = rest[cut:] = False
    if not rest.any() or not chosen.any():
        return 1
    probability, losses = np.full(int(chosen.sum()), 1 / vocabulary), []
    for runs, context, run in _levels(tokens._replace(predicted=rest), vocabulary, highest):
        probability = runs.mixed(context[chosen], run[chosen], probability)
        losses.append(-np.log(probability).mean())
    return int(np.argmin(losses[1:])) + 1


def _find(keys: Keys, wanted: Keys) -> Keys:
    """The place of each wanted key among the sorted keys; -1 where it is not."""
    place = np.searchsorted(keys, wanted).clip(max=len(keys) - 1)
    found: Keys = np.where(keys[place] == wanted, place, -1)
    return found


def _one_later(run: Keys, first: NDArray[np.intp], *, length: int) -> Keys:
    """The run that ends at a token is the context of the token after it, in the same text."""
    context = np.full(len(run), -1, np.int64)
    context[1:] = run[:-1]
    context[np.arange(len(run)) - first < length] = -1
    return context
