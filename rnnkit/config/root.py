"""What the top level of every config holds, whatever its task; tasks add `task` and `data`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from rnnkit.config.layers import ModelConfig
from rnnkit.config.section import FileName, Section
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig

SMOKE_BATCH_SIZE = 16


class LoggingConfig(Section):
    """`logging:`; history.csv and log.txt are always written."""

    tensorboard: bool = False  # event files in the run folder's tensorboard/


class Config(Section):
    """A whole config. Subclasses, one a task, narrow `task`, `data` and `training`."""

    sequence_output: ClassVar[bool] = False  # the model gives an output a time step

    version: Literal[1]
    name: FileName
    task: str
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    device: Annotated[str, Field(pattern=r"^(auto|cpu|gpu|gpu:\d+)$")] = "auto"
    data: Section
    model: ModelConfig
    training: TrainingConfig
    logging: LoggingConfig = LoggingConfig()

    @property
    def carries_state(self) -> bool:
        """Whether a batch goes on where the one before ended, in the same rows."""
        return False

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        """Whether the last layer's output is one that the task can learn from."""
        yield from ()

    def smoke_overrides(self) -> dict[str, object]:
        """What shrinks the config to a tiny subset and one short epoch, by key path."""
        return {
            "name": f"{self.name}-smoke",
            "training.epochs": 1,
            "training.batch_size": min(self.training.batch_size, SMOKE_BATCH_SIZE),
            "training.shards": None,  # those given need not divide the smaller batch
        }
