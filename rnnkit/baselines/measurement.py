"""Predictions of one number beside those of baselines -> scores and a verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.judgement import Target
from rnnkit.baselines.significance import diebold_mariano
from rnnkit.baselines.versus import Chance, verdict

LEAST = 30  # examples that are looked at in thirds

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Scores:
    """How far predictions are off, in the target's units; R2 has none."""

    rmse: float
    mae: float
    r2: float | None  # 1 - MSE / variance of the truth; None where that is 0


@dataclasses.dataclass(frozen=True)
class Band:
    """Intervals that are meant to hold at the rate `level`."""

    level: float
    coverage: float | None  # how often they held; None where the same examples made them
    mean_width: float  # in the target's units


@dataclasses.dataclass(frozen=True)
class Third:
    """A third of the examples, by what is true of them."""

    low: float
    high: float
    rmse: float
    best_rmse: float  # of the best baseline over all


@dataclasses.dataclass(frozen=True)
class Measurement(Scores, Target):
    """How a network does on one target."""

    mean_error: float  # predicted less true: above 0 it says too much
    baselines: dict[str, Scores]
    best_baseline: str  # the one with the smallest RMSE
    skill: float | None  # 1 - MSE / MSE of the best baseline; None where that is 0
    p_value: float | None  # that the two are equally good; None with too few examples
    sentence: str
    intervals: tuple[Band, ...]
    intervals_note: str  # why some are missing; else empty
    thirds: tuple[Third, ...] = ()  # from the smallest values on; none of fewer than 30 examples

    @property
    def best(self) -> Scores:
        """Those of the best baseline."""
        return self.baselines[self.best_baseline]


def measure(
    target: str,
    predicted: Numbers,
    actual: Numbers,
    *,
    field: Mapping[str, Numbers],
    units: NDArray[np.intp],
    intervals: Sequence[Band],
    intervals_note: str,
) -> Measurement:
    """Judge the predictions of one target.

    Args:
        target: its name.
        predicted: (N,).
        actual: (N,).
        field: what every baseline predicts, (N,), by its name.
        units: (N,) of whom an example is, numbered from 0: those of one are not independent.
        intervals: of the predictions.
        intervals_note: why some are missing.
    """
    own = scores(predicted, actual)
    others = {name: scores(values, actual) for name, values in field.items()}
    best = min(others, key=lambda name: others[name].rmse)
    theirs = others[best].rmse
    p_value = _p_value(predicted - actual, field[best] - actual, units)
    independent = len(np.unique(units))
    return Measurement(
        target=target,
        **dataclasses.asdict(own),
        mean_error=float(np.mean(predicted - actual)),
        baselines=others,
        best_baseline=best,
        skill=1 - (own.rmse / theirs) ** 2 if theirs else None,
        p_value=p_value,
        sentence=verdict(
            own.rmse, best, theirs, Chance(p_value), count=independent, noun="example"
        ),
        intervals=tuple(intervals),
        intervals_note=intervals_note,
        thirds=tuple(_thirds(predicted, field[best], actual)),
    )


def scores(predicted: Numbers, actual: Numbers) -> Scores:
    """Of (N,) predictions."""
    error = predicted - actual
    variance = float(np.var(actual))
    squared = float(np.mean(error**2))
    r2 = 1 - squared / variance if variance else None
    return Scores(rmse=squared**0.5, mae=float(np.abs(error).mean()), r2=r2)


def _thirds(predicted: Numbers, other: Numbers, actual: Numbers) -> Iterator[Third]:
    order = np.argsort(actual, kind="stable")
    for rows in np.array_split(order, 3) if len(order) >= LEAST else ():
        own, theirs = (scores(said[rows], actual[rows]).rmse for said in (predicted, other))
        yield Third(float(actual[rows[0]]), float(actual[rows[-1]]), own, theirs)


def _p_value(error: Numbers, other: Numbers, units: NDArray[np.intp]) -> float | None:
    """Of a paired test of squared errors, those of one unit together, in two sides.

    Student's t on the differences of independent units, which Diebold and Mariano's test is where
    nothing overlaps. The mean over the units of their weighted losses is the mean over examples.
    """
    _, unit = np.unique(units, return_inverse=True)
    weight = (unit.max() + 1) / len(unit)
    losses = [np.bincount(unit, e**2) * weight for e in (error, other)]
    return diebold_mariano(*losses, overlap=1)
