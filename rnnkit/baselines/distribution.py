"""Forecast quantiles and what came -> CRPS, coverage and width by horizon, the PIT histogram."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.intervals import half_widths

LEVELS = tuple(step / 40 for step in range(1, 40))  # of the quantiles that stand for a distribution
BINS = 10  # of the PIT histogram
NAMED = 0.8  # the level of the interval that a sentence names

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Central:
    """The interval that is meant to hold at the rate `level`, as much outside on either side."""

    level: float
    coverage: float  # how often it held
    mean_width: float  # in the target's units: how sharp the forecasts are
    coverage_by_horizon: list[float]
    width_by_horizon: list[float]


@dataclasses.dataclass(frozen=True)
class Calibration:
    """How well distributions told what came."""

    crps: float  # in the target's units: of points alone their MAE
    crps_by_horizon: list[float]
    intervals: list[Central]
    pit: list[float]  # the share of what came in each tenth of the probabilities; 0.1 is right


@dataclasses.dataclass(frozen=True)
class Distribution:
    """A model's distributions beside the intervals that its errors would give."""

    levels: list[float]  # of the quantiles that both are scored by
    network: Calibration
    conformal: Calibration | None  # None: no errors to make them of, or those of the same points
    sentence: str


def judge_distribution(
    quantiles: Numbers,
    levels: Sequence[float],
    actual: Numbers,
    *,
    shown: Sequence[float],
    forecast: Numbers,
    validation_errors: Numbers | None,
    bounded: bool,
    spread: Numbers,
) -> Distribution:
    """Judge the distributions of one target, beside those of its point forecasts and their errors.

    Args:
        quantiles: (W, horizon, Q), ascending.
        levels: Q, ascending.
        actual: (W, horizon).
        shown: the levels of central intervals of which both ends are quantiles.
        forecast: (W, horizon) of the same model.
        validation_errors: (V, horizon) forecast less actual on the validation part, in units of
            its windows' spread; None: there are none, or they are those of the same points.
        bounded: whether nothing can lie below 0.
        spread: (W, 1) what the errors of each window are measured in.
    """
    network = calibration(quantiles, levels, actual, shown)
    conformal = None
    if validation_errors is not None:
        off = np.quantile(validation_errors, 1 - np.array(levels), axis=0).T
        around = forecast[..., None] - off * spread[..., None]
        widths = {level: half_widths(validation_errors, level=level) for level in shown}
        ends = {level: np.array(w) * spread for level, w in widths.items() if w is not None}
        lowest = 0.0 if bounded else -np.inf
        conformal = dataclasses.replace(
            calibration(np.maximum(around, lowest), levels, actual, ()),
            intervals=[
                _central(level, np.maximum(forecast - half, lowest), forecast + half, actual)
                for level, half in ends.items()
            ],
        )
    return Distribution(list(levels), network, conformal, _sentence(network, conformal))


def calibration(
    quantiles: Numbers, levels: Sequence[float], actual: Numbers, shown: Sequence[float]
) -> Calibration:
    """The scores of (W, horizon, Q) quantiles; arguments as in judge_distribution."""
    scores = crps(quantiles, levels, actual)
    return Calibration(
        crps=float(scores.mean()),
        crps_by_horizon=scores.mean(axis=0).tolist(),
        intervals=[_central(level, *central(quantiles, levels, level), actual) for level in shown],
        pit=pit(quantiles, levels, actual),
    )


def central(quantiles: Numbers, levels: Sequence[float], level: float) -> tuple[Numbers, Numbers]:
    """Both ends of the central interval, (...) of quantiles (..., Q), which hold its ends."""
    ends = (1 - level) / 2, (1 + level) / 2
    low, high = (int(np.argmin(np.abs(np.array(levels) - end))) for end in ends)
    return quantiles[..., low], quantiles[..., high]


def crps(quantiles: Numbers, levels: Sequence[float], actual: Numbers) -> Numbers:
    """The continuous ranked probability score, (...), in the target's units; less is better.

    Twice the pinball loss over all probabilities (Gneiting and Raftery 2007; Laio and Tamea 2007,
    A.2), each quantile standing for those up to half way to its neighbours. One quantile, 0.5,
    gives the absolute error.

    Args:
        quantiles: (..., Q).
        levels: Q, ascending.
        actual: (...).
    """
    at = np.array(levels)
    shares = np.diff(np.concatenate([[0], (at[1:] + at[:-1]) / 2, [1]]))
    error = actual[..., None] - quantiles
    found: Numbers = 2 * (np.maximum(at * error, (at - 1) * error) @ shares)
    return found


def pit(quantiles: Numbers, levels: Sequence[float], actual: Numbers) -> list[float]:
    """The share of what came in each tenth of the probabilities that were forecast for it.

    The probability integral transform (Dawid 1984). What lies between two quantiles counts evenly
    between their levels, and where several are equal, as of counts, between the outermost (Czado,
    Gneiting and Held 2009).
    """
    edges = np.array([0, *levels, 1])
    low = edges[(quantiles < actual[..., None]).sum(axis=-1)]
    high = edges[(quantiles <= actual[..., None]).sum(axis=-1) + 1]
    below = [
        np.clip((bin - low) / (high - low), 0, 1).mean() for bin in np.linspace(0, 1, BINS + 1)
    ]
    shares: list[float] = np.diff(below).tolist()
    return shares


def _central(level: float, low: Numbers, high: Numbers, actual: Numbers) -> Central:
    held, width = (low <= actual) & (actual <= high), high - low
    return Central(
        level=level,
        coverage=float(held.mean()),
        mean_width=float(width.mean()),
        coverage_by_horizon=held.mean(axis=0).tolist(),
        width_by_horizon=width.mean(axis=0).tolist(),
    )


def _sentence(network: Calibration, conformal: Calibration | None) -> str:
    """Which tells better what comes, and by how much."""
    held = _held(network)
    if conformal is None:
        return f"Its distributions have a CRPS of {network.crps:.4g}{held}."
    own, theirs = network.crps, conformal.crps
    if own == theirs:
        return f"Its distributions are as good as conformal intervals: CRPS {own:.4g}{held}."
    sides = "Its distributions", "Conformal intervals around the same forecasts"
    better, other = sides if own < theirs else sides[::-1]
    gain = f"{100 * (1 - min(own, theirs) / max(own, theirs)):.1f} %"
    return (
        f"{better} are better than {other[0].lower()}{other[1:]} by {gain}: CRPS of its "
        f"distributions {own:.4g}{held}, of the intervals {theirs:.4g}{_held(conformal)}."
    )


def _held(found: Calibration) -> str:
    """` (of its 80 % intervals 79.1 % held)`, of the level that is nearest to that one."""
    if not found.intervals:
        return ""
    named = min(found.intervals, key=lambda interval: abs(interval.level - NAMED))
    return f" (of its {100 * named.level:g} % intervals {100 * named.coverage:.1f} % held)"
