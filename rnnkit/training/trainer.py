"""What stays the same while a model trains, and running sums of what its steps give."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from rnnkit.data.batch import Batch, Feed, Shuffle
from rnnkit.models.build import initial_state
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.step import EvaluateStep, TrainStep

Logs = dict[str, float]


@dataclasses.dataclass
class Sums:
    """Running sums of a step's results, in 64 bits: numbers, and the arrays of what is counted."""

    totals: dict[str, Any] = dataclasses.field(default_factory=dict)

    def add(self, sums: Mapping[str, np.ndarray]) -> None:
        for name, value in sums.items():
            exact = value.astype(np.float64) if value.ndim else float(value)
            self.totals[name] = self.totals.get(name, 0.0) + exact


@dataclasses.dataclass
class Trainer:
    """What stays the same from epoch to epoch.

    Args:
        monitor: the logged value that the `best` checkpoint is best in.
        monitor_grows: whether more of it is better.
    """

    train_step: TrainStep
    evaluate_step: EvaluateStep
    train: Feed
    validation: Feed | None
    batch_size: int
    seed: int
    shuffle: bool
    monitor: str
    monitor_grows: bool
    stop: StopRequest

    @property
    def steps(self) -> int:
        """Updates in an epoch."""
        return self.train.steps(self.batch_size)

    def batches(self, state: TrainingState) -> Iterator[Batch]:
        """What is left of the epoch underway."""
        shuffle = Shuffle(self.seed, state.epoch) if self.shuffle else None
        start = state.step - state.epoch * self.steps
        return self.train.batches(self.batch_size, shuffle=shuffle, start=start)

    def carried(self, state: TrainingState) -> tuple[Any, ...]:
        """What the next batch starts from."""
        return state.carried or initial_state(self.train_step.model, self.batch_size)
