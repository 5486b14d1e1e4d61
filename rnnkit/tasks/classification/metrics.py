"""True classes and predicted probabilities -> a ClassificationReport beside its baseline.

Everything in a report follows from its confusion matrix, so that is what it holds.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnkit.errors import DataError, RunError

Z_95 = 1.959963984540054  # the standard normal's 97.5 % point: 95 % lie within ± Z_95


@dataclasses.dataclass(frozen=True)
class ClassScores:
    """One class against all others; an undefined number is 0 and named in `undefined`."""

    name: str
    precision: float  # of those predicted as this class, the share that is
    recall: float  # of those that are this class, the share predicted so
    f1: float
    support: int  # examples that are this class
    undefined: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, eq=False)
class ClassificationReport:
    """How C classes were told apart in N examples.

    Args:
        classes: the C names.
        confusion: (C, C) counts, a row a true class, a column a predicted one.
        baseline_class: the class that the majority baseline always answers.
    """

    classes: tuple[str, ...]
    confusion: NDArray[np.int64]
    baseline_class: int

    @classmethod
    def of(
        cls, truth: ArrayLike, predicted: ArrayLike, classes: tuple[str, ...]
    ) -> ClassificationReport:
        """Of numbers of classes, (N,) each; the baseline's class is the most frequent of them."""
        pairs = np.asarray(truth, np.int64) * len(classes) + np.asarray(predicted, np.int64)
        counts = np.bincount(pairs, minlength=len(classes) ** 2)
        confusion = counts.reshape(len(classes), -1).astype(np.int64)
        return cls(classes, confusion, int(np.argmax(confusion.sum(axis=1))))

    @property
    def examples(self) -> int:
        return int(self.confusion.sum())

    @property
    def correct(self) -> int:
        return int(np.trace(self.confusion))

    @property
    def accuracy(self) -> float:
        return self.correct / self.examples

    @property
    def accuracy_interval(self) -> tuple[float, float]:
        """95 %, Wilson's; of the examples' luck only, not of other seeds or other data."""
        return wilson_interval(self.correct, self.examples)

    @property
    def baseline_name(self) -> str:
        return self.classes[self.baseline_class]

    @functools.cached_property
    def baseline(self) -> ClassificationReport:
        """Answering the training data's most frequent class every time, on the same examples."""
        answers = np.zeros_like(self.confusion)
        answers[:, self.baseline_class] = self.confusion.sum(axis=1)
        return ClassificationReport(self.classes, answers, self.baseline_class)

    @functools.cached_property
    def per_class(self) -> tuple[ClassScores, ...]:
        return tuple(_class_scores(self, index) for index in range(len(self.classes)))

    @property
    def macro_f1(self) -> float:
        """The mean over all C classes; an undefined F1 counts as 0."""
        return float(np.mean([scores.f1 for scores in self.per_class]))

    @property
    def summarised(self) -> ClassScores:
        """Of two classes the positive one's scores, number 1; of more the means of all."""
        if len(self.classes) == 2:
            return self.per_class[1]
        precision, recall, f1 = (
            float(np.mean([getattr(scores, number) for scores in self.per_class]))
            for number in ("precision", "recall", "f1")
        )
        return ClassScores("mean of the classes", precision, recall, f1, self.examples)

    @property
    def weighted_f1(self) -> float:
        """The mean over the N examples of their class's F1."""
        return sum(scores.f1 * scores.support for scores in self.per_class) / self.examples

    @property
    def verdict(self) -> str:
        """Whether the accuracy says more than the baseline's, in words."""
        low, high = self.accuracy_interval
        if low <= self.baseline.accuracy <= high:
            return "no different from the baseline"
        return (
            "better than the baseline"
            if low > self.baseline.accuracy
            else "worse than the baseline"
        )

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader must know of undefined numbers; empty when there are none."""
        notes = []
        for number, reason in (
            ("precision", "never predicted"),
            ("recall", "without an example"),
        ):
            names = [scores.name for scores in self.per_class if number in scores.undefined]
            if names:
                notes.append(
                    f"{number} is undefined, shown as 0, for what is {reason}: {_few(names)}"
                )
        return tuple(notes)

    def most_confused(self, limit: int) -> list[tuple[str, str, int]]:
        """The (true, predicted, count) pairs with the most mistakes, the largest first."""
        mistakes = self.confusion.copy()
        np.fill_diagonal(mistakes, 0)
        order = np.argsort(-mistakes, axis=None, kind="stable")[:limit]
        pairs = zip(*np.unravel_index(order, mistakes.shape), strict=True)
        return [
            (self.classes[true], self.classes[said], int(mistakes[true, said]))
            for true, said in pairs
            if mistakes[true, said]
        ]


def classification_report(
    y_true: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence[object],
    *,
    train_counts: ArrayLike | None = None,
    threshold: float | None = None,
) -> ClassificationReport:
    """Compare predictions with the truth.

    Args:
        y_true: (N,) integers below C.
        probabilities: (N, C).
        classes: the C names.
        train_counts: (C,) training examples of each class, which choose the baseline's class;
            None chooses by `y_true`, the best that any constant answer can do.
        threshold: as for `predicted_classes`.

    Raises:
        DataError: there is nothing to compare, or a label is not one of the C classes.
        RunError: a probability is not finite.
    """
    names = tuple(str(name) for name in classes)
    truth = _check_labels(np.asarray(y_true), names)
    predicted, _ = predicted_classes(probabilities, len(names), threshold=threshold)
    if len(predicted) != len(truth):
        raise DataError(f"{len(predicted):,} predictions for {len(truth):,} labels")
    pairs = truth * len(names) + predicted
    confusion = np.bincount(pairs, minlength=len(names) ** 2).reshape(len(names), len(names))
    counts = confusion.sum(axis=1) if train_counts is None else np.asarray(train_counts)
    return ClassificationReport(names, confusion.astype(np.int64), int(np.argmax(counts)))


def predicted_classes(
    probabilities: ArrayLike, class_count: int, *, threshold: float | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The class that is answered for each example and its probability, both (N,).

    Args:
        probabilities: (N, C).
        class_count: C.
        threshold: of two classes, number 1 is answered from this probability on; None: the most
            probable class is.

    Raises:
        DataError: the shape does not fit C.
        RunError: a probability is not finite.
    """
    p = np.asarray(probabilities, dtype=np.float64)
    if p.ndim != 2 or p.shape[1] != class_count:
        raise DataError(f"probabilities of shape {p.shape} for {class_count} classes")
    broken = int(np.sum(~np.isfinite(p).all(axis=1)))
    if broken:
        raise RunError(
            f"the model predicts NaN or infinity for {broken:,} of {len(p):,} examples:"
            " its weights, or these inputs, are not finite"
        )
    predicted = p.argmax(axis=1) if threshold is None else (p[:, 1] >= threshold).astype(np.int64)
    return predicted, p[np.arange(len(p)), predicted]


def wilson_interval(successes: int, trials: int, *, z: float = Z_95) -> tuple[float, float]:
    """The interval of a proportion, within 0 and 1 and honest near both ends.

    centre = (k + z²/2) / (n + z²), half width = z / (n + z²) · √(k (n - k) / n + z²/4), for k
    successes in n trials: E. B. Wilson, "Probable Inference, the Law of Succession, and
    Statistical Inference", Journal of the American Statistical Association 22 (1927), 209-212.

    Args:
        successes: k, from 0 to n.
        trials: n, at least 1.
        z: the normal quantile; the default gives 95 %.
    """
    k, n = successes, trials
    centre = (k + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * math.sqrt(k * (n - k) / n + z**2 / 4)
    return max(0.0, centre - half), min(1.0, centre + half)


def _check_labels(labels: NDArray[Any], names: tuple[str, ...]) -> NDArray[np.int64]:
    if labels.size == 0:
        raise DataError("there are no examples to evaluate")
    low, high = int(labels.min()), int(labels.max())
    if low < 0 or high >= len(names):
        wrong = low if low < 0 else high
        raise DataError(
            f"label {wrong} is not one of the {len(names)} classes, 0 to {len(names) - 1}"
        )
    return labels.astype(np.int64).reshape(-1)


def _class_scores(report: ClassificationReport, index: int) -> ClassScores:
    hits = int(report.confusion[index, index])
    said = int(report.confusion[:, index].sum())
    support = int(report.confusion[index].sum())
    precision = hits / said if said else 0.0
    recall = hits / support if support else 0.0
    # 2PR / (P + R) with P and R written out: defined wherever one of them is
    f1 = 2 * hits / (said + support) if said + support else 0.0
    defined = {"precision": said, "recall": support, "f1": said + support}
    undefined = tuple(number for number, count in defined.items() if not count)
    return ClassScores(report.classes[index], precision, recall, f1, support, undefined)


def _few(names: Sequence[str], limit: int = 5) -> str:
    """`'a', 'b'`, and beyond `limit` only how many more."""
    shown = ", ".join(f"'{name}'" for name in names[:limit])
    return f"{shown} and {len(names) - limit} more" if len(names) > limit else shown
