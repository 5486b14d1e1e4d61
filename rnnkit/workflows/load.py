"""A run folder -> its trained model, as the task's own object."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from rnnkit.errors import RunError
from rnnkit.run import Run
from rnnkit.runs import find_run
from rnnkit.runtime import keras
from rnnkit.tasks.contract import AnyRun
from rnnkit.tasks.own_data import with_tables
from rnnkit.training.checkpoints import load_checkpoint
from rnnkit.training.devices import select_device
from rnnkit.training.layouts import DEFAULT, with_layout
from rnnkit.workflows.build import new_model
from rnnkit.workflows.kept import read_run

_OTHER_SHAPE = re.compile(  # in what Keras says
    r"variable\.shape=(?P<wanted>\(.*?\)), Received: value\.shape=(?P<found>\(.*?\))"
)


def load(
    run: str | Path | Run,
    *,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> AnyRun:
    """Open a run: rebuild its model from its own config and load its weights.

    Only weights are read from `model.keras`: nothing that a foreign file could carry is executed.

    Args:
        run: a run folder, a run's name, or `latest`.
        device: as `rnnkit train --device`; None takes the run's.
        on_message: called with where the tables are that its query joins, if they moved; None
            warns.

    Returns:
        An object of the run's task: `evaluate`, and `predict`, `generate` or `forecast` where the
        task has them.

    Raises:
        RunError: the run is not there, did not get as far as a model, or is damaged.
    """
    run = run if isinstance(run, Run) else find_run(run)
    if not run.model.is_file():
        status = run.read_metadata().get("status", "unknown")
        raise RunError(f"{run.path}: it has no {run.model.name} yet; its status is '{status}'")
    return _opened(run, device, on_message, lambda model: _load_weights(model, run.model))


def load_unfinished(
    run: str | Path | Run,
    *,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> AnyRun:
    """As `load`; of a run without a model, which may have diverged, its last checkpoint."""
    run = run if isinstance(run, Run) else find_run(run)
    checkpoint = max(run.checkpoints.glob("step-*"), default=None)
    if run.model.is_file() or checkpoint is None:
        return load(run, device=device, on_message=on_message)
    return _opened(run, device, on_message, lambda model: load_checkpoint(checkpoint, model))


def _opened(
    run: Run,
    device: str | None,
    on_message: Callable[[str], None] | None,
    restore: Callable[[keras.Model], object],
) -> AnyRun:
    checked, kept = read_run(run)
    chosen = select_device(device or checked.config.device)
    layout = run.read_metadata().get("layout", DEFAULT)
    model = with_layout(new_model(checked), layout)
    restore(model)
    for variable in model.weights:
        if not np.isfinite(variable.numpy()).all():
            raise RunError(
                f"{run.path}: {variable.path} is NaN or infinite, so that every answer would be: "
                "train the model again"
            )
    config = with_tables(run, checked.config, on_message or warnings.warn)
    return checked.task.trained(run, checked.task, config, checked.stack, kept, model, chosen)


def _load_weights(model: keras.Model, path: Path) -> None:
    try:
        model.load_weights(path)
    except Exception as error:  # Keras raises whatever zipfile, h5py and it itself come upon
        reason = str(error)
        if other := _OTHER_SHAPE.search(reason):
            reason = (
                f"an array of {other['found']} stands where config.resolved.yaml and "
                f"preprocessing.json ask for {other['wanted']}"
            )
        raise RunError(f"{path}: its weights cannot be read: {reason}") from None
