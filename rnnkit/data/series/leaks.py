"""A dataset -> what its windows know of the future, found before a model can profit from it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from rnnkit.data.audit import Audit, Finding
from rnnkit.data.series import foresight, lookalikes, sums
from rnnkit.data.series.dataset import SeriesDataset

CHECKS = {  # in words: what holds where nothing leaks
    "border": "rows after a part change: its inputs, its targets and the scale stay",
    "origin": "rows after an origin change: what the window reads stays",
    "overlap": "no row is forecast in two parts; train, validation and test follow in time",
    "scale": "the scale is that of the training rows",
    "copies": "no window of a held-back part stands in the training part",
    "answers": "no feature is the target, or knows it in advance",
    "sums": "no features together are the target, or know it in advance",
    "numbers": "no feature numbers the rows",
}


def audit(dataset: SeriesDataset) -> Audit:
    """Run every check.

    The cost is that of building the dataset from its rows about ten times.
    """
    began = time.perf_counter()
    findings = tuple(_findings(dataset))
    return Audit(CHECKS, findings, time.perf_counter() - began)


def _findings(dataset: SeriesDataset) -> Iterator[Finding]:
    for name, foresees in _OF_PARTS.items():
        for text in foresees(dataset):
            yield Finding(name, True, text)
    for name, resembles in _OF_ROWS.items():
        for certain, text in resembles(dataset):
            yield Finding(name, certain, text)


_OF_PARTS: dict[str, Callable[[SeriesDataset], Iterator[str]]] = {
    "border": foresight.border,
    "origin": foresight.origin,
    "overlap": foresight.overlap,
    "scale": foresight.scale,
}
_OF_ROWS: dict[str, Callable[[SeriesDataset], lookalikes.Found]] = {
    "copies": lookalikes.copies,
    "answers": lookalikes.answers,
    "sums": sums.sums,
    "numbers": sums.numbers,
}
