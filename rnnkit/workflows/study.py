"""A search as Optuna keeps it: which values were tried, by whom, and what came of them.

Everything is in one journal file, so several processes, on machines that share the folder, may
work on one search, and one that was killed leaves the others and its own past trials whole.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import os
import socket
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import optuna
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
from optuna.trial import FrozenTrial, TrialState

from rnnkit.config.search import Choices, Range, SearchSection
from rnnkit.errors import RunError
from rnnkit.training.lock import held, is_held

STARTUP = 5  # trials before one is pruned
WARMUP = 1  # epochs of a trial before it is pruned
GRACE = 60.0  # seconds that a process may take to say which trial is its own
HOLDER, RUN, VALUE = "holder", "run", "value"  # what is noted beside a trial
FINGERPRINT = "fingerprint"

optuna.logging.set_verbosity(optuna.logging.WARNING)


@dataclasses.dataclass(frozen=True)
class Trial:
    """A training that ended with a value."""

    number: int
    values: Mapping[str, Any]  # by key path
    score: float
    pruned: bool
    run: str  # its name


@dataclasses.dataclass(frozen=True)
class Study:
    """A search that was opened; see `open_study`."""

    study: optuna.Study
    section: SearchSection
    folder: Path
    holder: str  # the name of this process's lock file

    def ask(self) -> optuna.Trial:
        """The next trial: values that are likely to be good, noted as this process's."""
        trial = self.study.ask(distributions(self.section))
        trial.set_user_attr(HOLDER, self.holder)
        return trial

    def tell(self, trial: optuna.Trial, value: float | None, *, pruned: bool = False) -> None:
        """How a trial ended; None: it failed."""
        trial.set_user_attr(VALUE, value)
        if value is None:
            self.study.tell(trial, state=TrialState.FAIL)
        elif pruned:  # its values after each epoch are known already
            self.study.tell(trial, state=TrialState.PRUNED)
        else:
            self.study.tell(trial, value)

    def give_back(self, trial: optuna.Trial) -> None:
        """A trial that was stopped is tried again, by whoever asks next."""
        self.study.tell(trial, state=TrialState.FAIL)
        self.study.enqueue_trial(trial.params)

    def take_back(self) -> int:
        """Give back the trials whose process is gone; how many."""
        gone = [t for t in self.study.get_trials(states=(TrialState.RUNNING,)) if self._is_gone(t)]
        for trial in gone:
            self.study.tell(trial.number, state=TrialState.FAIL)
            self.study.enqueue_trial(trial.params)
        return len(gone)

    def _is_gone(self, trial: FrozenTrial) -> bool:
        holder = trial.user_attrs.get(HOLDER)
        if holder is None:
            began = trial.datetime_start
            return began is None or time.time() - began.timestamp() > GRACE
        return holder != self.holder and not is_held(self.folder / Path(holder).name)

    @property
    def grows(self) -> bool:
        """Whether more of the value is better."""
        return self.study.direction == optuna.study.StudyDirection.MAXIMIZE

    @property
    def trials(self) -> list[FrozenTrial]:
        """Those that ended with a value, pruned ones too."""
        return self.study.get_trials(states=(TrialState.COMPLETE, TrialState.PRUNED))

    @property
    def table(self) -> tuple[Trial, ...]:
        """The same, the best first, pruned ones last."""
        rows = [
            Trial(
                trial.number,
                trial.params,
                trial.user_attrs[VALUE],
                trial.state == TrialState.PRUNED,
                trial.user_attrs.get(RUN, ""),
            )
            for trial in self.trials
        ]
        return tuple(sorted(rows, key=lambda t: (t.pruned, -t.score if self.grows else t.score)))

    @property
    def begun(self) -> int:
        """How many count: all but those that were given back."""
        running = TrialState.RUNNING
        return sum(VALUE in t.user_attrs or t.state == running for t in self.study.get_trials())

    @property
    def best(self) -> FrozenTrial | None:
        """The best of those that ran to their end."""
        complete = self.study.get_trials(states=(TrialState.COMPLETE,))
        return self.study.best_trial if complete else None

    @property
    def importances(self) -> dict[str, float]:
        """How much of the difference between good and other trials each parameter makes, in all 1.

        PED-ANOVA (Watanabe et al. 2023). Empty for fewer than four trials.
        """
        complete = self.study.get_trials(states=(TrialState.COMPLETE,))
        if len(complete) < 4 or len({trial.value for trial in complete}) < 2:
            return {}
        evaluator = PedAnovaImportanceEvaluator()
        return dict(get_param_importances(self.study, evaluator=evaluator))


@contextlib.contextmanager
def open_study(
    folder: Path, section: SearchSection, *, config: Mapping[str, Any], grows: bool, seed: int
) -> Iterator[Study]:
    """Begin a search, or go on with the one in a folder, for as long as the body runs.

    Args:
        folder: where its journal is.
        section: what is tried.
        config: the config without its budget; another one's search is not gone on with.
        grows: whether more is better.
        seed: of what is drawn.

    Raises:
        RunError: the folder holds the search of another config, or cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    holder = f".{socket.gethostname()}-{os.getpid()}-{time.time_ns()}.lock"
    storage = JournalStorage(JournalFileBackend(str(folder / "journal.jsonl")))
    begun = len(storage.get_all_studies())
    tpe = optuna.samplers.TPESampler(seed=seed, constant_liar=True)
    study = optuna.create_study(
        storage=storage,
        study_name="search",
        direction="maximize" if grows else "minimize",
        sampler=optuna.samplers.RandomSampler(seed=seed) if section.random else tpe,
        pruner=optuna.pruners.MedianPruner(n_startup_trials=STARTUP, n_warmup_steps=WARMUP)
        if section.prune
        else optuna.pruners.NopPruner(),
        load_if_exists=True,
    )
    if begun:  # else a search that goes on would draw its first values again
        study.sampler.reseed_rng()
    _check_same(study, folder, config)
    with held(folder / holder):
        try:
            yield Study(study, section, folder, holder)
        finally:
            (folder / holder).unlink(missing_ok=True)


def _check_same(study: optuna.Study, folder: Path, config: Mapping[str, Any]) -> None:
    text = json.dumps(config, sort_keys=True, default=str)
    fingerprint = hashlib.sha256(text.encode()).hexdigest()
    known = study.user_attrs.get(FINGERPRINT)
    if known is None:
        study.set_user_attr(FINGERPRINT, fingerprint)
    elif known != fingerprint:
        raise RunError(
            f"{folder}: the search there was of another config: its trials do not compare with "
            "those of this one. Give this config another name, or delete that folder"
        )


def distributions(section: SearchSection) -> dict[str, BaseDistribution]:
    """The parameters as Optuna has them, by key path."""
    return {path: _distribution(one) for path, one in section.parameters.items()}


def _distribution(one: Range | Choices) -> BaseDistribution:
    if isinstance(one, Choices):
        return CategoricalDistribution(one.choices)
    if isinstance(one.low, int) and isinstance(one.high, int):
        return IntDistribution(one.low, one.high, log=one.log)
    return FloatDistribution(float(one.low), float(one.high), log=one.log)
