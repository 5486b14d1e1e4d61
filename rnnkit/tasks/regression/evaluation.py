"""How numbers were predicted: what evaluation.json holds of regression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from rnnkit.baselines.measurement import Measurement
from rnnkit.reports.evaluation import Entry, Evaluation, known_mean


class Best(Entry):
    """What the best baseline reaches on the same examples."""

    rmse: float | None = None
    mae: float | None = None
    r2: float | None = None


class RegressionEvaluation(Evaluation):
    """How a model does on N examples, in the targets' units, beside the baselines.

    Several targets have units of their own: of them only the means of what has none stand here,
    and everything else in `targets`.
    """

    task: Literal["regression"] = "regression"
    examples: int  # N
    units: int | None = None  # ids that they are windows of; None: they are no windows
    at: Literal["every", "last"] = "every"  # which windows
    scaled_loss: float  # of scaled targets, as in training
    rmse: float | None = None
    mae: float | None = None
    r2: float | None = None  # None also where the truth never changes
    skill: float | None = None  # 1 - MSE / MSE of the best baseline; None also where that is 0
    p_value: float | None = None  # that the two are equally good; None also with too few examples
    best_baseline: str | None = None
    baseline: Best
    targets: tuple[Measurement, ...]  # K
    notes: tuple[str, ...] = ()  # on the examples, as sentences

    @classmethod
    def of(
        cls,
        targets: Sequence[Measurement],
        *,
        data: str,
        examples: int,
        units: int | None,
        at: Literal["every", "last"],
        loss: float,
        notes: tuple[str, ...] = (),
    ) -> RegressionEvaluation:
        """The evaluation of K targets."""
        first, *others = targets
        named = () if others else ("rmse", "mae")
        best = {name: getattr(first.best, name) for name in named}
        return cls(
            data=data,
            examples=examples,
            units=units,
            at=at,
            scaled_loss=loss,
            **{name: getattr(first, name) for name in named},
            r2=known_mean([t.r2 for t in targets]),
            skill=known_mean([t.skill for t in targets]),
            p_value=None if others else first.p_value,
            best_baseline=None if others else first.best_baseline,
            baseline=Best(r2=known_mean([t.best.r2 for t in targets]), **best),
            targets=tuple(targets),
            notes=notes,
        )

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        return self.baseline.model_dump()
