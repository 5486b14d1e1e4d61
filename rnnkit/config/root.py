"""What the top level of every config holds, whatever its task; tasks add `task` and `data`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from rnnkit.config.layers import Dense
from rnnkit.config.model import ModelConfig
from rnnkit.config.section import FileName, Section
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.problems import KeyPath
from rnnkit.words import shown

SMOKE_BATCH_SIZE = 16


class LoggingConfig(Section):
    """`logging:`; history.csv and log.txt are always written."""

    tensorboard: bool = False  # event files in the run folder's tensorboard/


def _duration(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?[smh]", text):
        raise PydanticCustomError(
            "duration",
            "{text} must be a duration: seconds, minutes or hours, as in 30s, 5m or 2h",
            {"text": shown(text)},
        )
    return text


class CheckpointConfig(Section):
    """`checkpoint:`; one is written at the end of every epoch in any case."""

    every: Annotated[str, AfterValidator(_duration)] = "5m"  # within an epoch: 30s, 5m, 2h
    keep: Annotated[int, Field(ge=2, le=1000)] = 2  # the newest; beside the best

    @property
    def seconds(self) -> float:
        """`every` in seconds."""
        return float(self.every[:-1]) * {"s": 1, "m": 60, "h": 3600}[self.every[-1]]


class DiagnosticsConfig(Section):
    """`diagnostics:`; what to watch while training."""

    gradients: bool = False  # gradients.csv: the gradient norm of every weight, an epoch a row


class DataSection(Section):
    """`data:`; each kind of data has a subclass."""

    source: str | tuple[str, ...]

    @property
    def named(self) -> str:
        """The source in one line."""
        return self.source if isinstance(self.source, str) else ", ".join(self.source)


def as_written(source: object) -> object:
    """The name of generated data, which was taken for a file beside the config."""
    return PurePath(source).name if isinstance(source, str) else source


class Config(Section):
    """A whole config. Subclasses, one a task, narrow `task`, `data` and `training`."""

    sequence_output: ClassVar[bool] = False  # the model gives an output a time step

    version: Literal[1]
    name: FileName
    task: str
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    device: Annotated[str, Field(pattern=r"^(auto|cpu|gpu|gpu:\d+|gpus)$")] = "auto"
    data: DataSection
    model: ModelConfig
    training: TrainingConfig
    checkpoint: CheckpointConfig = CheckpointConfig()
    logging: LoggingConfig = LoggingConfig()
    diagnostics: DiagnosticsConfig = DiagnosticsConfig()

    @property
    def carries_state(self) -> bool:
        """Whether a batch goes on where the one before ended, in the same rows."""
        return False

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        """Whether the last layer's output is one that the task can learn from."""
        last = stack.layers[-1]
        path = ("model", "layers", len(stack.layers) - 1, last.kind)
        if isinstance(last, Dense):
            yield from self.dense_problems(last, path, facts)
        else:
            message = f"the last layer is {last.kind}; {self.task} ends with a dense layer"
            yield Misfit(path, message, at_key=True)

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        """What keeps the last layer, at `path`, from giving what the task learns from."""
        yield from ()

    def smoke_overrides(self) -> dict[str, object]:
        """What shrinks the config to a tiny subset and one short epoch, by key path."""
        return {
            "name": f"{self.name}-smoke",
            "training.epochs": 1,
            "training.batch_size": min(self.training.batch_size, SMOKE_BATCH_SIZE),
            "training.shards": None,  # those given need not divide the smaller batch
        }
