"""The checkpoints of a run: when the next is due, which are kept, which one to go on from.

checkpoints/
    step-000005625/
    step-000007500/
    best -> step-000005625
    last -> step-000007500
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from rnnkit.files import cannot_write
from rnnkit.runtime import keras
from rnnkit.training.checkpoints import (
    TrainingState,
    checkpoint_path,
    damage,
    flush_folder,
    read_state,
    remove,
    save_checkpoint,
)

LAST, BEST = "last", "best"


class Checkpoints:
    """The checkpoints of one run.

    Args:
        folder: the run's checkpoints/.
        every: seconds after which one is due within an epoch.
        keep: how many of the newest stay. What is best for one of them stays as well.
        on_save: called after each was written.
    """

    def __init__(
        self,
        folder: Path,
        *,
        every: float,
        keep: int,
        on_save: Callable[[], None] = lambda: None,
    ) -> None:
        self.folder = folder
        self.every = every
        self.keep = keep
        self.on_save = on_save
        self._written = time.monotonic()

    @property
    def due(self) -> bool:
        return time.monotonic() - self._written >= self.every

    def save(
        self, model: keras.Model, optimizer: keras.optimizers.Optimizer, state: TrainingState
    ) -> None:
        """Write a checkpoint, move the links, delete what is not kept.

        Raises:
            DivergedError: a weight is NaN or infinite; nothing was written.
            RunError: it cannot be written; the checkpoints that were there still are.
        """
        began = time.monotonic()
        target = save_checkpoint(self.folder, model, optimizer, state)
        try:
            self._link(LAST, target)
            if state.best_step is not None:
                self._link(BEST, checkpoint_path(self.folder, state.best_step))
            flush_folder(self.folder)  # before the older ones go
            self._prune()
        except OSError as error:
            raise cannot_write(target, error) from error
        self.on_save()
        self._written = time.monotonic()
        state.checkpoint_seconds += self._written - began

    def newest(self, report: Callable[[str], None]) -> tuple[Path, TrainingState] | None:
        """The newest checkpoint that is whole; `report` hears of those that are not."""
        for path in sorted(self.folder.glob("step-*"), reverse=True):
            problem = damage(path)
            if problem is None:
                return path, read_state(path)
            report(f"checkpoint {path.name} is damaged: {problem}. The one before it is used.")
        return None

    def clear_up(self, newest: Path | None, state: TrainingState) -> None:
        """Delete what killed writers left and what is damaged; point the links to what is there.

        Raises:
            RunError: the folder cannot be written.
        """
        try:
            for left in self.folder.glob(".*"):
                remove(left)
            for path in self.folder.glob("step-*"):
                if newest is None or path.name > newest.name:
                    remove(path)
            for name, target in ((LAST, newest), (BEST, self._best(state))):
                if target is not None and target.is_dir():
                    self._link(name, target)
                else:
                    remove(self.folder / name)
        except OSError as error:
            raise cannot_write(self.folder, error) from error

    def _best(self, state: TrainingState) -> Path | None:
        return None if state.best_step is None else checkpoint_path(self.folder, state.best_step)

    def _prune(self) -> None:
        paths = sorted(self.folder.glob("step-*"), reverse=True)
        kept = paths[: self.keep]
        best = {self._best(read_state(path, arrays=False)) for path in kept}
        for path in paths:
            if path not in kept and path not in best:
                remove(path)

    def _link(self, name: str, target: Path) -> None:
        temporary = self.folder / f".{name}-{os.getpid()}"
        temporary.unlink(missing_ok=True)
        temporary.symlink_to(target.name)
        if not (self.folder / name).is_symlink():  # a copy in which no link is left
            remove(self.folder / name)
        temporary.replace(self.folder / name)
