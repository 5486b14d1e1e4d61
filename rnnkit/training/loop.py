"""The training loop: batches through the compiled step, Keras's callbacks around them.

An own loop rather than `fit`: the step runs one compiled shard a core, the order of the data is
a pure function of seed and epoch, and a run can stop after any step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rnnkit.data.batch import Batch, Feed
from rnnkit.models.build import initial_state
from rnnkit.runtime import keras
from rnnkit.training.averages import averaged, set_averages
from rnnkit.training.callbacks import restore_states, states_of
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.divergence import diverged, diverged_in_validation
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.passes import one_pass
from rnnkit.training.shards import StepResult
from rnnkit.training.step import EvaluateStep
from rnnkit.training.trainer import Logs, Sums, Trainer


def fit(
    trainer: Trainer,
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
    model, optimizer = trainer.train_step.model, trainer.train_step.optimizer
    callbacks = list(callbacks)
    watchers = keras.callbacks.CallbackList(
        callbacks, model=model, epochs=epochs, steps=trainer.steps, verbose=0
    )
    model.stop_training = False
    watchers.on_train_begin()
    restore_states(callbacks, state.callbacks)

    def save() -> None:
        state.callbacks = states_of(callbacks)
        checkpoints.save(model, optimizer, state)

    if not state.step:
        save()
    while state.epoch < epochs and not state.stopped and not trainer.stop:
        began = time.perf_counter() - state.epoch_seconds
        watchers.on_epoch_begin(state.epoch)
        _train_epoch(trainer, state, began, watchers, checkpoints, save)
        with averaged(model, optimizer):  # what early stopping keeps is what it has judged
            logs = None if trainer.stop else _logs(trainer, state, began)
            state.epoch_seconds = time.perf_counter() - began
            if logs is not None:
                watchers.on_epoch_end(state.epoch, logs)
        if logs is not None:
            _finish_epoch(trainer, state, logs)
        save()
    if not trainer.stop:  # at the end, early stopping sets the best weights: this is not the end
        set_averages(model, optimizer)
        watchers.on_train_end()


def _train_epoch(
    trainer: Trainer,
    state: TrainingState,
    began: float,
    watchers: keras.callbacks.CallbackList,
    checkpoints: Checkpoints,
    save: Callable[[], None],
) -> None:
    """Train to the epoch's end, or to where a signal asks to stop."""
    sums, carried = Sums(state.sums), trainer.carried(state)
    objective = trainer.train_step.objective
    first, last = state.epoch * trainer.steps, (state.epoch + 1) * trainer.steps
    for batch in trainer.batches(state):
        index = state.step - first
        watchers.on_train_batch_begin(index)
        with trainer.stop.waiting_for(trainer.train_step.awaited):
            result = trainer.train_step(batch._replace(state=carried), state.step)
        carried = result.state
        sums.add(result.sums)
        if not (math.isfinite(sums.totals["loss"]) and _sound_gradient(trainer, result.sums)):
            raise diverged(trainer, checkpoints, step=state.step, loss=float(sums.totals["loss"]))
        state.step += 1
        watchers.on_train_batch_end(index, objective.values(sums.totals))
        stopping = bool(trainer.stop)
        if stopping or (checkpoints.due and state.step < last):
            state.carried = carried
            state.epoch_seconds = time.perf_counter() - began
            if stopping:
                return
            save()


def _logs(trainer: Trainer, state: TrainingState, began: float) -> Logs | None:
    """What an epoch came to, validation included; None when a signal cut that short."""
    trained = time.perf_counter()
    logs = trainer.train_step.objective.values(state.sums)
    if trainer.validation is not None:
        validated = evaluate(
            trainer.evaluate_step, trainer.validation, trainer.batch_size, stop=trainer.stop
        )
        if trainer.stop:
            return None
        if not math.isfinite(validated["loss"]):
            raise diverged_in_validation(trainer, epoch=state.epoch, loss=validated["loss"])
        logs |= {f"val_{name}": value for name, value in validated.items()}
    logs["learning_rate"] = float(trainer.train_step.optimizer.learning_rate)
    logs["seconds"] = time.perf_counter() - began
    logs["samples_per_second"] = len(trainer.train) / (trained - began)
    return logs


def _finish_epoch(trainer: Trainer, state: TrainingState, logs: Logs) -> None:
    """Move the state to the beginning of the next epoch."""
    state.epoch += 1
    state.sums, state.carried = {}, ()
    state.training_seconds, state.epoch_seconds = state.seconds, 0.0
    state.stopped = bool(trainer.train_step.model.stop_training)
    value = logs.get(trainer.monitor, math.inf)
    cost = -value if trainer.monitor_grows else value
    if math.isfinite(cost) and (state.best is None or cost < state.best):
        state.best, state.best_step = cost, state.step


def evaluate(
    step: EvaluateStep,
    feed: Feed,
    batch_size: int,
    *,
    stop: StopRequest | None = None,
    on_batch: Callable[[Batch, StepResult], None] = lambda batch, result: None,
) -> Logs:
    """The exact means of loss and metrics over a part, or over its beginning when stopped.

    Args:
        step: computes.
        feed: the part.
        batch_size: rows of a batch.
        stop: ends the pass early.
        on_batch: is given each batch and what it gave.
    """
    sums = Sums()
    state: tuple[Any, ...] | None = None
    for batch in one_pass(feed, batch_size):
        if state is None:
            state = initial_state(step.model, len(batch.valid))
        result = step(batch._replace(state=state))
        state = result.state
        sums.add(result.sums)
        on_batch(batch, result)
        if stop and sums.totals["count"]:  # the first batches of a text are only read
            break
    return step.objective.values(sums.totals)


def _sound_gradient(trainer: Trainer, sums: Mapping[str, Any]) -> bool:
    """False for a gradient of NaN, save with loss scaling, which leaves such an update out."""
    scaled = isinstance(trainer.train_step.optimizer, keras.optimizers.LossScaleOptimizer)
    return scaled or not math.isnan(sums["gradient_norm"])
