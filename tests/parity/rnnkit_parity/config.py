"""`task: parity`: bits -> whether the number of ones is even."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config, DataSection, as_written
from rnnkit.config.section import PositiveInt
from rnnkit.config.stack import InputFacts, Misfit
from rnnkit.config.training import TrainingConfig
from rnnkit.problems import KeyPath


class ParityData(DataSection):
    """`data:`; the bits are drawn from the config's seed."""

    source: Annotated[Literal["bits"], BeforeValidator(as_written)] = "bits"
    length: PositiveInt = 6  # T, bits of an example
    examples: PositiveInt = 256  # of each part


class ParityTraining(TrainingConfig):
    metrics: list[Literal["accuracy"]] = ["accuracy"]


class ParityConfig(Config):
    task: Literal["parity"]
    data: ParityData = ParityData()
    training: ParityTraining

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        if last.units != 1 or last.activation != "sigmoid":
            message = "dense: parity asks for one probability: units: 1, activation: sigmoid"
            yield Misfit(path, message, at_key=True)
