"""Labelled examples -> what their features and parts tell of the labels, without training anything.

A row is an example where all have as many steps, each step of it a column of its own; else it is a
step. Everything is gone through once, columns that look like codes or numbers twice.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.audit import COPIES, Audit, Finding, copies
from rnnkit.data.keys import pieces
from rnnkit.data.labelled.examples import Examples, Label
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.words import brief, counted

CHECKS = {
    **COPIES,
    "subjects": "no subject has examples in two parts",
    "numbers": "no feature numbers the rows",
    "labels": "no feature alone tells the label",
}
FEWEST = 20  # rows and examples; fewer are in order, or told apart, by chance
OF_EACH = 5  # examples of two classes at least, and of each code on average
CODES = 1000  # integers further apart are no codes
WIDEST = 10_000  # columns that are looked at one by one

Floats = NDArray[np.float64]


def audit(
    found: Mapping[str, Examples],
    parts: Mapping[str, Examples],
    classes: Sequence[Label],
    columns: Columns | None,
) -> Audit:
    """Run every check.

    Args:
        found: what the source brings, in its order.
        parts: train, validation and test made of it; each with `content`.
        classes: the labels, in the order of their numbers.
        columns: of a table; None for arrays.
    """
    began = time.perf_counter()
    findings = [
        *copies({part: e.content for part, e in parts.items() if e.content is not None}, "example"),
        *_subjects(parts, columns),
        *_rows(found, classes, columns),
    ]
    return Audit(CHECKS, tuple(findings), time.perf_counter() - began)


def _subjects(parts: Mapping[str, Examples], columns: Columns | None) -> Iterator[Finding]:
    train = parts["train"].groups
    if train is None or columns is None or len(np.unique(train)) == len(train):
        return
    for part, examples in parts.items():
        if part == "train" or examples.groups is None:
            continue
        own = np.unique(examples.groups)
        both = int(np.isin(own, train).sum())
        if both:
            yield Finding(
                "subjects",
                False,
                f"{both:,} of the {counted(len(own), 'value')} of column '{columns.group}' in the "
                f"{part} part stand in the training part too: if these are subjects, the model "
                "is judged on those it knows; data.split: {group: "
                f"{columns.group}}} keeps the examples of each in one part",
            )


def _rows(
    found: Mapping[str, Examples], classes: Sequence[Label], columns: Columns | None
) -> Iterator[Finding]:
    rows = _Rows(found, classes)
    if min(rows.count, rows.examples) < FEWEST:
        return
    seen = rows.seen()
    numbering = rows.numbering(seen)
    ordered = rows.told_by_thresholds(seen)
    for column in numbering:
        name = rows.name(column, columns)
        text = f"{name} numbers the rows: it says where an example stands, not what it is"
        if column in ordered:
            text += ", and the rows are sorted by label, so that it tells the label"
        yield Finding("numbers", column in ordered, f"{text}: {_remedy(columns)}")
    telling = [*ordered, *rows.told_by_codes(seen)]
    if telling := [column for column in telling if column not in numbering]:
        names = [rows.name(column, columns) for column in telling]
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
        yield Finding(
            "labels",
            False,
            f"{'each of ' * (len(names) > 1)}{shown} alone tells the label of every example, which "
            "needs no network: if it was made from the label, or is known only afterwards, "
            f"{_remedy(columns)}",
        )


def _remedy(columns: Columns | None) -> str:
    return "remove it from x" if columns is None else "name it in data.exclude"


@dataclasses.dataclass(frozen=True)
class _Seen:
    """What one pass shows of D columns.

    Args:
        low: (C, D) the least value of each class.
        high: (C, D) the largest.
        whole: (D,) whether all are integers.
        steady: (D,) whether values rise from row to row in every part, or fall.
    """

    low: Floats
    high: Floats
    whole: NDArray[np.bool_]
    steady: NDArray[np.bool_]


class _Rows:
    """The rows of all examples that a source brings, with the class of each, a piece at a time."""

    def __init__(self, found: Mapping[str, Examples], classes: Sequence[Label]) -> None:
        number = {label: n for n, label in enumerate(classes)}
        self._parts = [
            (e.sequences, e.labels.numbered([number[v] for v in e.labels.values]))
            for e in found.values()
        ]
        lengths = np.concatenate([s.lengths for s, _ in self._parts])
        self.features = int(self._parts[0][0].values.shape[1])
        self.examples = len(lengths)
        steps = int(lengths[0])
        self._wide = bool((lengths == steps).all()) and steps * self.features <= WIDEST
        self.width = self.features * steps if self._wide else self.features
        self.count = self.examples if self._wide else int(lengths.sum())
        of_class = np.bincount(np.concatenate([y for _, y in self._parts]), minlength=len(classes))
        self._classes = len(classes)
        self.enough = int((of_class >= OF_EACH).sum()) >= 2

    def name(self, column: int, columns: Columns | None) -> str:
        """`feature 'x'`, or of arrays `feature 0 of step 3`."""
        if columns is not None and len(columns.features) == self.width:
            return f"feature '{brief(columns.features[column])}'"
        step, feature = divmod(column, self.features)
        return f"feature {feature}" + (f" of step {step}" if self._wide else "")

    def seen(self) -> _Seen:
        shape = (self._classes, self.width)
        low, high = np.full(shape, np.inf), np.full(shape, -np.inf)
        whole, rising, falling = (np.ones(self.width, bool) for _ in range(3))
        last: Floats | None = None
        for first, x, y in self._pieces():
            before = x[:0] if first or last is None else last
            steps = np.diff(x, axis=0, prepend=before)
            rising &= (steps > 0).all(axis=0)
            falling &= (steps < 0).all(axis=0)
            whole &= (x == np.rint(x)).all(axis=0)
            order = np.argsort(y, kind="stable")
            begins = np.flatnonzero(np.diff(y[order], prepend=-1))
            present = y[order][begins]
            low[present] = np.minimum(low[present], np.minimum.reduceat(x[order], begins))
            high[present] = np.maximum(high[present], np.maximum.reduceat(x[order], begins))
            last = x[-1:]
        return _Seen(low, high, whole, rising | falling)

    def numbering(self, seen: _Seen) -> list[int]:
        """Columns of different integers that rise or fall, or leave few of their range out."""
        span = seen.high.max(axis=0) - seen.low.min(axis=0) + 1
        found = set(np.flatnonzero(seen.whole & seen.steady).tolist())
        dense = seen.whole & (span >= self.count) & (span < 2 * self.count)
        if candidates := sorted(set(np.flatnonzero(dense).tolist()) - found):
            values = np.concatenate([x[:, candidates] for _, x, _ in self._pieces()])
            different = (np.diff(np.sort(values, axis=0), axis=0) > 0).all(axis=0)
            found |= set(np.array(candidates)[different].tolist())
        return sorted(found)

    def told_by_thresholds(self, seen: _Seen) -> list[int]:
        """Columns in which no two classes overlap."""
        order = np.argsort(seen.low, axis=0)
        low = np.take_along_axis(seen.low, order, axis=0)
        high = np.take_along_axis(seen.high, order, axis=0)
        apart = (high[:-1] < low[1:]).all(axis=0)
        return np.flatnonzero(apart).tolist() if self.enough else []

    def told_by_codes(self, seen: _Seen) -> list[int]:
        """Columns of integers, each of which one class alone has, but for those above."""
        least = seen.low.min(axis=0)
        span = seen.high.max(axis=0) - least + 1
        codes = seen.whole & (span > 2) & (span <= min(CODES, self.examples // OF_EACH))
        columns = np.flatnonzero(codes) if self.enough else np.zeros(0, np.intp)
        columns = columns[~np.isin(columns, self.told_by_thresholds(seen))]
        having: dict[int, NDArray[np.bool_]] = {}
        for _, x, y in self._pieces() if len(columns) else ():
            for column in columns.tolist():
                table = having.setdefault(
                    column, np.zeros((int(span[column]), self._classes), bool)
                )
                table[(x[:, column] - least[column]).astype(np.intp), y] = True
            columns = columns[[(having[c].sum(axis=1) <= 1).all() for c in columns.tolist()]]
        return [int(column) for column in columns]

    def _pieces(self) -> Iterator[tuple[bool, Floats, NDArray[np.int32]]]:
        """Whether a part begins, rows (R, D) and the class of each, (R,)."""
        for sequences, y in self._parts:
            done = 0
            for values, starts in pieces(sequences):
                own = y[done : done + len(starts)]
                x = values.astype(np.float64, copy=False)
                if self._wide:
                    yield done == 0, x.reshape(len(starts), -1), own
                else:
                    yield done == 0, x, np.repeat(own, np.diff(starts, append=len(x)))
                done += len(starts)
