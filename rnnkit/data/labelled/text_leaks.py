"""Labelled texts -> what their parts and their tokens tell of the labels, without training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from rnnkit.data.audit import Audit, Finding, audit_of
from rnnkit.data.labelled.examples import Label
from rnnkit.data.labelled.leaks import CHECKS as OF_FEATURES
from rnnkit.data.labelled.leaks import FEWEST, OF_EACH, SHOWN, overlaps, telling_beside
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.labelled.texts import Texts, codes_of
from rnnkit.words import quoted

CHECKS = {
    **OF_FEATURES,
    "tokens": "no token stands in every text of one class and in none of another",
}


def audit(
    found: Mapping[str, Texts],
    parts: Mapping[str, Texts],
    classes: Sequence[Label],
    columns: Columns | None,
) -> Audit:
    """Run every check.

    Args:
        found: what the source brings.
        parts: train, validation and test made of it.
        classes: the labels, in the order of their numbers.
        columns: of a table; None for files.
    """
    return audit_of(
        CHECKS,
        overlaps(parts, columns),
        _telling_tokens(found, classes),
        telling_beside(found, classes, columns),
    )


def _telling_tokens(found: Mapping[str, Texts], classes: Sequence[Label]) -> Iterator[Finding]:
    """Such as a mark that was added with the label."""
    symbols = next(iter(found.values())).symbols
    V, C = len(symbols), len(classes)
    number = {label: n for n, label in enumerate(classes)}
    having, sizes = np.zeros((V, C), np.int64), np.zeros(C, np.int64)  # texts
    for texts in found.values():
        y = texts.labels.numbered([number[v] for v in texts.labels.values])
        text = np.repeat(np.arange(len(texts)), texts.sequences.lengths)
        once = np.unique(text * V + codes_of(texts))  # a text and one of its tokens
        np.add.at(having, (once % V, y[once // V]), 1)
        sizes += np.bincount(y, minlength=C)
    if sizes.sum() < FEWEST:
        return
    every = ((having == sizes) & (sizes >= OF_EACH)).any(axis=1)
    telling = np.flatnonzero(every & ((having > 0).sum(axis=1) == 1)).tolist()
    if telling:
        yield Finding(
            "tokens",
            False,
            f"{quoted([symbols[code] for code in telling], SHOWN)}: in every text of one class and "
            "in none of another, which needs no network: if it was added with the label, remove it",
        )
