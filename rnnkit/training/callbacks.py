"""What happens after each epoch: a row of history, a checkpoint, TensorBoard events."""

from __future__ import annotations

import csv
import io
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnkit.config.training import EarlyStopping
from rnnkit.reports.lines import epoch_line, ordered
from rnnkit.runs import write_text
from rnnkit.runtime import keras, tf
from rnnkit.training.checkpoints import Progress, mark_best, remove_unlinked, save_checkpoint

Logs = dict[str, float]


class History(keras.callbacks.Callback):
    """Collects one row an epoch and keeps history.csv whole on the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.rows: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.rows.append({"epoch": epoch + 1, **ordered(logs or {})})
        text = io.StringIO()
        table = csv.DictWriter(text, fieldnames=list(self.rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(self.rows)
        write_text(self.path, text.getvalue())


class EpochLog(keras.callbacks.Callback):
    """Hands one plain line an epoch to `write`."""

    def __init__(self, write: Callable[[str], None]) -> None:
        super().__init__()
        self.write = write

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.write(epoch_line(epoch + 1, self.params["epochs"], logs or {}))


class Checkpoint(keras.callbacks.Callback):
    """Saves `last` after every epoch and `best` after the best so far.

    Args:
        folder: the run's checkpoints/.
        monitor: what `best` is best in; `loss` names are best when low, others when high.
    """

    def __init__(self, folder: Path, optimizer: Any, *, monitor: str, steps: int) -> None:
        super().__init__()
        self.folder = folder
        self.optimizer = optimizer
        self.monitor = monitor
        self.steps = steps
        self.best = math.inf
        self.seconds = 0.0  # spent writing

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        began = time.perf_counter()
        logs = logs or {}
        progress = Progress(epoch + 1, (epoch + 1) * self.steps, logs)
        save_checkpoint(self.folder, self.model, self.optimizer, progress)
        value = logs.get(self.monitor, math.inf)
        cost = value if "loss" in self.monitor else -value
        if cost < self.best:
            self.best = cost
            mark_best(self.folder)
        remove_unlinked(self.folder)
        self.seconds += time.perf_counter() - began


class TensorBoard(keras.callbacks.Callback):
    """Writes every logged value as a TensorBoard scalar.

    Keras's own callback needs the tensorboard package; TensorFlow's event writer does not.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._writer = tf.summary.create_file_writer(str(self.folder))

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        summary = tf.compat.v1.Summary()
        for name, value in (logs or {}).items():
            summary.value.add(tag=name, simple_value=value)
        with self._writer.as_default():
            tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=epoch + 1)
        self._writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._writer.close()


def early_stopping_callback(section: EarlyStopping) -> keras.callbacks.Callback:
    """Keras's callback for `early_stopping:`."""
    return keras.callbacks.EarlyStopping(**section.model_dump())
