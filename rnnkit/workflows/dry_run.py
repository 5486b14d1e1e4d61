"""`rnnkit train --dry-run`: build everything, time a few real steps, write nothing."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from rnnkit.data.batch import Shuffle
from rnnkit.models.build import initial_state
from rnnkit.runtime import keras
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.trainer import Trainer
from rnnkit.workflows.check import Ready
from rnnkit.workflows.setup import Setup, new_trainer, prepare

try:
    import resource
except ImportError:  # Windows has no such accounting
    resource = None  # type: ignore[assignment]

TIMED_STEPS = 5


@dataclasses.dataclass(frozen=True)
class Estimate:
    """What a run would need."""

    setup: Setup
    compile_seconds: float  # what the first step of each length takes longer than the next
    step_seconds: float  # the mean of those that were compiled
    evaluation_seconds: float  # of one pass over the validation part
    parameter_bytes: int
    optimizer_bytes: int
    data_bytes: int
    timed_steps: int
    peak_bytes: int | None  # resident RAM of this process at its highest so far

    @property
    def epoch_seconds(self) -> float:
        """One epoch, validation included."""
        return self.setup.steps * self.step_seconds + self.evaluation_seconds

    @property
    def total_seconds(self) -> float:
        """The whole run, if nothing stops it early."""
        epochs: int = self.setup.config.training.epochs
        return self.compile_seconds + epochs * self.epoch_seconds


def dry_run(ready: Ready) -> Estimate:
    """Build a config's model and measure how long training it would take.

    Raises:
        As `train`; nothing is written in any case.
    """
    setup = prepare(ready)
    trainer = new_trainer(setup, StopRequest())
    state = initial_state(trainer.train_step.model, trainer.batch_size)
    passes = (Shuffle(setup.config.seed, epoch) for epoch in itertools.count())
    feed = itertools.chain.from_iterable(
        trainer.train.batches(trainer.batch_size, shuffle=shuffle) for shuffle in passes
    )  # a small part is gone through more than once
    firsts, seconds = [], []
    for number, batch in enumerate(itertools.islice(feed, TIMED_STEPS)):
        step = functools.partial(trainer.train_step, batch._replace(state=state), number)
        firsts.append(_seconds(step))  # compiles, where no batch before was as long
        seconds.append(_seconds(step))
    return Estimate(
        setup=setup,
        compile_seconds=sum(firsts) - sum(seconds),
        step_seconds=statistics.fmean(seconds),
        evaluation_seconds=_evaluation_seconds(trainer),
        parameter_bytes=_bytes(trainer.train_step.model.weights),
        optimizer_bytes=_bytes(trainer.train_step.optimizer.variables),
        data_bytes=setup.dataset.bytes,
        timed_steps=TIMED_STEPS,
        peak_bytes=_peak_bytes(),
    )


def _evaluation_seconds(trainer: Trainer) -> float:
    """One validation pass, from the time of a few compiled batches."""
    if trainer.validation is None:
        return 0.0
    part, size = trainer.validation, trainer.batch_size
    seconds: list[float] = []
    for batch in itertools.islice(part.batches(size), TIMED_STEPS):
        state = initial_state(trainer.evaluate_step.model, len(batch.valid))
        step = functools.partial(trainer.evaluate_step, batch._replace(state=state))
        step()  # compiles
        seconds.append(_seconds(step))
    return statistics.fmean(seconds) * part.steps(size)


def _seconds(step: Callable[[], object]) -> float:
    began = time.perf_counter()
    step()
    return time.perf_counter() - began


def _bytes(variables: Sequence[keras.Variable]) -> int:
    return sum(variable.numpy().nbytes for variable in variables)


def _peak_bytes() -> int | None:
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) * (1 if sys.platform == "darwin" else 1024)  # macOS counts bytes, Linux KiB
