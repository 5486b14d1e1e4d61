"""How a series was forecast: what evaluation.json holds of forecasting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.evaluation import Entry, Evaluation, known_mean
from rnnkit.tasks.forecasting.baselines.by_series import BySeries

# whether baselines are fitted once, or anew at each origin, and the network every so many rows
Walk = Literal["fixed", "refit", "retrain"]


class Best(Entry):
    """What the best baseline reaches on the same windows."""

    rmse: float | None = None
    mae: float | None = None
    mase: float | None = None
    rmsse: float | None = None
    smape: float | None = None
    wape: float | None = None
    direction_accuracy: float | None = None


class Stretch(Entry):
    """Origins of a walk that one network was asked at, trained on all rows before the first."""

    begins: str  # when its first forecast is for
    trained_on: int  # windows
    windows: int  # that it forecasts
    rmse: tuple[float, ...]  # of each target, in its units
    baseline_rmse: tuple[float, ...]  # of the baseline that is best on the whole walk


class ForecastEvaluation(Evaluation):
    """How a model does on W windows, in the user's units, beside the baselines.

    Several targets have units of their own: of them only the means of what has none stand here,
    and everything else in `targets`.
    """

    task: Literal["forecasting"] = "forecasting"
    windows: int  # W
    horizon: int
    walk_forward: Walk | None = None
    stretches: tuple[Stretch, ...] = ()  # of a walk on which the network was retrained
    scaled_loss: float  # of transformed and scaled values, as in training
    rmse: float | None = None
    mae: float | None = None
    mase: float | None = None  # None also where the training part never changes, as the next
    rmsse: float | None = None
    smape: float | None = None  # a share, 0 to 2; None also where signs mean something, as the next
    wape: float | None = None  # a share
    direction_accuracy: float | None = None  # None also where a sign means nothing
    skill: float | None = None  # 1 - MSE / MSE of the best baseline, or MASE; see Judgement
    p_value: float | None = None  # that the two are equally good; None also with too few windows
    best_baseline: str | None = None
    crps: float | None = None  # where the model says distributions
    coverage_80: float | None = None  # how often its 80 % interval held; None: it says none
    coverage_95: float | None = None
    baseline: Best
    targets: tuple[Judgement, ...]  # K
    by_series: tuple[BySeries, ...] = ()  # of each target; none of one series alone
    notes: tuple[str, ...] = ()  # what was made of new data

    @classmethod
    def of(
        cls,
        judgements: Sequence[Judgement],
        *,
        data: str,
        windows: int,
        walk_forward: Walk | None,
        loss: float,
        stretches: tuple[Stretch, ...] = (),
        by_series: tuple[BySeries, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> ForecastEvaluation:
        """The evaluation of K targets."""
        first, *others = judgements
        named = () if others else ("rmse", "mae", "direction_accuracy")
        best = {name: getattr(first.best, name) for name in named}
        means = ("mase", "rmsse", "smape", "wape")
        own: dict[str, Any] = {
            name: known_mean([getattr(j, name) for j in judgements]) for name in means
        }
        best |= {name: known_mean([getattr(j.best, name) for j in judgements]) for name in means}
        return cls(
            data=data,
            windows=windows,
            horizon=len(first.rmse_by_horizon),
            walk_forward=walk_forward,
            stretches=stretches,
            scaled_loss=loss,
            **{name: getattr(first, name) for name in named},
            **own,
            skill=known_mean([j.skill for j in judgements]),
            p_value=None if others else first.p_value,
            best_baseline=None if others else first.best_baseline,
            crps=None if others or not first.distribution else first.distribution.network.crps,
            coverage_80=_coverage(judgements, 0.80),
            coverage_95=_coverage(judgements, 0.95),
            baseline=Best(**best),
            targets=tuple(judgements),
            by_series=by_series,
            notes=notes,
        )

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        found = self.baseline.model_dump()
        # what several series are compared by comes first
        return {"mase": found.pop("mase"), **found} if self.by_series else found


def _coverage(judgements: Sequence[Judgement], level: float) -> float | None:
    """Of the intervals that a model says, the mean over its targets."""
    said = [one.distribution.network.intervals for one in judgements if one.distribution]
    return known_mean([i.coverage for intervals in said for i in intervals if i.level == level])
