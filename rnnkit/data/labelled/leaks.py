"""Labelled examples -> what their features and parts tell of the labels, without training anything.

A row is an example where all have as many steps, each step of it a column of its own; else it is a
step. The first thousand rows clear most columns; only what is left is read on.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.audit import COPIES, Audit, Finding, audit_of, copies
from rnnkit.data.keys import Keys, among, pieces
from rnnkit.data.labelled.beside import flat
from rnnkit.data.labelled.examples import Examples, Label
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.sequences import Sequences
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
SCREEN = 1000  # rows, which most columns do not outlast
SOME = 100  # columns of codes that are gone through
SHOWN = 3  # columns that a finding names
WIDEST = 10_000  # columns that are looked at one by one
_NUMBERED = "numbers the rows: it says where an example stands, not what it is"
_SORTED = "numbers the rows, which are sorted by label, and so tells the label"
_TOLD = (
    "alone tells the label of every example, which needs no network: if it was made from the "
    "label, or is known only afterwards"
)

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
    return audit_of(
        CHECKS,
        overlaps(parts, columns),
        telling_features(found, classes, columns),
        telling_beside(found, classes, columns),
    )


def overlaps(parts: Mapping[str, Examples], columns: Columns | None) -> Iterator[Finding]:
    """Examples and subjects of held-back parts that stand in training too; as of `audit`."""
    content = {part: e.content for part, e in parts.items() if e.content is not None}
    groups = {part: e.groups for part, e in parts.items() if e.groups is not None}
    yield from copies(content, "example")
    yield from subjects(groups, None if columns is None else columns.group)


def subjects(groups: Mapping[str, Keys], column: str | None) -> Iterator[Finding]:
    """Those of held-back examples that have examples in the training part too.

    Args:
        groups: of train, validation and test, (N,) each: what is equal for those of one subject.
        column: that names subjects.
    """
    train = groups.get("train")
    if train is None or len(np.unique(train)) == len(train):
        return
    for part, members in groups.items():
        own = np.unique(members)
        both = 0 if part == "train" else int(among(own, train).sum())
        if both:
            yield Finding(
                "subjects",
                False,
                f"{both:,} of the {counted(len(own), 'value')} of column '{column}' in the "
                f"{part} part stand in the training part too: if these are subjects, the model "
                "is judged on those it knows; data.split: {group: "
                f"{column}}} keeps the examples of each in one part",
            )


def telling_features(
    found: Mapping[str, Examples], classes: Sequence[Label], columns: Columns | None
) -> Iterator[Finding]:
    """Features that number the rows, or alone tell the label; arguments as of `audit`."""
    rows = _Rows(found, classes, columns)
    if min(rows.count, rows.examples) < FEWEST:
        return
    suspects = rows.suspects()
    numbering = rows.numbering(suspects)
    ordered = suspects.columns[suspects.apart].tolist() if rows.enough else []
    telling = [*ordered, *rows.coded(suspects)]
    remedy = "remove it from x" if columns is None else "name it in data.exclude"
    for check, certain, which, text in (
        ("numbers", True, [c for c in numbering if c in ordered], _SORTED),
        ("numbers", False, [c for c in numbering if c not in ordered], _NUMBERED),
        ("labels", False, [c for c in telling if c not in numbering], _TOLD),
    ):
        if which:
            yield Finding(check, certain, f"{rows.named(which)} {text}: {remedy}")


def telling_beside(
    found: Mapping[str, Examples], classes: Sequence[Label], columns: Columns | None
) -> Iterator[Finding]:
    """What examples have beside their sequences, as features of one step."""
    if columns is None or not found["train"].beside:
        return iter(())
    names, _ = flat(found["train"].beside, columns)
    rows = {
        part: Examples(Sequences.of_equal_length(flat(e.beside, columns)[1][:, None]), e.labels)
        for part, e in found.items()
    }
    named = dataclasses.replace(columns, features=tuple(names), id=None)
    return telling_features(rows, classes, named)


class _Suspects:
    """The columns that may tell something, after the rows that were looked at.

    Args:
        width: D, all columns.
        classes: C.

    Attributes:
        columns: (A,) their numbers; the rest belongs to these.
        low, high: (C, A) the least and the largest value of each class.
        rising, falling: (A,) integers, from row to row in every part.
        different: (A,) integers, no two alike among neighbours, close together.
        coded: (A,) few integers, each of one class.
        apart: (A,) no two classes overlap.
    """

    def __init__(self, width: int, classes: int) -> None:
        self.columns = np.arange(width)
        self.low = np.full((classes, width), np.inf)
        self.high = -self.low
        self.rising, self.falling, self.different, self.coded, self.apart = np.ones(
            (5, width), bool
        )
        self._last = np.zeros((1, width))

    @property
    def span(self) -> Floats:
        """(A,) how many integers there are from the least to the largest."""
        span: Floats = self.high.max(axis=0) - self.low.min(axis=0) + 1
        return span

    def look(self, x: Floats, y: NDArray[np.int32], *, first: bool, rows: int, codes: int) -> None:
        """At rows (R, D) of classes (R,), a part's `first` or others; what tells nothing goes."""
        x = x[:, self.columns]
        steps = np.diff(x, axis=0, prepend=x[:0] if first else self._last)
        whole = (x == np.rint(x)).all(axis=0)
        self.rising &= whole & (steps > 0).all(axis=0)
        self.falling &= whole & (steps < 0).all(axis=0)
        order = np.argsort(y, kind="stable")
        begins = np.flatnonzero(np.diff(y[order], prepend=-1))
        present, sorted_rows = y[order][begins], x[order]
        for side, extreme in ((self.low, np.minimum), (self.high, np.maximum)):
            side[present] = extreme(side[present], extreme.reduceat(sorted_rows, begins))
        by_value = np.argsort(x, axis=0, kind="stable")
        equal = np.diff(np.take_along_axis(x, by_value, axis=0), axis=0) == 0
        self.different &= whole & ~equal.any(axis=0) & (self.span < 2 * rows)
        mixed = (equal & (np.diff(y[by_value], axis=0) != 0)).any(axis=0)
        self.coded &= whole & ~mixed & (self.span <= codes)
        by_low = np.argsort(self.low, axis=0)
        low, high = (np.take_along_axis(side, by_low, axis=0) for side in (self.low, self.high))
        self.apart &= (high[:-1] < low[1:]).all(axis=0)
        self._last = x[-1:]
        self._keep(self.rising | self.falling | self.different | self.coded | self.apart)

    def _keep(self, kept: NDArray[np.bool_]) -> None:
        for name, values in vars(self).items():
            setattr(self, name, values[..., kept])


class _Rows:
    """The rows of all examples that a source brings, with the class of each, a piece at a time."""

    def __init__(
        self, found: Mapping[str, Examples], classes: Sequence[Label], columns: Columns | None
    ) -> None:
        number = {label: n for n, label in enumerate(classes)}
        self._parts = [
            (e.sequences, e.labels.numbered([number[v] for v in e.labels.values]))
            for e in found.values()
        ]
        lengths = np.concatenate([s.lengths for s, _ in self._parts])
        self.features = int(self._parts[0][0].values.shape[1])
        self.examples = len(lengths)
        steps = int(lengths[0])
        self._names = () if columns is None else columns.features
        self._wide = (columns is None or columns.id is None) and bool(
            (lengths == steps).all() and steps * self.features <= WIDEST
        )
        self.width = self.features * steps if self._wide else self.features
        self.count = self.examples if self._wide else int(lengths.sum())
        of_class = np.bincount(np.concatenate([y for _, y in self._parts]), minlength=len(classes))
        self._classes = len(classes)
        self.enough = int((of_class >= OF_EACH).sum()) >= 2

    def named(self, chosen: Sequence[int]) -> str:
        """`feature 'x'`, or of arrays `each of feature 0 of step 3, feature 1 of step 3`."""
        names = list(map(self._name, chosen[:SHOWN]))
        more = f" and {len(chosen) - SHOWN:,} more" if len(chosen) > SHOWN else ""
        return "each of " * (len(chosen) > 1) + ", ".join(names) + more

    def _name(self, column: int) -> str:
        if len(self._names) == self.width:
            return f"feature '{brief(self._names[column])}'"
        step, feature = divmod(column, self.features)
        return f"feature {feature}" + (f" of step {step}" if self._wide else "")

    def suspects(self) -> _Suspects:
        """After all rows, or when nothing is left to find."""
        found = _Suspects(self.width, self._classes)
        codes = min(CODES, self.examples // OF_EACH)
        for first, x, y in self._pieces():
            found.look(x, y, first=first, rows=self.count, codes=codes)
            if not len(found.columns):
                break
        return found

    def numbering(self, suspects: _Suspects) -> list[int]:
        """Columns of different integers that rise or fall, or leave few of their range out."""
        steady = suspects.rising | suspects.falling
        found = set(suspects.columns[steady].tolist())
        dense = suspects.different & ~steady & (suspects.span >= self.count)
        if len(columns := suspects.columns[dense]):
            values = np.concatenate([x[:, columns] for _, x, _ in self._pieces()])
            different = (np.diff(np.sort(values, axis=0), axis=0) > 0).all(axis=0)
            found |= set(columns[different].tolist())
        return sorted(found)

    def coded(self, suspects: _Suspects) -> list[int]:
        """Columns of more than two integers, each of one class, which overlap as a whole."""
        chosen = suspects.coded & ~suspects.apart & (suspects.span > 2) & self.enough
        chosen &= np.cumsum(chosen) <= SOME
        columns, least = suspects.columns[chosen], suspects.low.min(axis=0)[chosen]
        having = np.zeros((len(columns), CODES, self._classes), bool)
        for _, x, y in self._pieces() if len(columns) else ():
            codes = (x[:, columns] - least).astype(np.intp)
            having[np.arange(len(columns)), codes, y[:, None]] = True
        alone = (having.sum(axis=2) <= 1).all(axis=1)
        return [int(column) for column in columns[alone]]

    def _pieces(self) -> Iterator[tuple[bool, Floats, NDArray[np.int32]]]:
        """Whether a part begins, rows (R, D) and the class of each, (R,)."""
        for sequences, y in self._parts:
            done = 0
            for values, starts in pieces(sequences):
                own = y[done : done + len(starts)]
                x = values.astype(np.float64, copy=False)
                if self._wide:
                    x = x.reshape(len(starts), -1)
                else:
                    own = np.repeat(own, np.diff(starts, append=len(x)))
                yield done == 0, x[:SCREEN], own[:SCREEN]
                if len(x) > SCREEN:
                    yield False, x[SCREEN:], own[SCREEN:]
                done += len(starts)
