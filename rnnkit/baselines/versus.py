"""Errors of two forecasts of one target -> which is better, and is that more than chance?"""

from __future__ import annotations

import dataclasses
import math
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.accuracy import Accuracy, Scales
from rnnkit.baselines.points import Points
from rnnkit.baselines.significance import diebold_mariano

SIGNIFICANT = 0.05
IN_WORDS = {
    "mean": "the mean",
    "naive": "the last value",
    "seasonal naive": "the value a season ago",
}

Numbers = NDArray[np.float64]
Measure = Literal["rmse", "mase"]


class Chance(NamedTuple):
    """Whether a difference could be chance."""

    p_value: float | None  # that two forecasts are equally good; None: too few to tell
    test: str = ""  # by which test, where that is to be said


@dataclasses.dataclass(frozen=True, eq=False)
class Yardstick:
    """What the forecasts of one target are compared by.

    Those of one series by squared errors; those of several by absolute ones in the scale of each
    series, as MASE's, so that large series do not outweigh the others.

    Args:
        points: where the forecasts are made.
        scale: (W,) of each window's series, 0 where it has none; None: errors are not scaled.
    """

    points: Points
    scale: Numbers | None

    @classmethod
    def of(cls, points: Points, scales: Scales) -> Yardstick:
        """Several series are scaled where at least one has a scale."""
        scale = scales.absolute[points.series]
        return cls(points, scale if len(points.values) > 1 and scale.any() else None)

    @property
    def measure(self) -> Measure:
        """The score that says who is ahead."""
        return "rmse" if self.scale is None else "mase"

    def score(self, found: Accuracy) -> float:
        """That of some forecasts; less is better."""
        return found.rmse if found.mase is None or self.scale is None else found.mase

    def skill(self, own: Accuracy, theirs: Accuracy) -> float | None:
        """1 - MSE / MSE of the others, or 1 - MASE / theirs; None where that is 0."""
        share = self.score(own) / self.score(theirs) if self.score(theirs) else None
        return None if share is None else 1 - (share if self.scale is not None else share**2)

    def chance(self, error: Numbers, other: Numbers) -> Chance:
        """Of (W, horizon) errors of two forecasts: Diebold-Mariano on the losses of each time.

        The steps of one origin are averaged, and all series of one time, which move together.
        Where each series has one window, or times are too few, the mean losses of the series are
        tested instead, by Student's t of their differences.
        """
        found, windows = Chance(None), self.points.windows
        losses = self._losses(error), self._losses(other)
        if self.scale is None or any(len(each) > 1 for each in windows):
            steps = np.concatenate([np.diff(self.points.origins[each]) for each in windows])
            stride = int(steps.min()) if len(steps) else 1
            overlap = math.ceil(self.points.horizon / stride)
            found = Chance(self._p_value(losses, self.points.moments, overlap=overlap))
        if self.scale is None or found.p_value is not None:
            return found
        series = len(np.unique(self.points.series[self._scored]))
        return Chance(
            self._p_value(losses, self.points.series, overlap=1),
            f"paired t-test over {series:,} series, taken as independent, though series move "
            "together",
        )

    @property
    def _scored(self) -> NDArray[np.bool_]:
        """The windows whose errors can be scaled, (W,)."""
        whole = np.ones(len(self.points.series), np.bool_)
        return whole if self.scale is None else self.scale > 0

    def _losses(self, error: Numbers) -> Numbers:
        """Of the scored windows, (n,)."""
        if self.scale is None:
            squared: Numbers = np.mean(error**2, axis=1)
            return squared
        scaled: Numbers = np.abs(error).mean(axis=1)[self._scored] / self.scale[self._scored]
        return scaled

    def _p_value(
        self, losses: tuple[Numbers, Numbers], groups: NDArray[np.generic], *, overlap: int
    ) -> float | None:
        """Of the mean losses of each group of windows, in the order of the groups."""
        _, group = np.unique(groups[self._scored], return_inverse=True)
        counts = np.bincount(group)
        own, other = (np.bincount(group, loss) / counts for loss in losses)
        return diebold_mariano(own, other, overlap=overlap)


def verdict(
    own: float,
    name: str,
    theirs: float,
    chance: Chance,
    *,
    count: int,
    noun: str = "forecast",
    measure: Measure = "rmse",
) -> str:
    """One plain sentence: who is better, by how much, and whether that could be chance."""
    network, name = "this network", IN_WORDS.get(name, name)
    better, worse = (network, name) if own < theirs else (name, network)
    low, high = sorted([own, theirs])
    if high == low:
        return f"{_capital(network)} and {name} are equally good."
    gain = f"{100 * (1 - low / high):.1f} % in {measure.upper()}"
    if chance.p_value is None:
        return (
            f"{_capital(better)} is better than {worse} by {gain}, on {count} {noun}"
            f"{'' if count == 1 else 's'}: too few to tell that from chance."
        )
    p = f"p = {chance.p_value:.2g}" if chance.p_value >= 0.001 else "p < 0.001"
    p += chance.test and f", {chance.test}"
    if chance.p_value < SIGNIFICANT:
        return f"{_capital(better)} is better than {worse} by {gain} ({p})."
    return (
        f"Between this network and {name} there is no difference beyond chance: "
        f"{better} is ahead by {gain} ({p})."
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
