"""The forecasts of one target beside every baseline -> scores, a verdict, intervals."""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.accuracy import Accuracy, Scales, accuracy, has_direction
from rnnkit.baselines.distribution import Central, Distribution
from rnnkit.baselines.field import Baseline, Points
from rnnkit.baselines.intervals import LEVELS, coverage, half_widths
from rnnkit.baselines.residuals import Echo, autocorrelation, echo_of
from rnnkit.baselines.significance import diebold_mariano

SIGNIFICANT = 0.05
IN_WORDS = {
    "mean": "the mean",
    "naive": "the last value",
    "seasonal naive": "the value a season ago",
}

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Interval:
    """forecast ± half_width, meant to hold at the rate `level`."""

    level: float
    half_width: list[float]  # by horizon, in the target's units
    coverage: float | None  # how often it held; None where it was measured on the same points
    coverage_by_horizon: list[float] | None
    mean_width: float


@dataclasses.dataclass(frozen=True)
class Target:
    """What is judged: a base of its own, so that its name stands before the scores."""

    target: str


@dataclasses.dataclass(frozen=True)
class Judgement(Accuracy, Target):
    """How a network does on one target."""

    baselines: dict[str, Accuracy]
    best_baseline: str  # the one with the smallest RMSE
    skill: float | None  # 1 - MSE / MSE of the best baseline; None where that is 0
    p_value: float | None  # that the two are equally good; None with too few points
    sentence: str
    mean_note: str  # said where nothing is better than the mean by more than chance; else empty
    scores_note: str  # what some baselines or scores are missing, or leave out; else empty
    echo: Echo
    intervals: list[Interval]
    intervals_note: str  # why some are missing; else empty
    residual_autocorrelation: list[float]  # of the errors one step ahead, from lag 1 on
    residual_autocorrelation_band: float  # half its width
    distribution: Distribution | None = None  # where the model says more than points

    @property
    def own_intervals(self) -> Sequence[Interval | Central]:
        """Those that the model says; of a model of points those that its errors give."""
        return self.intervals if self.distribution is None else self.distribution.network.intervals

    @property
    def best(self) -> Accuracy:
        """That of the best baseline."""
        return self.baselines[self.best_baseline]


def judge(
    target: str,
    forecast: Numbers,
    actual: Numbers,
    *,
    column: int,
    points: Points,
    field: Sequence[Baseline],
    validation_errors: Numbers | None,
    same_points: bool,
    bounded: bool = False,
) -> Judgement:
    """Judge the forecasts of one target.

    Args:
        target: its name.
        forecast: (W, horizon).
        actual: (W, horizon).
        column: which column of the points' values it is.
        points: where the forecasts were made.
        field: the baselines' forecasts of the same points.
        validation_errors: (V, horizon) of the network on the validation part; None: there is none.
        same_points: whether the validation part is what is being judged.
        bounded: whether nothing can lie below 0.
    """
    trains = [train[:, column] for train in points.train]
    scales = Scales.of(trains, season=points.season)
    compare = functools.partial(
        accuracy, series=points.series, scales=scales, directional=has_direction(trains)
    )
    scores = {b.name: compare(b.forecast, actual) for b in field}
    own = compare(forecast, actual)
    best = min(field, key=lambda baseline: scores[baseline.name].rmse)
    error, theirs = forecast - actual, scores[best.name].rmse
    errors = {b.name: b.forecast - actual for b in field}
    p_value = _p_value(error, errors[best.name], points)
    last = np.array(
        [points.values[s][o, column] for s, o in zip(points.series, points.origins, strict=True)]
    )
    room = forecast if bounded else np.full_like(forecast, np.inf)
    intervals, note = _intervals(error, validation_errors, same_points, room)
    correlations, band = autocorrelation([error[windows, 0] for windows in points.windows])
    return Judgement(
        target=target,
        **dataclasses.asdict(own),
        baselines=scores,
        best_baseline=best.name,
        skill=1 - (own.rmse / theirs) ** 2 if theirs else None,
        p_value=p_value,
        sentence=verdict(own.rmse, best.name, theirs, p_value, count=len(error)),
        mean_note=_mean_note(errors, [error, errors[best.name]], points),
        scores_note=" ".join(filter(None, [_unscaled(scales, points), points.left_out])),
        echo=echo_of(forecast[:, 0], actual[:, 0], last),
        intervals=intervals,
        intervals_note=note,
        residual_autocorrelation=correlations,
        residual_autocorrelation_band=band,
    )


def verdict(
    rmse: float,
    name: str,
    theirs: float,
    p_value: float | None,
    *,
    count: int,
    noun: str = "forecast",
) -> str:
    """One plain sentence: who is better, by how much, and whether that could be chance."""
    network, name = "this network", IN_WORDS.get(name, name)
    better, worse = (network, name) if rmse < theirs else (name, network)
    low, high = sorted([rmse, theirs])
    if high == low:
        return f"{_capital(network)} and {name} are equally good."
    gain = f"{100 * (1 - low / high):.1f} % in RMSE"
    if p_value is None:
        return (
            f"{_capital(better)} is better than {worse} by {gain}, on {count} {noun}"
            f"{'' if count == 1 else 's'}: too few to tell that from chance."
        )
    p = f"p = {p_value:.2g}" if p_value >= 0.001 else "p < 0.001"
    if p_value < SIGNIFICANT:
        return f"{_capital(better)} is better than {worse} by {gain} ({p})."
    return (
        f"Between this network and {name} there is no difference beyond chance: "
        f"{better} is ahead by {gain} ({p})."
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _p_value(error: Numbers, other: Numbers, points: Points) -> float | None:
    """Diebold-Mariano on squared errors, each origin's horizon and all series of a time averaged.

    Series of a panel move together, so that the forecasts of one time count as one.
    """
    _, order = np.unique(points.moments, return_inverse=True)
    counts = np.bincount(order)
    losses = [np.bincount(order, np.mean(e**2, axis=1)) / counts for e in (error, other)]
    steps = np.concatenate([np.diff(points.origins[windows]) for windows in points.windows])
    stride = int(steps.min()) if len(steps) else 1
    return diebold_mariano(*losses, overlap=math.ceil(points.horizon / stride))


def _mean_note(errors: Mapping[str, Numbers], others: Sequence[Numbers], points: Points) -> str:
    """Said where none of the others is better than the mean by more than chance."""
    if (mean := errors.get("mean")) is None:
        return ""
    rmse = math.sqrt(float(np.mean(mean**2)))
    for other in others:
        p_value = _p_value(other, mean, points)
        if p_value is None or (p_value < SIGNIFICANT and np.mean(other**2) < np.mean(mean**2)):
            return ""
    return f"Nothing here beats the mean (RMSE {rmse:.4g}) by more than chance."


def _unscaled(scales: Scales, points: Points) -> str:
    """Said where MASE and RMSSE are those of some series alone."""
    scored = np.unique(points.series)
    still = int(np.count_nonzero(scales.absolute[scored] == 0))
    if still in (0, len(scored)):
        return ""
    return (
        f"MASE and RMSSE are means over {len(scored) - still:,} of {len(scored):,} series: the "
        "training part of the others never changes."
    )


def _intervals(
    error: Numbers, validation_errors: Numbers | None, same_points: bool, room: Numbers
) -> tuple[list[Interval], str]:
    if validation_errors is None:
        return [], "No prediction intervals: the run has no validation part to take errors from."
    found, missing = [], []
    for level in LEVELS:
        widths = half_widths(validation_errors, level=level)
        if widths is None:
            missing.append(f"{100 * level:.0f} % needs {math.ceil(level / (1 - level) - 1e-9)}")
            continue
        held = None if same_points else coverage(error, widths)
        mean = None if held is None else float(np.mean(held))
        width = float(np.mean(np.minimum(widths, room) + widths))
        found.append(Interval(level, widths, mean, held, width))
    notes = []
    if missing:
        notes.append(
            f"The validation part gives {len(validation_errors)} forecasts, too few for some "
            f"intervals: {', '.join(missing)}."
        )
    if same_points and found:
        notes.append(
            "The intervals come from these same forecasts: nothing measures how they hold."
        )
    return found, " ".join(notes)
