"""A run -> its trained model, which can train the run's config again in another folder."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from rnnkit.data.cache import Place
from rnnkit.errors import RunError
from rnnkit.run import METADATA, Run
from rnnkit.runs import check_folder
from rnnkit.runtime import keras
from rnnkit.tasks import load_config, task_of
from rnnkit.tasks.contract import AnyRun
from rnnkit.tasks.own_data import find_own_data
from rnnkit.training.cluster import cluster_from_environment
from rnnkit.training.lock import held
from rnnkit.workflows.begin import started
from rnnkit.workflows.check import config_of, read
from rnnkit.workflows.load import load as load_alone
from rnnkit.workflows.record import record_start
from rnnkit.workflows.resume import resume
from rnnkit.workflows.setup import prepare
from rnnkit.workflows.training import carry_out


def load(
    run: str | Path | Run,
    *,
    device: str | None = None,
    on_message: Callable[[str], None] | None = None,
) -> AnyRun:
    """Open a run, to ask it and to train it again; see `workflows.load.load`."""
    trained = load_alone(run, device=device, on_message=on_message)

    def again(folder: Path, overrides: Sequence[str]) -> AnyRun:
        on_it = [] if device is None else [f"device={device}"]
        other = train_again(trained.run, folder, [*overrides, *on_it])
        return load_alone(other, device=device)

    return replace(trained, again=again)


def train_again(run: Run, folder: Path, overrides: Sequence[str]) -> Run:
    """Train a run's config anew in a folder inside its own, or go on there.

    The result is an ordinary run, whose checkpoints are deleted once it is complete. What is
    complete stays as it is.

    Args:
        run: whose config it is.
        folder: of the other run.
        overrides: `key.path=value` texts.

    Raises:
        RunError: what is there was trained with another config, or the folder leads elsewhere; or
            TF_CONFIG names several workers.
        As `train` and `resume`.
    """
    if cluster_from_environment() is not None:
        raise RunError("a run is trained again by one process: start it without TF_CONFIG")
    if not folder.resolve().is_relative_to(run.path.resolve()):
        raise RunError(f"{folder}: it leads out of {run.path}: delete it")
    other = Run(folder)
    wanted = load_config(config_of(run), overrides=overrides, environment={})
    found = find_own_data(run, task_of(wanted.config), wanted.config, lambda said: None)
    wanted, begun = replace(wanted, config=found.config), (folder / METADATA).is_file()
    if begun and config_of(check_folder(other)).config != wanted.config:
        raise RunError(f"{folder}: it was trained with another config: delete this folder")
    try:
        if not begun:
            ready = started(read(wanted, Place(run.cache)), runs=run.path.parents[1])
            setup = prepare(ready, distributed=True)
            folder.mkdir(parents=True, exist_ok=True)
            with held(other.lock):
                record_start(other, setup, None)
                carry_out(other, setup)
        elif other.read_metadata().get("status") != "completed":
            resume(other)
    finally:
        keras.utils.clear_session()  # what a training compiled would stay
        gc.collect()
    shutil.rmtree(other.checkpoints, ignore_errors=True)
    return other
