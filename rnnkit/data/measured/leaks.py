"""Examples with numbers to predict -> what their features and parts tell of them beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.audit import COPIES, Audit, Finding, audit_of, exact_weights, written_sum
from rnnkit.data.beside import STATIC, Categories
from rnnkit.data.labelled.examples import Examples
from rnnkit.data.labelled.leaks import FEWEST, OF_EACH, overlaps
from rnnkit.data.labelled.preprocessing import Columns
from rnnkit.data.padded_rows import pad_sequences
from rnnkit.data.sequences import Sequences
from rnnkit.words import brief

CHECKS = {
    **COPIES,
    "subjects": "no subject has examples in two parts",
    "numbers": "no feature numbers the rows",
    "answers": "no feature is the target",
    "sums": "no features together are the target",
}
SAMPLE = 4000  # examples, or rows, that are looked at
STRETCH = 200  # rows that are read at once
WIDEST = 1000  # columns that are looked at one by one
MOST = 100  # columns in a sum

Floats = NDArray[np.float64]


def audit(
    found: Examples,
    parts: Mapping[str, Examples],
    columns: Columns | None,
    targets: Sequence[str],
) -> Audit:
    """Run every check.

    Args:
        found: what the source brings to train on, in its order.
        parts: train, validation and test made of it; each with `content`.
        columns: of a table; None for arrays.
        targets: their names.
    """
    return audit_of(CHECKS, overlaps(parts, columns), _answers(found, columns, targets))


def _answers(found: Examples, columns: Columns | None, targets: Sequence[str]) -> Iterator[Finding]:
    x, y, names, own = _rows(found, columns)
    if len(x) < FEWEST:
        return
    yield from _numbering(x[:, :own], names)
    yield from _categories(found, targets)
    if columns is not None and len(found) >= FEWEST:
        yield from _numbering(_static(found), columns.static)
    for target, values in zip(targets, y.T, strict=True):
        if np.ptp(values) == 0:
            continue
        told = [index for index in range(x.shape[1]) if _follows(x[:, [index]], values)]
        for index in told:
            weights = exact_weights(x[:, [index]], values)
            yield Finding(
                "answers",
                False,
                f"the target '{brief(target)}' is {written_sum(weights, [names[index]])} of the "
                "same row: that needs no network; name the feature in data.exclude, unless new "
                "data will have it before the answer is known",
            )
        left = [index for index in range(x.shape[1]) if index not in told]
        if 1 < len(left) <= MOST:
            weights = exact_weights(x[:, left], values)
            if np.count_nonzero(weights[:-1]) > 1:
                yield Finding(
                    "sums",
                    False,
                    f"the target '{brief(target)}' is "
                    f"{written_sum(weights, [names[index] for index in left])} of the same row: "
                    "that needs no network; name one of them in data.exclude, unless new data will "
                    "have them before the answer is known",
                )


def _numbering(x: Floats, names: Sequence[str]) -> Iterator[Finding]:
    """Columns of rows (n, D) that rise or fall by whole numbers."""
    steps = np.diff(x, axis=0)
    steady = ((steps > 0).all(axis=0) | (steps < 0).all(axis=0)) & (x == np.rint(x)).all(axis=0)
    for index in np.flatnonzero(steady).tolist():
        text = f"feature '{brief(names[index])}' numbers the rows: it says where one stands"
        yield Finding("numbers", False, f"{text}, not what it is: name it in data.exclude")


def _follows(column: Floats, values: Floats) -> bool:
    return bool(exact_weights(column, values)[0])


def _categories(found: Examples, targets: Sequence[str]) -> Iterator[Finding]:
    """Those whose values, of several examples each, have one target each."""
    for name, values in found.beside.items() if found.targets is not None else ():
        if not isinstance(values, Categories) or OF_EACH * len(values.values) > len(found):
            continue
        order = np.argsort(values.codes, kind="stable")
        same = np.diff(values.codes[order]) == 0
        for target, answers in zip(targets, np.asarray(found.targets).T, strict=True):
            if np.ptp(answers) and not np.diff(answers[order])[same].any():
                yield Finding(
                    "answers",
                    False,
                    f"'{brief(name)}' alone tells the target '{brief(target)}' of every example, "
                    "which needs no network: if it was made from the target, or is known only "
                    "afterwards, name it in data.exclude",
                )


def _static(found: Examples) -> Floats:
    """The static numbers of N examples, (N, S)."""
    values = found.beside.get(STATIC)
    return values if isinstance(values, np.ndarray) else np.zeros((len(found), 0))


def _rows(found: Examples, columns: Columns | None) -> tuple[Floats, Floats, list[str], int]:
    """Some rows with an answer each, (n, D) and (n, K), what the D columns are called, and how
    many of these are features: static numbers follow.

    Of windows the rows of the sequences; else every step of an example is a column, of examples of
    unequal lengths the last step alone.
    """
    named, more = ([], []) if columns is None else map(list, (columns.features, columns.static))
    sequences, features = found.sequences, int(found.sequences.values.shape[1])
    if found.course is not None:
        rows = _some_rows(len(found.course))
        owner = np.full(len(found.course), -1)
        owner[sequences.rows] = np.repeat(np.arange(len(found)), sequences.lengths)
        rows = rows[owner[rows] >= 0]
        steps = Sequences.of_equal_length(sequences.values.reshape(-1, 1, features)).take(rows)
        x = np.concatenate([_flat(steps, 1), _static(found)[owner[rows]]], axis=1)
        return x, found.course[rows], [*named, *more], features
    chosen = np.unique(np.linspace(0, len(found) - 1, SAMPLE).astype(np.intp))
    length = int(sequences.lengths[0])
    if (sequences.lengths != length).any() or length * features > WIDEST:
        length = 1
    targets = np.zeros((len(found), 0)) if found.targets is None else found.targets
    x = _flat(sequences.take(chosen), length)
    if len(named) != x.shape[1]:
        of = [f" of step {step}" for step in range(length)] if length > 1 else [""]
        named = [f"feature {feature}{step}" for step in of for feature in range(features)]
    own = x.shape[1]
    x = np.concatenate([x, _static(found)[chosen]], axis=1)
    return x, targets[chosen], [*named, *more], own


def _flat(sequences: Sequences, length: int) -> Floats:
    """The last steps of each, (n, length * F)."""
    x = pad_sequences(sequences, length, truncating="pre")
    return np.nan_to_num(x[:].reshape(len(x), -1).astype(np.float64))


def _some_rows(count: int) -> NDArray[np.intp]:
    """Numbers of rows in a few stretches, from the first row to the last."""
    begins = np.linspace(0, max(0, count - STRETCH), SAMPLE // STRETCH).astype(np.intp)
    rows = np.unique(begins[:, None] + np.arange(STRETCH))
    return rows[rows < count]
