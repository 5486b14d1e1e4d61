"""Numbers to predict in their units -> what a model learns, and the way back."""

from __future__ import annotations

import dataclasses
from typing import cast

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.measured.section import MeasuredData
from rnnkit.data.scaling import Scale, fit_scale
from rnnkit.errors import DataError
from rnnkit.words import counted

Values = NDArray[np.float64]


def clipped(values: Values, data: MeasuredData) -> Values:
    """Targets (N, K) within the bounds of `clip`."""
    if data.clip is None:
        return values
    return np.clip(values, data.clip.minimum, data.clip.maximum)


def fit_targets(values: Values, data: MeasuredData) -> Scale:
    """The scale of the training part's clipped targets, (N, K), or of their logarithms."""
    return cast(Scale, fit_scale("standard", np.log(values) if data.log else values))


def check_positive(values: Values, data: MeasuredData, names: tuple[str, ...], where: str) -> None:
    """Raise a DataError for clipped targets that have no logarithm where that is learnt."""
    if data.log and (wrong := values <= 0).any():
        row, column = np.unravel_index(int(np.argmax(wrong)), wrong.shape)
        raise DataError(
            f"{where}: data.log needs positive targets, but '{names[int(column)]}' = "
            f"{values[row, column]:g} in example {int(row) + 1:,} "
            f"({counted(int(wrong.sum()), 'such value')}): remove it, or set clip: {{minimum: ...}}"
        )


@dataclasses.dataclass(frozen=True)
class TargetScale:
    """The way from K targets in their units to what the model learns, and back.

    Args:
        scale: fitted on the training part.
        data: the config's section, with `clip` and `log`.
    """

    scale: Scale
    data: MeasuredData

    def apply(self, values: Values) -> NDArray[np.float32]:
        """Clipped targets, (N, K), as the model learns them."""
        return self.scale.apply(np.log(values) if self.data.log else values)

    def invert(self, outputs: NDArray[np.floating]) -> Values:
        """What the model says, (N, K), in the targets' units and within their bounds."""
        values = outputs * np.array(self.scale.divisor) + np.array(self.scale.offset)
        with np.errstate(over="ignore"):  # what is infinite is found by who asked
            return clipped(np.exp(values) if self.data.log else values, self.data)
