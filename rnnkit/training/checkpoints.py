"""Checkpoints: weights, optimizer and progress in a folder that is either whole or not there.

    checkpoints/
        step-000005625/   state.npz  progress.json
        step-000007500/
        best -> step-000005625
        last -> step-000007500

A checkpoint is written beside its name, flushed to the disk and renamed; then the links move.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.errors import RunError
from rnnkit.runtime import keras

LAST, BEST = "last", "best"
_STATE, _PROGRESS = "state.npz", "progress.json"


@dataclasses.dataclass(frozen=True)
class Progress:
    """How far a checkpoint's run had come."""

    epoch: int  # epochs finished
    step: int  # updates made, over all epochs
    logs: dict[str, float]  # of the last epoch, or of the part of one that was trained


def save_checkpoint(
    folder: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer, progress: Progress
) -> Path:
    """Write a checkpoint into `folder` and point `last` to it.

    Raises:
        RunError: it cannot be written; the checkpoints that were there still are.
    """
    target = folder / f"step-{progress.step:09d}"
    temporary = folder / f".{target.name}-{os.getpid()}"
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        with (temporary / _STATE).open("wb") as file:
            np.savez(file, **_state(model, optimizer))
            _flush(file)
        with (temporary / _PROGRESS).open("w", encoding="utf-8") as file:
            json.dump(dataclasses.asdict(progress), file, indent=2)
            _flush(file)
        if target.exists():
            shutil.rmtree(target)
        temporary.rename(target)
        _link(folder / LAST, target.name)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)
        raise RunError(f"{target}: cannot be written: {error.strerror or error}") from error
    return target


def mark_best(folder: Path) -> None:
    """Point `best` to what `last` points to."""
    _link(folder / BEST, (folder / LAST).readlink().name)


def remove_unlinked(folder: Path) -> None:
    """Delete the checkpoints that neither `last` nor `best` points to."""
    kept = {link.readlink().name for name in (LAST, BEST) if (link := folder / name).is_symlink()}
    for path in folder.glob("step-*"):
        if path.name not in kept:
            shutil.rmtree(path)


def load_checkpoint(
    checkpoint: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer | None = None
) -> Progress:
    """Set the weights, and the variables of a built optimizer, to what was saved.

    Raises:
        RunError: the checkpoint is damaged, or of another model.
    """
    try:
        # np.load leaves a file open that it was given by name and cannot read
        with (checkpoint / _STATE).open("rb") as file, np.load(file, allow_pickle=False) as state:
            arrays = dict(state)
        progress = Progress(**json.loads((checkpoint / _PROGRESS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, zipfile.BadZipFile) as error:
        raise RunError(f"{checkpoint}: damaged: {error}") from None
    variables = _variables(model, optimizer)
    for name, variable in variables.items():
        if name not in arrays or arrays[name].shape != tuple(variable.shape):
            raise RunError(f"{checkpoint}: it is of another model: {variable.path} does not fit")
        variable.assign(arrays[name])
    return progress


def _variables(
    model: keras.Model, optimizer: keras.optimizers.Optimizer | None
) -> dict[str, keras.Variable]:
    named = {f"model/{i}": variable for i, variable in enumerate(model.weights)}
    if optimizer is not None:
        named |= {f"optimizer/{i}": variable for i, variable in enumerate(optimizer.variables)}
    return named


def _state(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> dict[str, Any]:
    return {name: variable.numpy() for name, variable in _variables(model, optimizer).items()}


def _flush(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _link(link: Path, target: str) -> None:
    temporary = link.with_name(f".{link.name}-{os.getpid()}")
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(target)
    temporary.replace(link)
