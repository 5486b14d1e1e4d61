"""The `output:` key of a forecasting config: what a model says of each number to come."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from rnnkit.baselines.distribution import LEVELS
from rnnkit.baselines.intervals import LEVELS as SHOWN
from rnnkit.config.section import Section, does_not_fit
from rnnkit.data.series.quantities import rows_lost
from rnnkit.data.series.section import SeriesData

Probability = Annotated[float, Field(gt=0, lt=1)]


class Quantiles(Section):
    """Q quantiles, learnt by the pinball loss (Koenker and Bassett 1978), sorted where they cross.

    Sorted quantiles are never worse by that loss (Chernozhukov, Fernández-Val, Galichon 2010).
    """

    quantiles: list[Probability]  # ascending; 0.5, the forecast, is one of them

    @field_validator("quantiles")
    @classmethod
    def _ascending(cls, levels: list[float]) -> list[float]:
        if any(high <= low for low, high in pairwise(levels)):
            raise does_not_fit("quantiles must ascend, each once")
        if 0.5 not in levels:
            raise does_not_fit("0.5 is missing: the median is the forecast itself")
        return levels


# Distributions by their means, or location, and what more they take; see training/families.py
Distribution = Literal["gaussian", "student_t", "negative_binomial"]
Output = Literal["point"] | Distribution | Quantiles

_NUMBERS = {"point": 1, "gaussian": 2, "student_t": 3, "negative_binomial": 2}


def numbers_of(output: Output) -> int:
    """P: what a model gives for each number that is forecast."""
    return len(output.quantiles) if isinstance(output, Quantiles) else _NUMBERS[output]


def levels_of(output: Output) -> tuple[float, ...]:
    """Of the Q quantiles that a forecast is told by, ascending."""
    return tuple(output.quantiles) if isinstance(output, Quantiles) else LEVELS


def shown_levels(output: Output) -> tuple[float, ...]:
    """Of the central intervals that are reported: those that the quantiles have both ends of."""
    if not isinstance(output, Quantiles):
        return SHOWN
    known = {round(level, 9) for level in output.quantiles}
    pairs = [low for low in output.quantiles if low < 0.5 and round(1 - low, 9) in known]
    return tuple(round(1 - 2 * low, 9) for low in reversed(pairs))


def unfit(output: Output, data: SeriesData, *, loss: str | None) -> PydanticCustomError | None:
    """Why an output does not go with the other sections; None where it does."""
    if output == "point":
        return None
    name = "quantiles" if isinstance(output, Quantiles) else output
    if loss is not None:
        return does_not_fit(
            f"output ({name}) has a loss of its own: remove training.loss (={loss}), or output",
            "training", "loss",
        )  # fmt: skip
    if name == "quantiles" and data.multi_step == "recursive":
        return does_not_fit(
            "multi_step (=recursive) draws paths, and quantiles do not say how their tails are "
            "drawn: use output: gaussian or student_t, or multi_step: direct",
            "data", "multi_step",
        )  # fmt: skip
    if name == "negative_binomial" and data.transform:
        return does_not_fit(
            "transform: output: negative_binomial is a distribution of the counts themselves: "
            "remove transform, or use output: gaussian or quantiles",
            "data", "transform",
        )  # fmt: skip
    if data.outputs > 1 and rows_lost(data.transform):
        return does_not_fit(
            f"transform takes differences, and output ({name}) says how unsure each of them is, "
            "not their sum after several steps: use multi_step: recursive with a distribution, "
            "another transform, or a difference as data.quantity",
            "data", "transform",
        )  # fmt: skip
    return None
