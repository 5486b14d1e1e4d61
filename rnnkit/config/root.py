"""What the top level of every config holds, whatever its task; tasks add `task` and `data`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rnnkit.config.layers import ModelConfig
from rnnkit.config.section import FileName, Section
from rnnkit.config.training import TrainingConfig


class LoggingConfig(Section):
    """`logging:`; history.csv and log.txt are always written."""

    tensorboard: bool = False  # event files in the run folder's tensorboard/


class Config(Section):
    """A whole config. Subclasses, one a task, narrow `task`, `data` and `training`."""

    version: Literal[1]
    name: FileName
    task: str
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    device: Annotated[str, Field(pattern=r"^(auto|cpu|gpu|gpu:\d+)$")] = "auto"
    data: Section
    model: ModelConfig
    training: TrainingConfig
    logging: LoggingConfig = LoggingConfig()
