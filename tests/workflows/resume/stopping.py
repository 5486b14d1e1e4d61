"""Runs that are stopped."""

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

import rnnkit
from rnnkit.runtime import keras
from tests.conftest import small_config
from tests.training.trainers import KillAt, Killed

STEPS = 6  # an epoch of small_config


class InterruptAt(KillAt):
    """Ctrl-C after so many batches."""

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)  # the watcher hears of it within the step


def newest(folder: Path) -> rnnkit.Run:
    return rnnkit.Run(max(folder.glob("runs/*/2*")))


def stopped(config: dict[str, Any], folder: Path, callback: keras.callbacks.Callback) -> rnnkit.Run:
    """A run that the callback has stopped, a checkpoint written after every step."""
    with pytest.raises((Killed, rnnkit.Interrupted)):
        rnnkit.train(config, runs=folder / "runs", callbacks=[callback])
    return newest(folder)


def every_step(config: dict[str, Any]) -> dict[str, Any]:
    return {**config, "checkpoint": {"every": "0s"}}


def plain(source: Path, **training: object) -> dict[str, Any]:
    """Without XLA, whose compilation is most of so short a run."""
    return small_config(source, **{"jit_compile": False, "epochs": 3, **training})
