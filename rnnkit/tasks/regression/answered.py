"""What a model says of examples, scaled -> numbers in their units, and intervals around them."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.intervals import LEVELS
from rnnkit.baselines.measurement import Band
from rnnkit.data.measured.dataset import MeasuredDataset
from rnnkit.data.measured.targets import TargetScale, Values

Widths = dict[float, Values]  # (K,) by level, of scaled targets


@dataclasses.dataclass(frozen=True, eq=False)
class Answers:
    """N answers of K numbers.

    Args:
        mean: (N, K) scaled.
        deviation: (N, K) scaled; 1 where the model does not say how sure it is.
        scale: the way back to the targets' units.
    """

    mean: NDArray[np.float32]
    deviation: NDArray[np.float32]
    scale: TargetScale

    @property
    def values(self) -> Values:
        """(N, K) in the targets' units."""
        return self.scale.invert(self.mean)

    def errors(self, y: NDArray[np.float32]) -> Values:
        """(N, K) of scaled targets, in deviations."""
        return ((self.mean - y) / self.deviation).astype(np.float64)

    def interval(self, width: Values) -> tuple[Values, Values]:
        """The lower and the upper bounds, (N, K) each, in the targets' units and their bounds."""
        half = self.deviation * width
        return self.scale.invert(self.mean - half), self.scale.invert(self.mean + half)

    def take(self, chosen: NDArray[np.intp]) -> Answers:
        return Answers(self.mean[chosen], self.deviation[chosen], self.scale)


def bands(
    answers: Answers, actual: Values, widths: Widths, column: int, *, same: bool
) -> list[Band]:
    """The intervals of one target, and how often they held.

    Args:
        answers: N.
        actual: (N, K) the truth.
        widths: of the intervals.
        column: of the target.
        same: the intervals come from these very examples.
    """
    found = []
    for level, width in widths.items():
        low, high = (bound[:, column] for bound in answers.interval(width))
        truth = actual[:, column]
        held = None if same else float(np.mean((low <= truth) & (truth <= high)))
        found.append(Band(level, held, float(np.mean(high - low))))
    return found


def no_widths(dataset: MeasuredDataset | None) -> str:
    """Why there are no intervals."""
    if dataset is None or dataset.validation is None:
        return "the run has no validation part to take errors from"
    return (
        f"the validation part has {len(dataset.validation):,} examples, too few for the "
        f"{100 * LEVELS[0]:.0f} % interval"
    )
