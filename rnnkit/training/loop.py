"""The training loop: batches through the compiled step, Keras's callbacks around them.

An own loop rather than `fit`: the step runs one compiled shard a core, the order of the data is
a pure function of seed and epoch, and a run can stop after any step.
"""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from rnnkit.data.batch import Batch, Feed, Shuffle
from rnnkit.models.build import initial_state
from rnnkit.runtime import keras
from rnnkit.training.callbacks import restore_states, states_of
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.divergence import diverged, diverged_in_validation
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

    def fit(
        self,
        epochs: int,
        callbacks: Iterable[keras.callbacks.Callback],
        *,
        checkpoints: Checkpoints,
        state: TrainingState,
    ) -> None:
        """Train from `state` on, whose weights are set; every epoch's logs go to the callbacks.

        Stops early when a callback sets `model.stop_training` or a signal asks to. `state` moves
        along, and a checkpoint holds where it stopped.

        Raises:
            DivergedError: the loss is NaN or infinite; the message says where.
            RunError: a checkpoint cannot be written.
        """
        model, optimizer = self.train_step.model, self.train_step.optimizer
        callbacks = list(callbacks)
        watchers = keras.callbacks.CallbackList(
            callbacks, model=model, epochs=epochs, steps=self.steps, verbose=0
        )
        model.stop_training = False
        watchers.on_train_begin()
        restore_states(callbacks, state.callbacks)

        def save() -> None:
            state.callbacks = states_of(callbacks)
            checkpoints.save(model, optimizer, state)

        if not state.step:
            save()
        while state.epoch < epochs and not state.stopped and not self.stop:
            began = time.perf_counter() - state.epoch_seconds
            watchers.on_epoch_begin(state.epoch)
            self._train_epoch(state, began, watchers, checkpoints, save)
            logs = None if self.stop else self._logs(state, began)
            state.epoch_seconds = time.perf_counter() - began
            if logs is not None:
                watchers.on_epoch_end(state.epoch, logs)
                self._finish_epoch(state, logs)
            save()
        if not self.stop:  # at the end, early stopping sets the best weights: this is not the end
            watchers.on_train_end()

    def batches(self, state: TrainingState) -> Iterator[Batch]:
        """What is left of the epoch underway."""
        shuffle = Shuffle(self.seed, state.epoch) if self.shuffle else None
        start = state.step - state.epoch * self.steps
        return self.train.batches(self.batch_size, shuffle=shuffle, start=start)

    def carried(self, state: TrainingState) -> tuple[Any, ...]:
        """What the next batch starts from."""
        return state.carried or initial_state(self.train_step.model, self.batch_size)

    def _train_epoch(
        self,
        state: TrainingState,
        began: float,
        watchers: keras.callbacks.CallbackList,
        checkpoints: Checkpoints,
        save: Callable[[], None],
    ) -> None:
        """Train to the epoch's end, or to where a signal asks to stop."""
        sums, carried = Sums(state.sums), self.carried(state)
        first, last = state.epoch * self.steps, (state.epoch + 1) * self.steps
        for batch in self.batches(state):
            index = state.step - first
            watchers.on_train_batch_begin(index)
            result = self.train_step(batch._replace(state=carried), state.step)
            carried = result.state
            sums.add(result.sums)
            if not (math.isfinite(sums.totals["loss"]) and _sound_gradient(self, result.sums)):
                raise diverged(self, checkpoints, step=state.step, loss=float(sums.totals["loss"]))
            state.step += 1
            watchers.on_train_batch_end(index, sums.means())
            stopping = bool(self.stop)
            if stopping or (checkpoints.due and state.step < last):
                state.carried = carried
                state.epoch_seconds = time.perf_counter() - began
                if stopping:
                    return
                save()

    def _logs(self, state: TrainingState, began: float) -> Logs | None:
        """What an epoch came to, validation included; None when a signal cut that short."""
        trained = time.perf_counter()
        logs = Sums(state.sums).means()
        if self.validation is not None:
            validated = evaluate(
                self.evaluate_step, self.validation, self.batch_size, stop=self.stop
            )
            if self.stop:
                return None
            if not math.isfinite(validated["loss"]):
                raise diverged_in_validation(self, epoch=state.epoch, loss=validated["loss"])
            logs |= {f"val_{name}": value for name, value in validated.items()}
        logs["learning_rate"] = float(self.train_step.optimizer.learning_rate)
        logs["seconds"] = time.perf_counter() - began
        logs["samples_per_second"] = len(self.train) / (trained - began)
        return logs

    def _finish_epoch(self, state: TrainingState, logs: Logs) -> None:
        """Move the state to the beginning of the next epoch."""
        state.epoch += 1
        state.sums, state.carried = {}, ()
        state.training_seconds, state.epoch_seconds = state.seconds, 0.0
        state.stopped = bool(self.train_step.model.stop_training)
        value = logs.get(self.monitor, math.inf)
        cost = -value if self.monitor_grows else value
        if math.isfinite(cost) and (state.best is None or cost < state.best):
            state.best, state.best_step = cost, state.step


def evaluate(
    step: EvaluateStep, feed: Feed, batch_size: int, *, stop: StopRequest | None = None
) -> Logs:
    """The exact means of loss and metrics over a part, or over its beginning when stopped."""
    sums = Sums()
    state: tuple[Any, ...] | None = None
    for batch in feed.batches(batch_size):
        if state is None:
            state = initial_state(step.model, len(batch.valid))
        result = step(batch._replace(state=state))
        state = result.state
        sums.add(result.sums)
        if stop and sums.totals["count"]:  # the first batches of a text are only read
            break
    return sums.means()


def _sound_gradient(trainer: Trainer, sums: Mapping[str, Any]) -> bool:
    """False for a gradient of NaN, save with loss scaling, which leaves such an update out."""
    scaled = isinstance(trainer.train_step.optimizer, keras.optimizers.LossScaleOptimizer)
    return scaled or not math.isnan(sums["gradient_norm"])
