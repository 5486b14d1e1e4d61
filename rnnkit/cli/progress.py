"""Progress on stderr: a live bar on a terminal, one plain line an epoch elsewhere."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from rnnkit.console import print_line
from rnnkit.runtime import keras
from rnnkit.training.lines import epoch_line
from rnnkit.words import measured


class PlainProgress(keras.callbacks.Callback):
    """One line an epoch."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self.console = console

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        line = epoch_line(epoch + 1, self.params["epochs"], logs or {})
        print_line(self.console, line, indent=4)

    def close(self) -> None:
        """Give the terminal back; called after errors too."""


class LiveProgress(PlainProgress):
    """The same lines above a bar with the loss so far and the time that is left."""

    _bar: Progress | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=None),
            TaskProgressColumn(),
            TextColumn("{task.fields[loss]}"),
            TimeElapsedColumn(),
            TextColumn("left"),
            TimeRemainingColumn(elapsed_when_finished=False),
            console=self.console,
            transient=True,
            expand=True,
        )
        total = self.params["epochs"] * self.params["steps"]
        self._task = self._bar.add_task("compiling", total=total, loss="")
        self._bar.start()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        done = self._epoch * self.params["steps"] + batch + 1
        description = f"epoch {self._epoch + 1}/{self.params['epochs']}"
        if batch + 1 == self.params["steps"]:
            description = "validating"
        loss = f"loss {measured((logs or {})['loss'])}"
        if self._bar is not None:
            self._bar.update(self._task, completed=done, description=description, loss=loss)

    def on_train_end(self, logs: Any = None) -> None:
        self.close()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.stop()


def progress_on(console: Console) -> PlainProgress:
    """What suits the stream: live on a terminal that can redraw, else plain lines."""
    live = console.is_terminal and not console.is_dumb_terminal
    return LiveProgress(console) if live else PlainProgress(console)
