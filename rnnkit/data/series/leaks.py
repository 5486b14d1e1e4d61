"""A dataset -> what its windows know of the future, found before a model can profit from it."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator

import numpy as np

from rnnkit.data.audit import Audit, Finding
from rnnkit.data.series import foresight, lookalikes
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.quantities import rows_lost
from rnnkit.data.series.rows import SeriesRows
from rnnkit.data.series.windows import rows_needed

SAMPLE = 200_000  # rows

CHECKS = {  # in words: what holds where nothing leaks
    "border": "rows after a part change: its inputs, its targets and the scale stay",
    "origin": "rows after an origin change: what the window reads stays",
    "overlap": "no row is forecast in two parts; train, validation and test follow in time",
    "scale": "the scale is that of the training rows",
    "copies": "no window of a held-back part stands in the training part",
    "answers": "no feature is the target, or knows it in advance; nothing known moves with it",
    "sums": "no features together are the target, or know it in advance",
    "numbers": "no feature numbers the rows",
}


def audit(dataset: SeriesDataset) -> Audit:
    """Run every check.

    The cost is that of building the dataset from its rows about ten times, which is done with
    some rows of a long one; those that build nothing look at all rows in RAM.
    """
    began = time.perf_counter()
    some, on_disk, total = dataset, dataset.train.on_disk, len(dataset.train.store)
    if on_disk or total > SAMPLE:
        some = sampled(dataset, SAMPLE)
    seen = sum(map(len, some.rows.series))
    who = "all" if on_disk else " and ".join(_REBUILDING)
    sample = f"{who} looked at {seen:,} of {total:,} rows" if seen < total else ""
    findings = tuple(_findings(dataset, some))
    return Audit(CHECKS, findings, time.perf_counter() - began, sample)


def sampled(dataset: SeriesDataset, most: int) -> SeriesDataset:
    """The same, made of rows before training ends, after that, and after validation ends.

    Args:
        dataset: a long one; of many series the longest are taken.
        most: rows.
    """
    lost = rows_lost(dataset.data.quantity)
    ends = {s.name: (s.train_end + lost, s.validation_end + lost) for s in dataset.series}
    least = 2 * (rows_needed(dataset.data) + dataset.data.horizon)  # for some windows
    stretch = max(least, most // (3 * len(ends)))
    known = [one for one in dataset.rows.series if one.name in ends]
    longest = sorted(known, key=len, reverse=True)[: max(1, most // (3 * stretch))]
    series = tuple(_stretches(one, *ends[one.name], stretch) for one in longest)
    return dataset.rebuild(dataclasses.replace(dataset.rows, series=series))


def _stretches(one: SeriesRows, train: int, validation: int, rows: int) -> SeriesRows:
    """So many rows up to the end of training, from there on, and from validation's end on."""
    begins = (max(0, train - rows), train, validation)
    ends = (train, min(train + rows, validation), min(validation + rows, len(one)))
    parts = [one.take(slice(*span)).in_ram(rows) for span in zip(begins, ends, strict=True)]
    arrays = zip(*((p.times, p.values, p.numbers, p.filled) for p in parts), strict=True)
    return SeriesRows(one.name, *(np.concatenate(array) for array in arrays))


def _findings(dataset: SeriesDataset, some: SeriesDataset) -> Iterator[Finding]:
    for name, foresees in _OF_PARTS.items():
        looked_at = some if name in _REBUILDING or dataset.train.on_disk else dataset
        for text in foresees(looked_at):
            yield Finding(name, True, text)
    for name, resembles in _OF_ROWS.items():
        for certain, text in resembles(some if dataset.train.on_disk else dataset):
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
    "sums": lookalikes.sums,
    "numbers": lookalikes.numbers,
}
_REBUILDING = ("border", "origin")
