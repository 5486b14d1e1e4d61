"""How a series was forecast: what evaluation.json holds of forecasting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rnnkit.baselines.by_series import BySeries
from rnnkit.baselines.judgement import Judgement
from rnnkit.reports.evaluation import Evaluation, known_mean

Walk = Literal["fixed", "refit"]  # whether the baselines are fitted once, or anew at each origin


class Best(BaseModel):
    """What the best baseline reaches on the same windows."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rmse: float | None = None
    mae: float | None = None
    mase: float | None = None
    direction_accuracy: float | None = None


class ForecastEvaluation(Evaluation):
    """How a model does on W windows, in the user's units, beside the baselines.

    Several targets have units of their own: of them only the means of what has none stand here,
    and everything else in `targets`.
    """

    task: Literal["forecasting"] = "forecasting"
    windows: int  # W
    horizon: int
    walk_forward: Walk | None = None
    scaled_loss: float  # of transformed and scaled values, as in training
    rmse: float | None = None
    mae: float | None = None
    mase: float | None = None  # None also where the training part never changes
    direction_accuracy: float | None = None  # None also where a sign means nothing
    skill: float | None = None  # 1 - MSE / MSE of the best baseline; None also where that is 0
    p_value: float | None = None  # that the two are equally good; None also with too few windows
    best_baseline: str | None = None
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
        by_series: tuple[BySeries, ...] = (),
        notes: tuple[str, ...] = (),
    ) -> ForecastEvaluation:
        """The evaluation of K targets."""
        first, *others = judgements
        named = () if others else ("rmse", "mae", "direction_accuracy")
        best = {name: getattr(first.best, name) for name in named}
        return cls(
            data=data,
            windows=windows,
            horizon=len(first.rmse_by_horizon),
            walk_forward=walk_forward,
            scaled_loss=loss,
            **{name: getattr(first, name) for name in named},
            mase=known_mean([j.mase for j in judgements]),
            skill=known_mean([j.skill for j in judgements]),
            p_value=None if others else first.p_value,
            best_baseline=None if others else first.best_baseline,
            baseline=Best(mase=known_mean([j.best.mase for j in judgements]), **best),
            targets=tuple(judgements),
            by_series=by_series,
            notes=notes,
        )

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        return self.baseline.model_dump()
