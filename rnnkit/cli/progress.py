"""Progress on stderr: live bars on a terminal, one plain line an epoch elsewhere."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column

from rnnkit.console import hide_stage, print_line, show_stage
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

    def count(self, done: int, total: int) -> None:
        """Take note of a batch of a pass over a part outside of training."""

    def on_stage(self, stage: str) -> None:
        """Take note of what is being done now."""

    def close(self) -> None:
        """Give the terminal back; called after errors too."""


class LiveProgress(PlainProgress):
    """The same lines above two bars: the epoch, or the pass over a part, and the whole training."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        one_line = Column(no_wrap=True)
        self._bars = Progress(
            TextColumn("{task.description}", table_column=one_line),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[counted]}", table_column=one_line),
            TextColumn("{task.fields[loss]}", table_column=one_line),
            TimeRemainingColumn(table_column=one_line),
            console=console,
            transient=True,
            expand=True,
        )
        self._part: TaskID | None = None  # the upper bar
        self._whole: TaskID | None = None
        self._trained = False

    def on_train_begin(self, logs: Any = None) -> None:
        steps = self.params["steps"]
        self._part = self._add("compiling", steps)
        self._whole = self._add("in all", self.params["epochs"] * steps)
        hide_stage(self.console)
        self._bars.start()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        steps = self.params["steps"]
        name = f"epoch {self._epoch + 1}/{self.params['epochs']}"
        loss = f"loss {measured((logs or {})['loss'])}"
        self._show(name, batch + 1, steps, loss)
        if self._whole is not None:
            done = self._epoch * steps + batch + 1
            counted = _counted(done, self.params["epochs"] * steps)
            self._bars.update(self._whole, completed=done, counted=counted)

    def count(self, done: int, total: int) -> None:
        self._show("scoring" if self._trained else "validating", done, total, "")

    def on_train_end(self, logs: Any = None) -> None:
        self._trained = True

    def on_stage(self, stage: str) -> None:
        """A line before the bars, the upper bar's name after the training."""
        if self._part is None:
            show_stage(self.console, stage)
        elif self._trained:
            self._bars.reset(self._part, description=stage, counted="", loss="")

    def close(self) -> None:
        hide_stage(self.console)
        self._bars.stop()

    def _add(self, name: str, total: int) -> TaskID:
        return self._bars.add_task(name, total=total, counted=_counted(0, total), loss="")

    def _show(self, name: str, done: int, total: int, loss: str) -> None:
        """The upper bar; it begins anew where what is counted changes, for its time left."""
        if self._part is None:
            return
        begins = self._bars.tasks[0].description not in (name, "compiling")
        change = self._bars.reset if begins else self._bars.update
        counted = _counted(done, total)
        change(
            self._part, description=name, completed=done, total=total, counted=counted, loss=loss
        )


def _counted(done: int, total: int) -> str:
    return f"{done:,}/{total:,}"


def progress_on(console: Console) -> PlainProgress:
    """What suits the stream: live on a terminal that can redraw, else plain lines."""
    live = console.is_terminal and not console.is_dumb_terminal
    return LiveProgress(console) if live else PlainProgress(console)
