"""`rnnkit train --dry-run`: build everything, time a few real steps, write nothing."""

from __future__ import annotations

import dataclasses
import itertools
import statistics
import sys
import time
from collections.abc import Sequence

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
    compile_seconds: float  # the first step, compilation included
    step_seconds: float  # the median of the steps after it
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
    passes = itertools.repeat(trainer.train)  # a small part is gone through more than once
    feed = itertools.chain.from_iterable(part.batches(trainer.batch_size) for part in passes)
    seconds = []
    for number, batch in enumerate(itertools.islice(feed, TIMED_STEPS + 1)):
        began = time.perf_counter()
        trainer.train_step(batch._replace(state=state), number)
        seconds.append(time.perf_counter() - began)
    return Estimate(
        setup=setup,
        compile_seconds=seconds[0],
        step_seconds=statistics.median(seconds[1:]),
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
    for batch in itertools.islice(part.batches(size), TIMED_STEPS + 1):
        state = initial_state(trainer.evaluate_step.model, len(batch.valid))
        began = time.perf_counter()
        trainer.evaluate_step(batch._replace(state=state))
        seconds.append(time.perf_counter() - began)
    batch_seconds: float = statistics.median(seconds[1:] or seconds)
    return batch_seconds * part.steps(size)


def _bytes(variables: Sequence[keras.Variable]) -> int:
    return sum(variable.numpy().nbytes for variable in variables)


def _peak_bytes() -> int | None:
    if resource is None:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak) * (1 if sys.platform == "darwin" else 1024)  # macOS counts bytes, Linux KiB
