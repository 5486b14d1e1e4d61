"""Truth and a score each -> the ROC and the precision-recall curve, and the areas under them."""

from __future__ import annotations

import dataclasses
import functools

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclasses.dataclass(frozen=True, eq=False)
class Ranked:
    """N examples, the highest score first: what lies at or above each of S distinct scores.

    Args:
        scores: (S,) falling.
        hits: (S,) how many of these are positive.
        alarms: (S,) how many are not.
    """

    scores: Floats
    hits: Floats
    alarms: Floats

    @classmethod
    def of(cls, positive: npt.NDArray[np.bool_], scores: npt.NDArray[np.floating]) -> Ranked:
        """Rank examples, (N,) each, of which there is at least one."""
        order = np.argsort(-scores, kind="stable")
        ranked, truth = scores[order].astype(np.float64), positive[order]
        last = np.flatnonzero(np.append(np.diff(ranked) != 0, True))  # of equal scores
        hits = np.cumsum(truth)[last].astype(np.float64)
        return cls(ranked[last], hits, last + 1 - hits)

    @property
    def positives(self) -> float:
        return float(self.hits[-1])

    @property
    def negatives(self) -> float:
        return float(self.alarms[-1])

    @property
    def has_curves(self) -> bool:
        """Whether there are both positive and other examples."""
        return self.positives > 0 and self.negatives > 0

    @functools.cached_property
    def recall(self) -> Floats:
        """(S,) of the positive ones, the share at or above a score."""
        return self.hits / self.positives

    @functools.cached_property
    def false_alarm_rate(self) -> Floats:
        """(S,) of the others, the share at or above a score."""
        return self.alarms / self.negatives

    @functools.cached_property
    def precision(self) -> Floats:
        """(S,) of those at or above a score, the share that is positive."""
        return self.hits / (self.hits + self.alarms)

    @property
    def roc_area(self) -> float:
        """The chance that a positive example has a higher score than another; equal ones: half."""
        pairs = np.trapezoid(np.append(0, self.hits), np.append(0, self.alarms))  # whole or half
        return float(pairs / (self.positives * self.negatives))

    @property
    def average_precision(self) -> float:
        """The precision at each score, weighted by the recall that is gained there."""
        return float(np.sum(np.diff(self.hits, prepend=0) * self.precision) / self.positives)


def ranked_classes(
    y: npt.NDArray[np.integer], probabilities: npt.NDArray[np.floating]
) -> dict[int, Ranked]:
    """The classes that have curves, each against all others; of two the positive one, number 1.

    Args:
        y: (N,) class numbers.
        probabilities: (N, C).
    """
    count = probabilities.shape[1]
    numbers = [1] if count == 2 else range(count)
    found = {number: Ranked.of(y == number, probabilities[:, number]) for number in numbers}
    return {number: ranked for number, ranked in found.items() if ranked.has_curves}
