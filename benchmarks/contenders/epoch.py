"""An epoch of `rnnkit train`, callbacks and all, beside the same number of its compiled steps."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import tempfile
import time
from pathlib import Path

from rich.console import Console

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.rows import Row
from rnnkit.cli.progress import LiveProgress
from rnnkit.data.batch import Batch
from rnnkit.runtime import keras
from rnnkit.training.callbacks import EpochLog, History
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.loop import fit
from rnnkit.words import counted
from rnnkit.workflows.check import load, read
from rnnkit.workflows.setup import new_trainer, prepare

CONFIG = Path(__file__).parents[2] / "configs" / "mnist.yaml"


class TrainEpoch(Contender):
    """The article's config, without its validation, which is work and no overhead."""

    packages = ("rnnkit", "tensorflow", "keras", "numpy")

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        overrides = [f"device={device}", f"data.limit={row.batch * row.steps}"]
        self._setup = prepare(read(load(CONFIG, overrides=overrides, smoke=False)))
        trainer = new_trainer(self._setup, StopRequest())
        self._trainer = dataclasses.replace(trainer, validation=None)
        self._batch: Batch = next(trainer.train.batches(row.batch))
        self.settings["shards"] = counted(self._setup.shards, "shard")

    def first_step(self) -> None:
        self._bare(1)

    def run(self, steps: int) -> Measures:
        """One epoch between two halves of its bare steps; `steps` is the config's to decide."""
        half = self._setup.steps // 2
        before = self._bare(half)
        seconds = self._epoch()
        after = self._bare(self._setup.steps - half)
        return {"seconds": seconds, "bare_seconds": before + after}

    def _bare(self, steps: int) -> float:
        """Seconds of so many steps on one batch that is ready."""
        step = self._trainer.train_step
        step(self._batch, 0)
        began = time.perf_counter()
        for number in range(steps):
            step(self._batch, number)
        return time.perf_counter() - began

    def _epoch(self) -> float:
        """Seconds of `fit` with everything that the command line hangs on it."""
        console = Console(file=io.StringIO(), force_terminal=True, width=80)
        with (
            tempfile.TemporaryDirectory() as folder,
            contextlib.closing(LiveProgress(console)) as bar,
        ):
            callbacks: list[keras.callbacks.Callback] = [
                History(Path(folder) / "history.csv"),
                EpochLog(lambda line: None),
                bar,
            ]
            section = self._setup.config.checkpoint
            checkpoints = Checkpoints(
                Path(folder) / "checkpoints", every=section.seconds, keep=section.keep
            )
            began = time.perf_counter()
            fit(self._trainer, 1, callbacks, checkpoints=checkpoints, state=TrainingState())
            return time.perf_counter() - began
