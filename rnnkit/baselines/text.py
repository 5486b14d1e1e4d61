"""Texts and their classes -> a logistic regression on n-grams: what a network that reads must beat.

Every text is the set of its short runs of words or of characters, weighted by tf-idf: a run that
stands n times in a text and in D of the N texts counts (1 + ln n) (ln((1 + N) / (1 + D)) + 1), and
the whole has length 1. Beyond a few signs order means nothing to it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.logistic import Features, Logistic, Sparse, fit_logistic

WORDS, CHARACTERS = "words 1-2", "characters 1-4"
LONGEST = {WORDS: 2, CHARACTERS: 4}  # of a run
RIDGE = 0.3  # three times less or more changes an accuracy by less than its interval
FEWEST = 2  # texts that a run stands in
FOLDS = 5  # one of so many training texts chooses, the others are learnt from
MOST_TEXTS = 20_000  # to learn from: more take minutes
MOST_SIGNS = 2_000  # characters of a text

Labels = NDArray[np.integer[Any]]


@dataclasses.dataclass(frozen=True, eq=False)
class NGramClassifier:
    """A fitted model."""

    kind: str  # WORDS or CHARACTERS
    features: Features
    rarity: NDArray[np.float64]  # (K,) the second factor of tf-idf
    model: Logistic

    def predict(self, texts: Iterable[str]) -> NDArray[np.intp]:
        """The likeliest class of each text, (N,)."""
        rows = (runs(text, self.kind) for text in texts)
        x = _weighted(self.features.counts(rows), self.rarity)
        classes: NDArray[np.intp] = self.model.log_probabilities(x).argmax(axis=1)
        return classes


def choose_ngrams(texts: Sequence[str], y: Labels, *, classes: int) -> NGramClassifier:
    """Fit words and characters; what is better on every fifth text then learns from all.

    Args:
        texts: of the training part; the first MOST_TEXTS are learnt from.
        y: (N,) numbers of classes.
        classes: C.
    """
    texts, y = texts[:MOST_TEXTS], y[:MOST_TEXTS]
    late = np.arange(len(texts)) % FOLDS == FOLDS - 1
    early_texts = [text for text, is_late in zip(texts, late, strict=True) if not is_late]
    late_texts = [text for text, is_late in zip(texts, late, strict=True) if is_late]
    right = {}
    for kind in LONGEST:
        fitted = fit_ngrams(early_texts, y[~late], kind=kind, classes=classes)
        right[kind] = int((fitted.predict(late_texts) == y[late]).sum())
    return fit_ngrams(texts, y, kind=max(right, key=right.__getitem__), classes=classes)


def fit_ngrams(texts: Sequence[str], y: Labels, *, kind: str, classes: int) -> NGramClassifier:
    """Fit one model; runs that stand in fewer than FEWEST texts are left out."""
    rows = [list(runs(text, kind)) for text in texts]
    features = Features.of(rows, fewest=FEWEST)
    counts = features.counts(rows)
    held_by = np.bincount(counts.indices, minlength=counts.shape[1])
    rarity = np.log((1 + len(texts)) / (1 + held_by)) + 1
    model = fit_logistic(_weighted(counts, rarity), y, classes=classes, ridge=RIDGE)
    return NGramClassifier(kind, features, rarity, model)


def runs(text: str, kind: str) -> Iterator[str]:
    """The runs of a text, without capitals: characters, or words and signs with a blank between."""
    text = text[:MOST_SIGNS].casefold()
    signs = re.findall(r"\w+|[^\w\s]", text) if kind == WORDS else text
    between = " " * (kind == WORDS)
    for length in range(1, LONGEST[kind] + 1):
        for begin in range(len(signs) - length + 1):
            yield between.join(signs[begin : begin + length])


def _weighted(counts: Sparse, rarity: NDArray[np.float64]) -> Sparse:
    """tf-idf of counts, (N, K), every row of length 1."""
    x = counts.copy()
    x.data = (1 + np.log(x.data)) * rarity[x.indices]
    lengths = np.sqrt(np.asarray(x.multiply(x).sum(axis=1)).ravel())
    x.data /= np.repeat(np.where(lengths > 0, lengths, 1), np.diff(x.indptr))
    return x
