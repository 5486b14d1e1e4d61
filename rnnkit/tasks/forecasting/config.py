"""`task: forecasting`: what comes next in a series of numbers."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Literal

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.data.series.section import SeriesData
from rnnkit.problems import KeyPath

SMOKE_WINDOWS = 64  # of each part

Loss = Literal["mean_squared_error", "mean_absolute_error", "huber"]


class ForecastingTraining(TrainingConfig):
    """`training:` for forecasting; loss and metrics are of scaled values, in training alone."""

    loss: Loss = "mean_squared_error"  # of scaled values
    metrics: list[Literal["mean_absolute_error", "mean_squared_error"]] = ["mean_absolute_error"]


class ForecastingConfig(Config):
    task: Literal["forecasting"]
    data: SeriesData
    training: ForecastingTraining

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
        if facts.answered:
            return "the targets of a step, or those of all where it reads no sequence"
        targets = (facts.outputs or 1) // self.data.outputs
        return f"{self.data.outputs} (steps) x {targets} (targets)"

    def smoke_overrides(self) -> dict[str, object]:
        limit = min(self.data.limit or SMOKE_WINDOWS, SMOKE_WINDOWS)
        return {**super().smoke_overrides(), "data.limit": limit}
