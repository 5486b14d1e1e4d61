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
from rnnkit.baselines.intervals import LEVELS, coverage, half_widths
from rnnkit.baselines.points import Baseline, Points
from rnnkit.baselines.residuals import Echo, autocorrelation, echo_of
from rnnkit.baselines.versus import SIGNIFICANT, Measure, Yardstick, verdict

Numbers = NDArray[np.float64]


@dataclasses.dataclass(frozen=True)
class Interval:
    """forecast ± half_width, meant to hold at the rate `level`."""

    level: float
    half_width: list[float]  # by horizon, in the target's units or each window's scale
    coverage: float | None  # how often it held; None where it was measured on the same points
    coverage_by_horizon: list[float] | None
    mean_width: float  # of all windows, in the target's units


@dataclasses.dataclass(frozen=True)
class Target:
    """What is judged: a base of its own, so that its name stands before the scores."""

    target: str


@dataclasses.dataclass(frozen=True)
class Judgement(Accuracy, Target):
    """How a network does on one target."""

    baselines: dict[str, Accuracy]
    compared_by: Measure  # RMSE of one series, MASE of several: what the next lines go by
    best_baseline: str  # the one with the smallest
    skill: float | None  # 1 - MSE / MSE of the best, or 1 - MASE / MASE; None where that is 0
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

    def score(self, of: Accuracy) -> float:
        """What this network and a baseline are compared by; less is better."""
        return float(getattr(of, self.compared_by))

    def score_by_horizon(self, of: Accuracy) -> list[float]:
        """The same by steps ahead, (horizon,)."""
        found: list[float] = getattr(of, f"{self.compared_by}_by_horizon")
        return found


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
    spread: Numbers | float = 1.0,
) -> Judgement:
    """Judge the forecasts of one target.

    Args:
        target: its name.
        forecast: (W, horizon).
        actual: (W, horizon).
        column: which column of the points' values it is.
        points: where the forecasts were made.
        field: the baselines' forecasts of the same points.
        validation_errors: (V, horizon) of the network on the validation part, in units of its
            windows' spread; None: there is none.
        same_points: whether the validation part is what is being judged.
        bounded: whether nothing can lie below 0.
        spread: (W, 1) what the errors of each window are measured in for its intervals.
    """
    trains = [train[:, column] for train in points.measuring]
    scales = Scales.of(trains, season=points.season)
    compare = functools.partial(
        accuracy, series=points.series, scales=scales, directional=has_direction(trains)
    )
    scores = {b.name: compare(b.forecast, actual) for b in field}
    own = compare(forecast, actual)
    yardstick = Yardstick.of(points, scales)
    best = min(field, key=lambda baseline: yardstick.score(scores[baseline.name]))
    error, theirs = forecast - actual, scores[best.name]
    errors = {b.name: b.forecast - actual for b in field}
    chance = yardstick.chance(error, errors[best.name])
    last = np.array(
        [points.values[s][o, column] for s, o in zip(points.series, points.origins, strict=True)]
    )
    room = forecast if bounded else np.full_like(forecast, np.inf)
    intervals, note = _intervals(error, validation_errors, same_points, room, spread)
    correlations, band = autocorrelation([error[windows, 0] for windows in points.windows])
    return Judgement(
        target=target,
        **dataclasses.asdict(own),
        baselines=scores,
        compared_by=yardstick.measure,
        best_baseline=best.name,
        skill=yardstick.skill(own, theirs),
        p_value=chance.p_value,
        sentence=verdict(
            yardstick.score(own),
            best.name,
            yardstick.score(theirs),
            chance,
            count=len(error),
            measure=yardstick.measure,
        ),
        mean_note=_mean_note(
            scores, errors, [(own, error), (theirs, errors[best.name])], yardstick
        ),
        scores_note=" ".join(filter(None, [_unscaled(scales, points), points.left_out])),
        echo=echo_of(forecast[:, 0], actual[:, 0], last),
        intervals=intervals,
        intervals_note=note,
        residual_autocorrelation=correlations,
        residual_autocorrelation_band=band,
    )


def _mean_note(
    scores: Mapping[str, Accuracy],
    errors: Mapping[str, Numbers],
    others: Sequence[tuple[Accuracy, Numbers]],
    yardstick: Yardstick,
) -> str:
    """Said where none of the others is better than the mean by more than chance."""
    if "mean" not in scores:
        return ""
    mean = yardstick.score(scores["mean"])
    for other, error in others:
        p_value = yardstick.chance(error, errors["mean"]).p_value
        if p_value is None or (p_value < SIGNIFICANT and yardstick.score(other) < mean):
            return ""
    name = yardstick.measure.upper()
    return f"Nothing here beats the mean ({name} {mean:.4g}) by more than chance."


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
    error: Numbers,
    validation_errors: Numbers | None,
    same_points: bool,
    room: Numbers,
    spread: Numbers | float,
) -> tuple[list[Interval], str]:
    if validation_errors is None:
        return [], "No prediction intervals: the run has no validation part to take errors from."
    found, missing = [], []
    for level in LEVELS:
        widths = half_widths(validation_errors, level=level)
        if widths is None:
            missing.append(f"{100 * level:.0f} % needs {math.ceil(level / (1 - level) - 1e-9)}")
            continue
        held = None if same_points else coverage(error / spread, widths)
        mean = None if held is None else float(np.mean(held))
        half = np.array(widths) * spread
        width = float(np.mean(np.minimum(half, room) + half))
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
    if found and np.ptp(spread):
        notes.append(
            "Intervals are measured in the scale of each window; their mean width is that of all "
            "windows, in the target's units."
        )
    return found, " ".join(notes)
