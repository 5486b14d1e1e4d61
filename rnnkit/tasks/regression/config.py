"""`task: regression`: one or several numbers for a whole sequence, or for each window of one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Literal

from pydantic import model_validator

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.section import Section, does_not_fit
from rnnkit.config.stack import InputFacts, Misfit
from rnnkit.config.training import TrainingConfig
from rnnkit.data.measured.section import MeasuredData
from rnnkit.problems import KeyPath


class RegressionTraining(TrainingConfig):
    """`training:` for regression; loss and metrics are of scaled targets, in training alone."""

    loss: Literal["mean_squared_error", "mean_absolute_error", "huber", "gaussian"] = (
        "mean_squared_error"  # gaussian: -ln p of a normal distribution whose spread is predicted
    )
    metrics: list[Literal["mean_absolute_error", "mean_squared_error"]] = ["mean_absolute_error"]


class Evaluate(Section):
    """`evaluate:`; what a model is judged on, and asked."""

    at: Literal["every", "last"] = "every"  # window; last: only the last one of each id


class RegressionConfig(Config):
    smoke_limit: ClassVar[int] = 64  # of each part

    task: Literal["regression"]
    data: MeasuredData
    training: RegressionTraining
    evaluate: Evaluate = Evaluate()  # which windows count

    @property
    def is_gaussian(self) -> bool:
        """Whether the model says how sure it is."""
        return self.training.loss == "gaussian"

    def outputs_of(self, targets: Sequence[str]) -> int:
        """Numbers that the last layer gives."""
        return len(targets) * (2 if self.is_gaussian else 1)

    @model_validator(mode="after")
    def _last_window(self) -> RegressionConfig:
        if self.evaluate.at == "last" and self.data.window is None:
            text = "evaluate: at: last is for windows: set data.window, or remove it"
            raise does_not_fit(text, "evaluate", "at")
        return self

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        if last.units != facts.outputs:
            what = "a mean and a spread a target" if self.is_gaussian else "one a target"
            message = f"dense: units (={last.units}) must be {facts.outputs}, {what}: leave it out"
            yield Misfit((*path, "units"), message)
        if last.activation not in {None, "linear"}:
            message = (
                f"dense: activation (='{last.activation}') bounds what can be predicted: "
                "leave it out, or linear"
            )
            yield Misfit((*path, "activation"), message)
