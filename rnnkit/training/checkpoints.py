"""One checkpoint: all that a run's future depends on, in a folder that is whole or not there.

    step-000005625/   state.npz  progress.json  manifest.json

It is written beside its name, flushed to the disk and renamed. Its manifest holds the SHA-256 of
the other files.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from pydantic import InstanceOf, NonNegativeInt, TypeAdapter

from rnnkit.data.npz import open_arrays
from rnnkit.data.ram import ram_size
from rnnkit.errors import DataError, DivergedError, RunError
from rnnkit.files import MAX_TEXT, cannot_write, open_regular, read_regular
from rnnkit.runtime import keras, tf

_ARRAYS, _PROGRESS, _MANIFEST = "state.npz", "progress.json", "manifest.json"


@dataclasses.dataclass
class TrainingState:
    """Where a run stands: beside weights, optimizer, config and data all that its future needs.

    The order of the data and the masks of dropout follow from the seed, the epoch and the step.
    """

    epoch: NonNegativeInt = 0  # epochs finished
    step: NonNegativeInt = 0  # updates made, over all epochs
    sums: dict[str, float | InstanceOf[np.ndarray]] = dataclasses.field(
        default_factory=dict
    )  # of the epoch underway
    carried: tuple[Any, ...] = ()  # what the next batch starts from, (B, H) each; () at a beginning
    stopped: bool = False  # early stopping ended the training
    best: float | None = None  # of what the run monitors, negative where more is better
    best_step: int | None = None  # where that was
    epoch_seconds: float = 0.0  # spent on the epoch underway
    training_seconds: float = 0.0  # spent on the epochs before it
    checkpoint_seconds: float = 0.0  # of both, spent on checkpoints
    callbacks: dict[str, Any] = dataclasses.field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Spent training so far, over all the times that it was taken up."""
        return self.training_seconds + self.epoch_seconds


_STATE = TypeAdapter(TrainingState)


def checkpoint_path(folder: Path, step: int) -> Path:
    """The folder of the checkpoint that was written after `step` updates."""
    return folder / f"step-{step:09d}"


def save_checkpoint(
    folder: Path,
    model: keras.Model,
    optimizer: keras.optimizers.Optimizer,
    state: TrainingState,
) -> Path:
    """Write one checkpoint into `folder`, which is made if only it is missing.

    Raises:
        DivergedError: a weight is NaN or infinite; nothing was written.
        RunError: it cannot be written; the checkpoints that were there still are.
    """
    arrays = {name: v.numpy() for name, v in _variables(model, optimizer).items()}
    _refuse_non_finite(model, arrays, state)
    values = {field.name: getattr(state, field.name) for field in dataclasses.fields(state)}
    text = json.dumps(values, indent=1, default=lambda array: _set_aside(array, arrays))
    target = checkpoint_path(folder, state.step)
    temporary = folder / f".{target.name}-{os.getpid()}"
    try:
        folder.mkdir(exist_ok=True)
        temporary.mkdir()
        sums = {
            _ARRAYS: _write(temporary / _ARRAYS, lambda file: np.savez(file, **arrays)),
            _PROGRESS: _write(temporary / _PROGRESS, lambda file: file.write(text.encode())),
        }
        _write(temporary / _MANIFEST, lambda file: file.write(json.dumps(sums, indent=1).encode()))
        flush_folder(temporary)
        before = folder / f".{target.name}-before-{os.getpid()}"
        if target.exists():  # of the same step, as when a stop came between batches and validation
            target.rename(before)
        temporary.rename(target)
        flush_folder(folder)
        remove(before)
    except OSError as error:
        with contextlib.suppress(OSError):
            remove(temporary)
        raise cannot_write(target, error) from error
    return target


def load_checkpoint(
    checkpoint: Path, model: keras.Model, optimizer: keras.optimizers.Optimizer | None = None
) -> TrainingState:
    """Set the weights, and the variables of a built optimizer, to what was saved.

    Raises:
        RunError: the checkpoint is damaged, or of another model.
    """
    problem = damage(checkpoint)
    if problem is not None:
        raise RunError(f"{checkpoint}: damaged: {problem}")
    arrays = _read_arrays(checkpoint)
    for name, variable in _variables(model, optimizer).items():
        if name not in arrays or arrays[name].shape != tuple(variable.shape):
            raise RunError(f"{checkpoint}: it is of another model: {variable.path} does not fit")
        variable.assign(arrays[name])
    return read_state(checkpoint)


def read_state(checkpoint: Path, *, arrays: bool = True) -> TrainingState:
    """The state that a whole checkpoint holds; without `arrays`, these are empty.

    Raises:
        RunError: its manifest is right, but it holds something else.
    """
    aside = _read_arrays(checkpoint) if arrays else {}

    def put_back(values: dict[str, Any]) -> NDArray[Any] | dict[str, Any] | None:
        if values.keys() != {"array"}:
            return values
        return aside.get(values["array"]) if arrays else np.empty(0)

    try:
        text = read_regular(checkpoint / _PROGRESS)
        return _STATE.validate_python(json.loads(text, object_hook=put_back))
    except (OSError, ValueError, TypeError, RecursionError) as error:
        reason = str(error).partition("\n")[0]
        raise RunError(f"{checkpoint / _PROGRESS}: damaged: {reason}") from None


def damage(checkpoint: Path) -> str | None:
    """What is wrong with a checkpoint's files; None where they are as they were written."""
    try:
        sums = json.loads(read_regular(checkpoint / _MANIFEST))
        for name, most in ((_ARRAYS, ram_size()), (_PROGRESS, MAX_TEXT)):
            with open_regular(checkpoint / name, most=most) as file:
                # looks at the end alone: a file that was only made long is not gone through
                whole = name != _ARRAYS or zipfile.is_zipfile(file)
                file.seek(0)
                if not whole or hashlib.file_digest(file, "sha256").hexdigest() != sums[name]:
                    return f"{name} is not what was written (its SHA-256 differs)"
    except FileNotFoundError as error:
        return f"{Path(error.filename).name} is missing"
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        return f"it cannot be read: {error}"
    return None


def _read_arrays(checkpoint: Path) -> dict[str, Any]:
    try:
        with open_arrays(checkpoint / _ARRAYS) as file:
            return {name: file.read(name) for name in file.names}
    except (OSError, DataError) as error:
        raise RunError(f"{checkpoint}: damaged: {error}") from None


def _variables(
    model: keras.Model, optimizer: keras.optimizers.Optimizer | None
) -> dict[str, keras.Variable]:
    named = {f"model/{i}": variable for i, variable in enumerate(model.weights)}
    if optimizer is not None:
        named |= {f"optimizer/{i}": variable for i, variable in enumerate(optimizer.variables)}
    return named


def _refuse_non_finite(model: keras.Model, arrays: dict[str, Any], state: TrainingState) -> None:
    for i, variable in enumerate(model.weights):
        if not np.isfinite(arrays[f"model/{i}"]).all():
            raise DivergedError(
                f"{variable.path} became NaN or infinite by step {state.step:,}. The last good "
                "checkpoint is kept. Lower the learning rate, or clip the gradients with "
                "optimizer: {global_clipnorm: 1.0}."
            )


def _set_aside(array: tf.Tensor | NDArray[Any], arrays: dict[str, Any]) -> dict[str, str]:
    """Arrays inside the state are stored with the weights; JSON keeps their names."""
    name = f"state/{len(arrays)}"
    values = np.asarray(array)
    # npz has no bfloat16; float32 holds it exactly
    arrays[name] = values.astype(np.float32) if values.dtype.kind == "V" else values
    return {"array": name}


def _write(path: Path, fill: Callable[[BinaryIO], object]) -> str:
    """Write a file, flush it to the disk, and give its SHA-256."""
    with path.open("w+b") as file:
        fill(file)
        file.flush()
        os.fsync(file.fileno())
        file.seek(0)
        return hashlib.file_digest(file, "sha256").hexdigest()


def flush_folder(folder: Path) -> None:
    """Make renames within a folder outlive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    """Delete a folder, a file or a link; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
