"""`task: forecasting`: what comes next in a series of numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import ClassVar, Literal

from pydantic import model_validator

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.section import PositiveInt, Section
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.data.series.section import SeriesData
from rnnkit.problems import KeyPath
from rnnkit.tasks.forecasting.output import Output, Quantiles, numbers_of, unfit

Loss = Literal["mean_squared_error", "mean_absolute_error", "huber"]


class ForecastingTraining(TrainingConfig):
    """`training:` for forecasting; loss and metrics are of scaled values, in training alone."""

    loss: Loss | None = None  # of scaled values; None: mean_squared_error, or what `output` asks
    metrics: list[Literal["mean_absolute_error", "mean_squared_error"]] = ["mean_absolute_error"]


class Evaluate(Section):
    """`evaluate:`; what a model is asked, and judged on."""

    paths: PositiveInt = 100  # drawn of each window, where `output` is a distribution fed back


class ForecastingConfig(Config):
    smoke_limit: ClassVar[int] = 64  # of each part

    task: Literal["forecasting"]
    data: SeriesData
    output: Output = "point"  # a number a step, its quantiles, or a distribution of it
    training: ForecastingTraining
    evaluate: Evaluate = Evaluate()  # how it is asked

    @property
    def numbers(self) -> int:
        """P: what the last layer gives for each number that is forecast."""
        return numbers_of(self.output)

    @model_validator(mode="after")
    def _output_fits(self) -> ForecastingConfig:
        if wrong := unfit(self.output, self.data, loss=self.training.loss):
            raise wrong
        if self.output != "negative_binomial" or self.data.counts:
            return self
        return self.model_copy(update={"data": self.data.model_copy(update={"counts": True})})

    def asking(self, facts: InputFacts) -> InputFacts:
        """What the data say of a model, with P numbers for each that is forecast."""
        return dataclasses.replace(facts, outputs=(facts.outputs or 1) * self.numbers)

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        outputs = facts.outputs_of(stack.output_shape)
        yield from super().output_problems(stack, dataclasses.replace(facts, outputs=outputs))

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        if last.units != facts.outputs:
            message = (
                f"dense: units (={last.units}) must be {facts.outputs}, {self._arithmetic(facts)}: "
                "leave `units` out"
            )
            yield Misfit((*path, "units"), message)
        if last.activation not in {None, "linear"}:
            message = (
                f"dense: activation (='{last.activation}') bounds what can be forecast: "
                "leave it out, or linear"
            )
            yield Misfit((*path, "activation"), message)

    def _arithmetic(self, facts: InputFacts) -> str:
        what = "quantiles" if isinstance(self.output, Quantiles) else f"of a {self.output}"
        each = "" if self.output == "point" else f" x {self.numbers} ({what})"
        if facts.answered:
            return f"the targets of a step{each}, or those of all where it reads no sequence"
        targets = (facts.outputs or 1) // self.numbers // self.data.outputs
        return f"{self.data.outputs} (steps) x {targets} (targets){each}"
