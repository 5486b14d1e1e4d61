"""The training loop: batches through the compiled step, Keras's callbacks around them.

An own loop rather than `fit`: the step runs one compiled shard a core, the order of the data is
a pure function of seed and epoch, and a run can stop after any step.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from rnnkit.data.batch import Feed, Shuffle
from rnnkit.errors import DivergedError
from rnnkit.models.build import initial_state
from rnnkit.runtime import keras
from rnnkit.training.checkpoints import Progress
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.step import EvaluateStep, TrainStep

Logs = dict[str, float]


@dataclasses.dataclass
class Sums:
    """Running sums of a step's results, and their means over the real rows."""

    totals: dict[str, float] = dataclasses.field(default_factory=dict)

    def add(self, sums: Mapping[str, np.ndarray]) -> None:
        for name, value in sums.items():
            self.totals[name] = self.totals.get(name, 0.0) + float(value)

    def means(self) -> Logs:
        count = self.totals["count"]
        return {
            name: total / count
            for name, total in self.totals.items()
            if name not in {"count", "gradient_norm"}
        }


@dataclasses.dataclass
class Trainer:
    """What stays the same from epoch to epoch."""

    train_step: TrainStep
    evaluate_step: EvaluateStep
    train: Feed
    validation: Feed | None
    batch_size: int
    seed: int
    shuffle: bool
    stop: StopRequest

    def fit(self, epochs: int, callbacks: Iterable[keras.callbacks.Callback]) -> Progress:
        """Train; every epoch's logs go to the callbacks.

        Stops early when a callback sets `model.stop_training` or a signal asks to.

        Returns:
            How far it came.

        Raises:
            DivergedError: the loss is NaN or infinite; the message says where.
        """
        model = self.train_step.model
        steps = self.train.steps(self.batch_size)
        watchers = keras.callbacks.CallbackList(
            list(callbacks), model=model, epochs=epochs, steps=steps, verbose=0
        )
        model.stop_training = False
        watchers.on_train_begin()
        progress = Progress(epoch=0, step=0, logs={})
        for epoch in range(epochs):
            watchers.on_epoch_begin(epoch)
            progress = self._train_epoch(epoch, steps, watchers)
            if self.stop:
                break
            watchers.on_epoch_end(epoch, progress.logs)
            if model.stop_training:
                break
        if not self.stop:  # at the end, early stopping sets the best weights: this is not the end
            watchers.on_train_end()
        return progress

    def _train_epoch(
        self, epoch: int, steps: int, watchers: keras.callbacks.CallbackList
    ) -> Progress:
        began = time.perf_counter()
        shuffle = Shuffle(self.seed, epoch) if self.shuffle else None
        sums = Sums()
        state = initial_state(self.train_step.model, self.batch_size)
        for index, batch in enumerate(self.train.batches(self.batch_size, shuffle=shuffle)):
            watchers.on_train_batch_begin(index)
            result = self.train_step(batch._replace(state=state), epoch * steps + index)
            state = result.state
            sums.add(result.sums)
            _refuse_divergence(sums, epoch, index)
            watchers.on_train_batch_end(index, sums.means())
            if self.stop:
                return Progress(epoch, epoch * steps + index + 1, sums.means())
        trained = time.perf_counter()
        logs = sums.means()
        if self.validation is not None:
            validated = evaluate(self.evaluate_step, self.validation, self.batch_size)
            logs |= {f"val_{name}": value for name, value in validated.items()}
        logs["learning_rate"] = float(self.train_step.optimizer.learning_rate)
        logs["seconds"] = time.perf_counter() - began
        logs["samples_per_second"] = len(self.train) / (trained - began)
        return Progress(epoch + 1, (epoch + 1) * steps, logs)


def evaluate(step: EvaluateStep, feed: Feed, batch_size: int) -> Logs:
    """The exact means of loss and metrics over a part."""
    sums = Sums()
    state: tuple[Any, ...] | None = None
    for batch in feed.batches(batch_size):
        if state is None:
            state = initial_state(step.model, len(batch.valid))
        result = step(batch._replace(state=state))
        state = result.state
        sums.add(result.sums)
    return sums.means()


def _refuse_divergence(sums: Sums, epoch: int, index: int) -> None:
    loss = sums.totals["loss"]
    if not math.isfinite(loss):
        raise DivergedError(
            f"the loss became {loss} in epoch {epoch + 1}, batch {index + 1}. The last good "
            "checkpoint is kept. Lower the learning rate, or clip the gradients with "
            "optimizer: {global_clipnorm: 1.0}."
        )
