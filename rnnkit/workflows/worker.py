"""A worker other than the chief: it trains along, and writes nothing.

All that it needs of the run comes from the chief over the network: where the run's folder is, in
how many shards and which layout, and the checkpoint to go on from. So nothing but the data must be
within its reach.
"""

from __future__ import annotations

import dataclasses
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rnnkit.errors import ConfigError, DataError, Interrupted
from rnnkit.problems import Location, Problem
from rnnkit.run import Run
from rnnkit.tasks import load_config
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import TrainingState, load_checkpoint
from rnnkit.training.devices import out_of_memory_explained
from rnnkit.training.distribution import Distribution, lost_workers_explained
from rnnkit.training.interrupt import stop_on_signals
from rnnkit.training.loop import fit
from rnnkit.workflows.build import resolved_text
from rnnkit.workflows.changes import changes, with_chosen
from rnnkit.workflows.setup import Setup, new_trainer
from rnnkit.workflows.training import deciding_callbacks
from rnnkit.workflows.watch import UNWATCHED, Watch


class NoCheckpoints(Checkpoints):
    """Those of a worker that writes none."""

    def __init__(self) -> None:
        super().__init__(Path(), every=float("inf"), keep=0)

    def save(self, model: Any, optimizer: Any, state: TrainingState) -> None:
        """Nothing: the chief does."""

    def newest(self, report: Callable[[str], None]) -> None:
        """None: they are the chief's."""


def send_start(run: Run, setup: Setup, checkpoint: Path | None) -> None:
    """Tell the other workers what the chief begins with, and from which checkpoint."""
    files = sorted(checkpoint.iterdir()) if checkpoint is not None else []
    start = {
        "run": str(run.path),
        "config": resolved_text(setup.checked),
        "chosen": setup.chosen,
        "sha256": setup.dataset.sha256,
        "files": [file.name for file in files],
    }
    setup.distribution.from_chief(json.dumps(start).encode())
    for file in files:
        setup.distribution.from_chief(file.read_bytes())


def take_part(setup: Setup, *, watch: Watch = UNWATCHED) -> Run:
    """Train along as a worker that is not the chief.

    Args:
        setup: what this worker has prepared.
        watch: who follows it.

    Returns:
        The run as the chief has it; its folder may be out of this worker's reach.

    Raises:
        ConfigError: the config is not the chief's; with every difference.
        DataError: the data are not the chief's.
        Interrupted: Ctrl-C or SIGTERM, here or at another worker.
        RunError: a worker is gone.
        As `train`, while it trains.
    """
    batch_size = setup.config.training.batch_size
    with (
        lost_workers_explained(setup.distribution),
        out_of_memory_explained(batch_size),
        stop_on_signals() as stop,
        tempfile.TemporaryDirectory() as folder,
    ):
        run, setup = _receive_start(setup, Path(folder))
        trainer = new_trainer(setup, stop)
        state = TrainingState()
        if any(Path(folder).glob("*.npz")):
            model, optimizer = trainer.train_step.model, trainer.train_step.optimizer
            state = load_checkpoint(Path(folder), model, optimizer)
        watch.on_start([("data", setup.dataset.description), ("device", setup.device_text)])
        watchers = [*deciding_callbacks(setup), *watch.callbacks]
        epochs = setup.config.training.epochs
        fit(trainer, epochs, watchers, checkpoints=NoCheckpoints(), state=state)
        if trainer.stop:
            raise Interrupted("stopped on request", exit_code=trainer.stop.exit_code)
    return run


def _receive_start(setup: Setup, folder: Path) -> tuple[Run, Setup]:
    """Where the run is and what is trained; the checkpoint's files, if any, are in `folder`."""
    receive = setup.distribution.from_chief
    start = json.loads(receive())
    for name in start["files"]:
        (folder / Path(name).name).write_bytes(receive())
    loaded = with_chosen(setup.checked.loaded, start["chosen"])
    checked = dataclasses.replace(setup.checked, loaded=loaded)
    setup = dataclasses.replace(setup, checked=checked, layout=start["chosen"]["layout"])
    _refuse_other_start(setup, start, folder)
    return Run(Path(start["run"])), setup


def _refuse_other_start(setup: Setup, start: dict[str, Any], folder: Path) -> None:
    text = folder / "config.yaml"
    text.write_text(start["config"], encoding="utf-8")
    chiefs = load_config(text, environment={})
    problems = changes(chiefs, setup, chosen=start["chosen"])
    before, after = chiefs.config.training.epochs, setup.config.training.epochs
    if before != after:
        where = ("training", "epochs")
        message = f"training.epochs: {before} -> {after}"
        problems.append(setup.checked.loaded.problem(where, message))
    if problems:
        head = "all workers must train the same config. It differs from the chief's:"
        raise ConfigError([Problem(Location(_own_name(setup.distribution)), head), *problems])
    if start["sha256"] != setup.dataset.sha256:
        raise DataError(
            f"{setup.dataset.source}: it is not what the chief trains on: SHA-256 "
            f"{start['sha256'][:12]}... there, {setup.dataset.sha256[:12]}... here"
        )


def _own_name(distribution: Distribution) -> str:
    cluster = distribution.cluster
    return cluster.names([cluster.rank]) if cluster else "this worker"
