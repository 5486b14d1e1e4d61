"""`rnnkit resume`: a run that was stopped -> the same run, finished as if it had never been."""

from __future__ import annotations

import dataclasses
import shlex
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rnnkit.config.loading import LoadedConfig
from rnnkit.data.cache import Place
from rnnkit.errors import ChangedData, ConfigError, RunError
from rnnkit.problems import Location, Problem
from rnnkit.run import Run
from rnnkit.runs import age, check_folder, find_run
from rnnkit.tasks import load_config, task_of
from rnnkit.tasks.own_data import find_own_data
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.cluster import cluster_from_environment
from rnnkit.training.lock import held
from rnnkit.words import counted
from rnnkit.workflows.begin import begins_elsewhere, started
from rnnkit.workflows.changes import changes, with_chosen
from rnnkit.workflows.check import ConfigSource, Ready, config_of, load, read
from rnnkit.workflows.record import record_resume, versions
from rnnkit.workflows.setup import CHOSEN, Setup, prepare
from rnnkit.workflows.train import train
from rnnkit.workflows.training import carry_out, checkpoints_of
from rnnkit.workflows.watch import UNWATCHED, Watch
from rnnkit.workflows.worker import send_start


def resume(
    run: str | Run,
    *,
    overrides: Sequence[str] = (),
    watch: Watch = UNWATCHED,
) -> Run:
    """Go on with a stopped run in its own folder, from its newest whole checkpoint.

    On the device that it began on, weights, optimizer and history end bit for bit as those of a
    run that was never stopped.

    Args:
        run: a run folder, a run's name, or `latest`.
        overrides: `key.path=value` texts; of what decides the result only more epochs are taken.
        watch: as for `train`; the lines say where the run goes on.

    Returns:
        The run, with everything written.

    Raises:
        ConfigError: the config has changed in what decides the result; with every change.
        ChangedData: the data have changed, or are not there.
        RunError: there is no such run, it is complete, damaged, or another process has it.
        As `train`, while it trains.
    """
    if cluster_from_environment() is not None:
        raise RunError(
            "only the chief has the run's folder: to go on with several workers, start "
            "`rnnkit train CONFIG --resume` on each of them"
        )
    found = run if isinstance(run, Run) else find_run(run)
    old = config_of(found)
    new = load_config(old, overrides=overrides)
    return _resume(found, old, new, watch, rewritten=False)


def resume_config(
    config: ConfigSource,
    *,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    smoke: bool = False,
    watch: Watch = UNWATCHED,
) -> Run:
    """Go on with the newest unfinished run of a config's name, as `rnnkit train --resume`.

    The arguments are those of `train`; what it returns and raises is as for `resume`.
    """
    cluster = cluster_from_environment()
    if cluster is not None and not cluster.is_chief:
        return train(config, overrides=overrides, runs=runs, smoke=smoke, watch=watch)
    new = load(config, overrides=overrides, smoke=smoke)
    found = newest_to_resume(Path(runs) / new.config.name, epochs=new.config.training.epochs)
    old = config_of(found)
    return _resume(found, old, new, watch, rewritten=bool(new.text))


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
    watch: Watch,
    *,
    rewritten: bool,
) -> Run:
    with held(check_folder(run).lock):
        metadata = run.read_metadata()
        text = new.text if rewritten else ""
        _refuse_complete(run, metadata, old, new)
        for key in ("command", "data", "git_commit", "seed", "started", "versions"):
            _recorded(run, metadata, key)
        chosen = {key: _recorded(run, metadata, key) for key in CHOSEN}
        new = with_chosen(new, chosen)
        heard: list[str] = []
        found = find_own_data(run, task_of(new.config), new.config, heard.append)
        if found.problem:
            raise ChangedData(found.problem)
        new = dataclasses.replace(new, config=found.config)
        ready = read(new, Place(run.cache, watch.on_message))
        ready = _started_again(run, metadata, ready)
        setup = prepare(ready, distributed=True)
        problems = changes(old, setup, chosen=chosen)
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
            notes=[*heard, *_notes(metadata, setup)],
            resumed=True,
            watch=watch,
            on_begin=partial(send_start, run, setup),
        )
    return run


def _refuse_complete(
    run: Run, metadata: dict[str, Any], old: LoadedConfig, new: LoadedConfig
) -> None:
    more = new.config.training.epochs > old.config.training.epochs
    if metadata.get("status") == "completed" and not more:
        raise RunError(
            f"{run.path}: it is complete. For more epochs: "
            f"rnnkit resume {shlex.quote(str(run.path))} --set training.epochs=N"
        )


def _newest_state(run: Run, setup: Setup) -> TrainingState:
    found = checkpoints_of(run, setup.config).newest(lambda problem: None)
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


def _started_again(run: Run, metadata: dict[str, Any], ready: Ready) -> Ready:
    """With what its weights begin with, where it was stopped before its first checkpoint."""
    checkpoints = checkpoints_of(run, ready.checked.config)
    if not begins_elsewhere(ready.checked) or checkpoints.newest(lambda problem: None):
        return ready
    ready = started(ready, runs=run.path.parents[1])
    before, now = metadata.get("start"), ready.checked.start
    if isinstance(before, dict) and now is not None:
        others = [key for key in ("sha256", "vectors") if before.get(key) != now.facts[key]]
        if others:
            raise RunError(
                f"{run.path}: it has no checkpoint yet, and the weights that it begins with are "
                f"others now (SHA-256 under start.{others[0]} of {run.metadata.name}): train anew"
            )
    return ready


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
