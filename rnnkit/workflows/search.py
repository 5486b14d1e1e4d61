"""`rnnkit search`: a config with `search:` -> the best values of its parameters, and a run of them.

Trials are judged on the validation part alone: the test part is taken out of their data. It is
looked at once, by the run of the best config in the end.
"""

from __future__ import annotations

import dataclasses
import gc
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import optuna

from rnnkit.config.document import dump_document
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.search import SearchSection
from rnnkit.config.training import EarlyStopping
from rnnkit.data.cache import Place
from rnnkit.errors import ConfigError, DataError, DivergedError, Interrupted, RunError
from rnnkit.files import write_text
from rnnkit.reports.plots.search import plot_search
from rnnkit.run import CACHE, Run
from rnnkit.runtime import keras
from rnnkit.tasks import load_config
from rnnkit.training.lines import VALIDATION_PREFIX
from rnnkit.words import counted
from rnnkit.workflows.begin import fixed, started
from rnnkit.workflows.check import ConfigSource, Ready, check, load, read
from rnnkit.workflows.setup import prepare
from rnnkit.workflows.study import RUN, VALUE, Study, Trial, open_study
from rnnkit.workflows.train import train_ready
from rnnkit.workflows.watch import UNWATCHED, Watch

FOLDER = "search"  # under the runs of the config's name


@dataclasses.dataclass(frozen=True)
class TrialResult:
    """One training of a search."""

    number: int
    values: Mapping[str, Any]  # by key path
    score: float | None  # of the monitor; None: it failed
    seconds: float
    ended: str  # completed, pruned, or why it failed
    is_best: bool


@dataclasses.dataclass(frozen=True)
class SearchResult:
    """What a search found."""

    monitor: str  # what trials were compared by
    trials: tuple[Trial, ...]  # the best first
    importances: Mapping[str, float]  # of each parameter, in all 1
    config: Path  # the best one, as a file
    folder: Path  # of the search
    run: Run | None  # of the best config; None where it was not asked for


def search(
    config: ConfigSource,
    *,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    final: bool = True,
    watch: Watch = UNWATCHED,
    on_trial: Callable[[TrialResult], None] = lambda trial: None,
    command: Sequence[str] | None = None,
) -> SearchResult:
    """Try what the config's `search:` says, then train the best of it once more.

    Killed and started again, it goes on. Several processes may work on one search.

    Args:
        config: a YAML file, or the same structure as a dict.
        overrides: `key.path=value` texts, stronger than the file.
        runs: the folder of all runs; trials get folders under `<name>-search`.
        final: whether to train the best config at the end, and judge it on the test part.
        watch: who follows the last run.
        on_trial: called after each trial.
        command: what the user typed, for run.json.

    Raises:
        ConfigError: there is no `search:`, or a value that it names does not fit.
        DataError: the data cannot be used, or have no validation part of their own.
        Interrupted: Ctrl-C; the same command goes on.
        RunError: no trial ended, or the folder cannot be written.
    """
    loaded = load(config, overrides=overrides, smoke=False)
    section = _section_of(loaded)
    plain = fixed(load_config(loaded, overrides=["search=null"]), runs=runs)
    home = Path(runs) / f"{plain.config.name}-search"
    folder, place = home / FOLDER, Place(home / CACHE, watch.on_message)
    _check_extremes(plain, section, place)
    monitor, grows = _monitor(plain, place)
    told_apart = {**loaded.document.values, "search": section.model_dump()["parameters"]}
    seed = plain.config.seed
    with open_study(folder, section, config=told_apart, grows=grows, seed=seed) as study:
        if back := study.take_back():
            watch.on_message(f"tried again, since their process is gone: {counted(back, 'trial')}")
        _try_all(study, plain, monitor, runs=runs, place=place, on_trial=on_trial)
        return _conclude(
            study, plain, monitor, runs=runs, final=final, watch=watch, command=command
        )


def _section_of(loaded: LoadedConfig) -> SearchSection:
    if (section := loaded.config.search) is None:
        example = "search: {parameters: {training.batch_size: [16, 32, 64]}}"
        message = f"there is nothing to search: say which keys to try, as in\n{example}"
        raise ConfigError([loaded.problem(("search",), message)])
    return section


def _check_extremes(plain: LoadedConfig, section: SearchSection, place: Place) -> None:
    """Refuse keys and values that do not fit, before an hour has gone into those that do."""
    for path, one in section.parameters.items():
        for value in one.extremes:
            check(load_config(plain, overrides=_assignments({path: value})), place=place)


def _monitor(plain: LoadedConfig, place: Place) -> tuple[str, bool]:
    """What trials are compared by, and whether more of it is better."""
    ready = read(plain, place)
    dataset = ready.dataset
    if dataset.validation is None or dataset.validation is dataset.test:
        where = "has no validation part" if dataset.validation is None else "is the test part"
        raise DataError(
            f"a search compares trials on a validation part of their own, but here it {where}: "
            "set data: {split: {validation: 0.1}}"
        )
    setup = prepare(ready)
    if not setup.monitor.startswith(VALIDATION_PREFIX):
        raise DataError(
            f"early_stopping watches {setup.monitor}, which training itself makes small: watch "
            "one of validation"
        )
    return setup.monitor, setup.monitor_grows


def _assignments(values: Mapping[str, Any]) -> list[str]:
    return [f"{path}={json.dumps(value)}" for path, value in values.items()]


def _try_all(
    study: Study,
    plain: LoadedConfig,
    monitor: str,
    *,
    runs: str | Path,
    place: Place,
    on_trial: Callable[[TrialResult], None],
) -> None:
    """Train until the budget is used up."""
    section, began = study.section, time.monotonic()
    while study.begun < section.trials:
        if section.minutes is not None and time.monotonic() - began > 60 * section.minutes:
            return
        trial = study.ask()
        try:
            on_trial(_try(study, trial, plain, monitor, runs=runs, place=place))
        except Interrupted as error:
            study.give_back(trial)
            message = (
                f"stopped in trial {trial.number}, which will be tried again; the same command"
            )
            raise Interrupted(f"{message} goes on", exit_code=error.exit_code) from None
        finally:
            keras.utils.clear_session()  # some of what a trial built would stay
            gc.collect()


def _try(
    study: Study,
    trial: optuna.Trial,
    plain: LoadedConfig,
    monitor: str,
    *,
    runs: str | Path,
    place: Place,
) -> TrialResult:
    """One training."""
    began, pruner = time.monotonic(), _Pruner(trial, monitor)
    score, ended = None, "completed"
    try:
        name = f"name={plain.config.name}-search"
        loaded = load_config(plain, overrides=[*_assignments(trial.params), name])
        watch = Watch([pruner] if study.section.prune else [])
        ready = started(_without_test(read(loaded, place)), runs=runs)
        run = train_ready(ready, runs=runs, watch=watch)
        trial.set_user_attr(RUN, run.name)
        stopping = loaded.config.training.early_stopping
        score = _score(run, monitor, stopping, grows=study.grows)
        ended = "pruned" if pruner.pruned else ended
    except (ConfigError, DataError, DivergedError) as error:
        ended = str(error).splitlines()[0]
    study.tell(trial, score, pruned=pruner.pruned)
    best = study.best
    return TrialResult(
        number=trial.number,
        values=dict(trial.params),
        score=score,
        seconds=time.monotonic() - began,
        ended=ended,
        is_best=best is not None and best.number == trial.number,
    )


def _without_test(ready: Ready) -> Ready:
    """The data without the part that the search must not see."""
    return dataclasses.replace(ready, dataset=dataclasses.replace(ready.dataset, test=None))


def _score(run: Run, monitor: str, stopping: EarlyStopping | None, *, grows: bool) -> float:
    """Of the weights that the run has in the end."""
    values = [row[monitor] for row in run.read_history()]
    if stopping is None or not stopping.restore_best_weights:
        return values[-1]
    return max(values) if grows else min(values)


class _Pruner(keras.callbacks.Callback):
    """Ends a trial that does worse than most did after as many epochs."""

    def __init__(self, trial: optuna.Trial, monitor: str) -> None:
        super().__init__()
        self.trial = trial
        self.monitor = monitor
        self.pruned = False

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        value = (logs or {}).get(self.monitor, math.nan)
        if not math.isfinite(value):
            return
        self.trial.report(value, epoch)
        if self.trial.should_prune():
            self.pruned = True
            self.model.stop_training = True


def _conclude(
    study: Study,
    plain: LoadedConfig,
    monitor: str,
    *,
    runs: str | Path,
    final: bool,
    watch: Watch,
    command: Sequence[str] | None,
) -> SearchResult:
    """Write the best config and the plot; train that config."""
    best, folder = study.best, study.folder
    if best is None or best.value is None:
        raise RunError(
            f"{folder}: none of {counted(study.begun, 'trial')} ran to its end: give `search:` "
            "other values, or more trials"
        )
    found = f"the best of {counted(len(study.trials), 'trial')} by {monitor}"
    path = folder / "best.yaml"
    chosen = load_config(plain, overrides=_assignments(best.params))
    header = f"# Found by rnnkit search: {found}, {best.value:.6g}.\n"
    write_text(path, header + dump_document(chosen.document.values))
    plot_search(
        [(trial.number, trial.user_attrs[VALUE]) for trial in study.trials],
        study.importances,
        folder / "search.svg",
        monitor=monitor,
        grows=study.grows,
    )
    run = None
    if final:
        place = Place(Path(runs) / plain.config.name / CACHE, watch.on_message)
        note = f"{found} of a search that did not see the test part"
        ready = started(read(load(path, overrides=(), smoke=False), place), runs=runs)
        run = train_ready(ready, runs=runs, watch=watch, command=command, notes=[note])
    return SearchResult(monitor, study.table, study.importances, path, folder, run)
