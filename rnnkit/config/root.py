"""What the top level of every config holds, whatever its task; tasks add `task` and `data`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field

from rnnkit.config.layers import Dense
from rnnkit.config.model import ModelConfig
from rnnkit.config.search import SearchSection
from rnnkit.config.section import FileName, Section, does_not_fit
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.problems import KeyPath
from rnnkit.words import shown

SMOKE_BATCH_SIZE = 16


class LoggingConfig(Section):
    """`logging:`; history.csv and log.txt are always written."""

    tensorboard: bool = False  # event files in the run folder's tensorboard/
    mlflow: bool = False  # a run of MLflow, where MLFLOW_TRACKING_URI says, else as MLflow does


def _duration(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,3})?[smh]", text):
        raise does_not_fit(
            f"{shown(text)} must be a duration: seconds, minutes or hours, as in 30s, 5m or 2h"
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

    source: str | tuple[str, ...]  # a name that rnnkit brings, a path, or several

    @property
    def sources(self) -> tuple[str, ...]:
        """Each of them."""
        return (self.source,) if isinstance(self.source, str) else self.source

    @property
    def named(self) -> str:
        """The source in one line."""
        return ", ".join(self.sources)

    @property
    def pads_in_front(self) -> bool:
        """Whether shorter sequences are filled up in front of their steps, not behind them."""
        return False

    def moved(self, root: Path, place: Path) -> Self:
        """The section with what lies under the folder `root` looked for under `place`."""
        moved = tuple(moved_path(path, root, place) for path in self.sources)
        source = moved[0] if isinstance(self.source, str) else moved
        return self.model_copy(update={"source": source})


def moved_path(path: str, root: Path, place: Path) -> str:
    """A path under `root` as one under `place`; any other as it is."""
    return str(place / Path(path).relative_to(root)) if Path(path).is_relative_to(root) else path


def as_written(source: object) -> object:
    """The name of generated data, which was taken for a file beside the config."""
    return PurePath(source).name if isinstance(source, str) else source


class Config(Section):
    """A whole config. Subclasses, one a task, narrow `task`, `data` and `training`."""

    sequence_output: ClassVar[bool] = False  # the model gives an output a time step
    smoke_limit: ClassVar[int | None] = None  # the largest data.limit of a smoke run

    version: Literal[1]  # of the form of configs
    name: FileName  # of the folder of its runs
    task: str  # what is predicted
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0  # of weights, order and parts
    device: Annotated[str, Field(pattern=r"^(auto|cpu|gpu|gpu:\d+|gpus)$")] = (
        "auto"  # auto: a GPU, where there is one
    )
    start_from: str | None = None  # a run, with whose weights layers of the same name begin
    data: DataSection  # what is read, and how
    model: ModelConfig  # the layers
    training: TrainingConfig  # how it is trained
    checkpoint: CheckpointConfig = CheckpointConfig()  # how often, and how many are kept
    logging: LoggingConfig = LoggingConfig()  # beside history.csv and log.txt
    diagnostics: DiagnosticsConfig = DiagnosticsConfig()  # what to watch while training
    search: SearchSection | None = None  # what `rnnkit search` tries

    @property
    def carries_state(self) -> bool:
        """Whether a batch goes on where the one before ended, in the same rows."""
        return False

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        """Whether the last layer's output is one that the task can learn from."""
        last, outer = stack.last, stack.layers[-1]
        path: KeyPath = ("model", "layers", len(stack.layers) - 1, outer.kind)
        if last is not outer:
            path = (*path, "layer", last.kind)
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
        overrides: dict[str, object] = {
            "name": f"{self.name}-smoke",
            "training.epochs": 1,
            "training.batch_size": min(self.training.batch_size, SMOKE_BATCH_SIZE),
            "training.shards": None,  # those given need not divide the smaller batch
            "training.layout": self.training.layout or "features_last",  # not timed for a moment
        }
        if (most := self.smoke_limit) is not None:
            overrides["data.limit"] = min(getattr(self.data, "limit", None) or most, most)
        return overrides
