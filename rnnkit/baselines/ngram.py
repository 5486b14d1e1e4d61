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
            context, run = context[tokens.predicted], run[tokens.predicted]
            kinds = np.where(context >= 0, runs.context_kinds[context], 0)
            total = np.where(context >= 0, runs.context_total[context], 0)
            count = np.where(run >= 0, runs.counts[run], 0)
            mixed = (count + kinds * probability) / np.maximum(total + kinds, 1)
            probability = np.where(kinds > 0, mixed, probability)
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

    def _numbers(self, tokens: Tokens) -> list[tuple[Keys, Keys]]:
        """For each order the number of every token's context and run, (S,); -1: never seen."""
        context = np.zeros(len(tokens.ids), np.int64)  # the empty context
        found = []
        for runs in self.runs:
            run = _find(runs.keys, context * self.vocabulary + tokens.ids)
            run = np.where(context >= 0, run, -1)
            found.append((context, run))
            context = _one_later(run, tokens.first, length=len(found))
        return found


def fit_ngram(tokens: Tokens, vocabulary: int, *, order: int) -> NGram:
    """Count the runs of up to `order` + 1 tokens, or as long as there are any, that end in a
    predicted one.
    """
    found = []
    context, contexts = np.zeros(len(tokens.ids), np.int64), 1
    for length in range(1, order + 2):
        # a context can end in a token that is only read, so those have numbers as well
        known = context >= 0
        if not known.any():  # every sequence is shorter: higher orders would count nothing
            break
        key = context * vocabulary + tokens.ids
        keys, run_of_known = np.unique(key[known], return_inverse=True)
        run = np.full(len(key), -1, np.int64)
        run[known] = run_of_known.ravel()
        counts = np.bincount(run[known & tokens.predicted], minlength=len(keys))
        above = (keys // vocabulary).astype(np.intp)
        total = np.bincount(above, counts, minlength=contexts)
        kinds = np.bincount(above, counts > 0, minlength=contexts)
        found.append(
            _Runs(keys, counts.astype(np.int32), total.astype(np.int32), kinds.astype(np.int32))
        )
        context, contexts = _one_later(run, tokens.first, length=length), len(keys)
    return NGram(tuple(found), vocabulary)


def choose_order(tokens: Tokens, vocabulary: int, *, highest: int = HIGHEST_ORDER) -> int:
    """The order from 1 with the least loss on the last tenth, learned from the rest."""
    cut = int(len(tokens.ids) * (1 - CHOICE_SHARE))
    number = np.arange(len(tokens.ids))
    early = tokens._replace(predicted=tokens.predicted & (number < cut))
    late = tokens._replace(predicted=tokens.predicted & (number >= cut))
    if not early.predicted.any() or not late.predicted.any():
        return 1
    losses = fit_ngram(early, vocabulary, order=highest).losses(late)
    return int(losses[1:].mean(axis=1).argmin()) + 1


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
