"""A run folder -> its trained model, as the task's own object."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rnnkit.config.checks import check_config
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.errors import RunError
from rnnkit.runs import Run, find_run
from rnnkit.runtime import keras
from rnnkit.tasks import task_of
from rnnkit.tasks.trained import AnyRun
from rnnkit.training.checkpoint_store import LAST
from rnnkit.training.checkpoints import load_checkpoint
from rnnkit.training.devices import select_device
from rnnkit.workflows.build import new_model
from rnnkit.workflows.check import Checked, config_of


def load(run: str | Path | Run, *, device: str | None = None) -> AnyRun:
    """Open a run: rebuild its model from its own config and load its weights.

    Only weights are read from `model.keras`: nothing that a foreign file could carry is executed.

    Args:
        run: a run folder, a run's name, or `latest`.
        device: as `rnnkit train --device`; None takes the run's.

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
    return _opened(run, device, lambda model: _load_weights(model, run.model))


def load_unfinished(run: str | Path | Run, *, device: str | None = None) -> AnyRun:
    """As `load`; of a run without a model, which may have diverged, its last checkpoint."""
    run = run if isinstance(run, Run) else find_run(run)
    checkpoint = run.checkpoints / LAST
    if run.model.is_file() or not checkpoint.is_dir():
        return load(run, device=device)
    return _opened(run, device, lambda model: load_checkpoint(checkpoint, model))


def _opened(run: Run, device: str | None, restore: Callable[[keras.Model], object]) -> AnyRun:
    checked, kept = read_run(run)
    chosen = select_device(device or checked.config.device)
    model = new_model(checked)
    restore(model)
    return checked.task.trained(
        run, checked.task, checked.config, checked.stack, kept, model, chosen
    )


def read_run(run: Run) -> tuple[Checked, Preprocessing]:
    """The config of a run and what it kept of its data.

    Raises:
        RunError: the run is damaged.
    """
    loaded = config_of(run)
    task = task_of(loaded.config)
    try:
        kept = task.kept.from_json(run.preprocessing.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{run.path}: damaged: {error}") from None
    facts = task.facts(loaded.config, kept)
    return Checked(loaded, facts, check_config(loaded, facts)), kept


def _load_weights(model: keras.Model, path: Path) -> None:
    try:
        model.load_weights(path)
    except Exception as error:  # Keras raises whatever zipfile, h5py and it itself come upon
        raise RunError(f"{path}: its weights cannot be read: {error}") from None
