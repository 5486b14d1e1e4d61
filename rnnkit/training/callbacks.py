"""What happens after each epoch: a row of history, a line of log."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from rnnkit import stages
from rnnkit.config.training import EarlyStopping, ReduceOnPlateau
from rnnkit.errors import RunError
from rnnkit.files import write_text
from rnnkit.runtime import keras
from rnnkit.training.lines import epoch_line, larger_is_better, ordered

Logs = dict[str, float]

# What Keras's callbacks remember from epoch to epoch.
_REMEMBERED: dict[type, tuple[str, ...]] = {
    keras.callbacks.EarlyStopping: ("wait", "stopped_epoch", "best", "best_epoch", "best_weights"),
    keras.callbacks.ReduceLROnPlateau: ("wait", "best", "cooldown_counter"),
}


class History(keras.callbacks.Callback):
    """Collects one row an epoch and keeps history.csv whole on the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.rows: list[dict[str, float]] = []

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.rows.append({"epoch": epoch + 1, **ordered(logs or {})})
        self._write()

    def state(self) -> dict[str, Any]:
        return {"rows": self.rows}

    def restore(self, state: dict[str, Any]) -> None:
        """The rows of a checkpoint; the file may be an epoch ahead of it."""
        self.rows = list(state["rows"])
        if self.rows:
            self._write()

    def _write(self) -> None:
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


class Compiling(keras.callbacks.Callback):
    """Says when the first step begins, which compiles, and when it has ended."""

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._ended = False
        stages.begin("compiling")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        if not self._ended:
            stages.begin("training")
        self._ended = True


def early_stopping_callback(section: EarlyStopping) -> keras.callbacks.Callback:
    """Keras's callback for `early_stopping:`."""
    mode = mode_of(section.monitor, section.mode)
    return keras.callbacks.EarlyStopping(**{**section.model_dump(), "mode": mode})


def plateau_callback(section: ReduceOnPlateau) -> keras.callbacks.Callback:
    """Keras's callback for `schedule: {name: reduce_on_plateau}`."""
    arguments = section.model_dump(exclude={"name"})
    return keras.callbacks.ReduceLROnPlateau(**arguments, mode=mode_of(section.monitor))


def mode_of(monitor: str, mode: str = "auto") -> str:
    """`max` or `min`; Keras's own `auto` asks a compiled model, and this loop has none."""
    if mode != "auto":
        return mode
    return "max" if larger_is_better(monitor) else "min"


def states_of(callbacks: Iterable[keras.callbacks.Callback]) -> dict[str, Any]:
    """What the callbacks remember, by name: numbers, lists and arrays.

    A callback takes part by having `state()`, which gives a dict, and `restore(state)`, which is
    called after `on_train_begin`; Keras's EarlyStopping and ReduceLROnPlateau do as they are.
    """
    states = {}
    for name, callback in _named(callbacks):
        if hasattr(callback, "state"):
            states[name] = callback.state()
        elif remembered := _remembered(callback):
            states[name] = {key: getattr(callback, key) for key in remembered}
    return states


def restore_states(callbacks: Iterable[keras.callbacks.Callback], states: dict[str, Any]) -> None:
    """Set callbacks to what `states_of` gave; one that was not there then starts afresh.

    Raises:
        RunError: `states` are of nothing that `states_of` can give.
    """
    for name, callback in _named(callbacks):
        if name not in states:
            continue
        try:
            if hasattr(callback, "restore"):
                callback.restore(states[name])
            else:
                for key in _remembered(callback):
                    setattr(callback, key, states[name][key])
        except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
            raise RunError(f"the checkpoint's state of {name} is damaged: {error}") from None


def _named(
    callbacks: Iterable[keras.callbacks.Callback],
) -> list[tuple[str, keras.callbacks.Callback]]:
    """Class names, numbered from the second of a class on."""
    count: dict[str, int] = {}
    named = []
    for callback in callbacks:
        name = type(callback).__name__
        count[name] = count.get(name, 0) + 1
        named.append((name if count[name] == 1 else f"{name}-{count[name]}", callback))
    return named


def _remembered(callback: keras.callbacks.Callback) -> tuple[str, ...]:
    return next((keys for kind, keys in _REMEMBERED.items() if isinstance(callback, kind)), ())
