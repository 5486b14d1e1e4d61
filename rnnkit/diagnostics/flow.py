"""Gradient norms step by step -> how far back the loss reaches, and whether it vanishes."""

from __future__ import annotations

import dataclasses
import math
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FADED = 0.01  # of its largest: from here on a gradient no longer teaches
EXPLODED = 100.0  # times the last step's
SMALLEST = 1e-30  # below it, float32 has no digits left

Verdict = Literal["vanishing", "holds", "exploding", "none", "one step"]


@dataclasses.dataclass(frozen=True, eq=False)
class Flow:
    """The gradient of the loss with respect to one state, step by step.

    Args:
        norms: (K,) by the number of steps back from the one whose loss it is, 0 first: the mean
            over the examples of each one's norm.
    """

    norms: NDArray[np.float64]

    @property
    def finite(self) -> bool:
        return bool(np.isfinite(self.norms).all())

    @property
    def fades_after(self) -> float | None:
        """Steps back after which the norm has fallen to 1 % of its largest; None: it never does.

        Between two steps the logarithm is taken to be linear. 0 where there is no gradient at all.
        """
        norms = self.norms
        if not self.finite:
            return None
        if norms.max() <= 0:
            return 0.0
        peak = int(norms.argmax())
        limit = FADED * norms[peak]
        below = np.flatnonzero(norms[peak:] <= limit)
        if not len(below):
            return None
        step = peak + int(below[0])
        before, after = float(norms[step - 1]), float(norms[step])
        if after <= SMALLEST:
            return float(step)
        return step - 1 + math.log(before / limit) / math.log(before / after)

    @property
    def reach(self) -> float:
        """How far back the loss reaches, in steps: `fades_after`, or all the steps there are.

        Infinite where a norm is not finite: there is no saying.
        """
        if not self.finite:
            return math.inf
        faded = self.fades_after
        return float(len(self.norms)) if faded is None else faded

    @property
    def factor(self) -> float:
        """What one more step back multiplies the norm by: a line through the logarithms.

        NaN where fewer than two norms are numbers above 0.
        """
        seen = np.flatnonzero(np.isfinite(self.norms) & (self.norms > SMALLEST))
        if len(seen) < 2:
            return math.nan
        return float(np.exp(np.polyfit(seen, np.log(self.norms[seen]), 1)[0]))

    @property
    def verdict(self) -> Verdict:
        """exploding: somewhere 100 times the last step's norm, or not finite.

        vanishing: fallen to 1 % of its largest before the sequence ends. none: 0 at every step.
        Else it holds.
        """
        if len(self.norms) < 2:
            return "one step"
        if not self.finite or self.norms.max() > EXPLODED * self.norms[0] > 0:
            return "exploding"
        if self.norms.max() <= 0:
            return "none"
        return "vanishing" if self.fades_after is not None else "holds"
