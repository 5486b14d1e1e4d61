"""`rnnkit resume`: a run that was stopped -> the same run, finished as if it had never been."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rnnkit.config.loading import LoadedConfig, load_config
from rnnkit.config.problems import Location, Problem
from rnnkit.data.cache import conversions_in
from rnnkit.data.wording import counted
from rnnkit.errors import ConfigError, DataError, RunError
from rnnkit.runs import Run, age, check_folder, find_run
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.cluster import cluster_from_environment
from rnnkit.training.lock import held
from rnnkit.workflows.changes import changes
from rnnkit.workflows.check import ConfigSource, check, load
from rnnkit.workflows.record import record_resume, versions
from rnnkit.workflows.setup import Setup, prepare
from rnnkit.workflows.train import train
from rnnkit.workflows.training import Callbacks, Lines, carry_out, checkpoints_of
from rnnkit.workflows.worker import send_start


def resume(
    run: str | Run,
    *,
    overrides: Sequence[str] = (),
    callbacks: Callbacks = (),
    on_start: Callable[[Lines], None] | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Run:
    """Go on with a stopped run in its own folder, from its newest whole checkpoint.

    On the device that it began on, weights, optimizer and history end bit for bit as those of a
    run that was never stopped.

    Args:
        run: a run folder, a run's name, or `latest`.
        overrides: `key.path=value` texts; of what decides the result only more epochs are taken.
        callbacks: further Keras callbacks.
        on_start: as for `train`; the lines say where the run goes on.
        on_message: as for `train`.

    Returns:
        The run, with everything written.

    Raises:
        ConfigError: the config has changed in what decides the result; with every change.
        DataError: the data have changed.
        RunError: there is no such run, it is complete, damaged, or another process has it.
        As `train`, while it trains.
    """
    if cluster_from_environment() is not None:
        raise RunError(
            "only the chief has the run's folder: to go on with several workers, start "
            "`rnnkit train CONFIG --resume` on each of them"
        )
    found = run if isinstance(run, Run) else find_run(run)
    old = _config_of(found)
    new = load_config(old, overrides=overrides)
    return _resume(found, old, new, callbacks, on_start, on_message, rewritten=False)


def resume_config(
    config: ConfigSource,
    *,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    smoke: bool = False,
    callbacks: Callbacks = (),
    on_start: Callable[[Lines], None] | None = None,
    on_message: Callable[[str], None] | None = None,
) -> Run:
    """Go on with the newest unfinished run of a config's name, as `rnnkit train --resume`.

    The arguments are those of `train`; what it returns and raises is as for `resume`.
    """
    cluster = cluster_from_environment()
    if cluster is not None and not cluster.is_chief:
        return train(
            config,
            overrides=overrides,
            runs=runs,
            smoke=smoke,
            callbacks=callbacks,
            on_start=on_start,
            on_message=on_message,
        )
    new = load(config, overrides=overrides, smoke=smoke)
    found = newest_to_resume(Path(runs) / new.config.name, epochs=new.config.training.epochs)
    old = _config_of(found)
    return _resume(found, old, new, callbacks, on_start, on_message, rewritten=bool(new.text))


def newest_to_resume(folder: Path, *, epochs: int) -> Run:
    """The newest unfinished run in `folder`, or the newest of all if it has fewer epochs.

    Raises:
        RunError: there is none.
    """
    paths = [path for path in folder.glob("*") if not path.is_symlink()]
    paths = [path for path in paths if (path / "run.json").is_file()]
    runs = [Run(path) for path in sorted(paths, key=age, reverse=True)]
    if not runs:
        raise RunError(f"there is no run to resume in {folder}: start one without --resume")
    unfinished = [run for run in runs if run.read_metadata().get("status") != "completed"]
    if unfinished:
        return unfinished[0]
    newest = runs[0]
    if epochs > newest.read_metadata().get("epochs", 0):
        return newest
    raise RunError(
        f"there is no unfinished run in {folder}: the newest, {newest.path.name}, is complete. "
        "Start another without --resume, or give it more epochs with --set training.epochs=N"
    )


def _resume(
    run: Run,
    old: LoadedConfig,
    new: LoadedConfig,
    callbacks: Callbacks,
    on_start: Callable[[Lines], None] | None,
    on_message: Callable[[str], None] | None,
    *,
    rewritten: bool,
) -> Run:
    with held(check_folder(run).lock):
        metadata = run.read_metadata()
        text = new.text if rewritten else ""
        _refuse_complete(run, metadata, old, new)
        for key in ("command", "data", "git_commit", "seed", "started", "versions"):
            _recorded(run, metadata, key)
        shards = _recorded(run, metadata, "shards")
        if new.config.training.shards is None:  # those of the run, not of this machine's cores
            new = load_config(new, overrides=[f"training.shards={shards}"])
        with conversions_in(run.cache, on_message):
            setup = prepare(check(new), distributed=True)
        _refuse_other_data(run, metadata, setup)
        problems = changes(old, setup, shards=shards)
        if problems:
            head = "a run goes on with the config that it began with. Changed since:"
            raise ConfigError([Problem(Location(str(run.path)), head), *problems])
        more = new.config.training.epochs > old.config.training.epochs
        state = _newest_state(run, setup)
        _refuse_fewer_epochs(run, setup, state, more=more)
        record_resume(run, setup, text=text, seconds=state.seconds)
        carry_out(
            run,
            setup,
            notes=list(_notes(metadata, setup)),
            resumed=True,
            callbacks=callbacks,
            on_start=on_start,
            on_message=on_message,
            on_begin=partial(send_start, run, setup),
        )
    return run


def _config_of(run: Run) -> LoadedConfig:
    try:
        return load_config(run.resolved_config, environment={})
    except (ConfigError, OSError) as error:
        raise RunError(f"{run.path}: damaged: {error}") from None


def _refuse_complete(
    run: Run, metadata: dict[str, Any], old: LoadedConfig, new: LoadedConfig
) -> None:
    more = new.config.training.epochs > old.config.training.epochs
    if metadata.get("status") == "completed" and not more:
        raise RunError(
            f"{run.path}: it is complete. For more epochs: "
            f"rnnkit resume {shlex.quote(str(run.path))} --set training.epochs=N"
        )


def _refuse_other_data(run: Run, metadata: dict[str, Any], setup: Setup) -> None:
    before, now = _recorded(run, metadata, "data")["sha256"], setup.dataset.sha256
    if before != now:
        raise DataError(
            f"{setup.dataset.source}: the data have changed since {run.path} began: SHA-256 "
            f"{before[:12]}... -> {now[:12]}.... Put the old file back, or start a new run"
        )


def _newest_state(run: Run, setup: Setup) -> TrainingState:
    found = checkpoints_of(run, setup).newest(lambda problem: None)
    return found[1] if found else TrainingState()


def _refuse_fewer_epochs(run: Run, setup: Setup, state: TrainingState, *, more: bool) -> None:
    begun = state.epoch + bool(state.sums)
    epochs = setup.config.training.epochs
    if epochs < begun:
        text = f"training.epochs (={epochs}): epoch {begun} of {run.path} has begun already"
        raise ConfigError([setup.checked.loaded.problem(("training", "epochs"), text, key=False)])
    if more and state.stopped:
        raise RunError(
            f"{run.path}: early stopping ended it after epoch {state.epoch}; "
            "more epochs change nothing"
        )


def _recorded(run: Run, metadata: dict[str, Any], key: str) -> Any:
    if key not in metadata:
        raise RunError(f"{run.metadata}: damaged: it has no '{key}'")
    return metadata[key]


def _notes(metadata: dict[str, Any], setup: Setup) -> Iterator[str]:
    """What may keep the result from being bit for bit that of a run never stopped."""
    began, now = metadata.get("device", {}), setup.device
    if (began.get("name"), began.get("description")) != (now.name, now.description):
        yield (
            f"it began on {began.get('name')}: {began.get('description')}; on another device "
            "results differ in the last digits"
        )
    workers = metadata.get("workers", 1)
    if workers != setup.distribution.workers:
        yield (
            f"it began with {counted(workers, 'worker')}; with {setup.distribution.workers} "
            "results differ in the last digits"
        )
    before = metadata.get("versions", {})
    for name, version in versions().items():
        if before.get(name) != version:
            yield f"it began with {name} {before.get(name)}, this is {version}"
    if metadata.get("status") == "diverged":
        yield "its loss diverged: it will again, unless the cause was outside"
