"""`rnnkit train --seeds N` and `--folds K`: one config, several runs -> how much is luck."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.errors import DataError, Interrupted, RunError
from rnnkit.reports.evaluation import Evaluation
from rnnkit.run import Run
from rnnkit.training.lines import larger_is_better
from rnnkit.workflows.begin import fixed
from rnnkit.workflows.check import ConfigSource, load
from rnnkit.workflows.evaluate import read_evaluation
from rnnkit.workflows.train import train
from rnnkit.workflows.watch import UNWATCHED, Watch

_SPLIT = "data.split."
NOT_AVERAGED = ("p_value",)  # a mean of probabilities is none


@dataclasses.dataclass(frozen=True)
class Spread:
    """One number of the evaluation over N runs."""

    name: str
    values: tuple[float, ...]  # (N,) in the order of the runs
    baselines: tuple[float, ...] = ()  # (N,) of the best baseline, where it has this number

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    @property
    def deviation(self) -> float:
        """Of a sample: the sum of squares over N - 1."""
        return float(np.std(self.values, ddof=1))

    @property
    def baseline(self) -> float | None:
        """The mean of the baseline's."""
        return float(np.mean(self.baselines)) if self.baselines else None

    @property
    def better(self) -> int | None:
        """How many of the runs are better than the baseline."""
        if not self.baselines:
            return None
        sign = 1 if larger_is_better(self.name) else -1
        pairs = zip(self.values, self.baselines, strict=True)
        return sum(sign * value > sign * other for value, other in pairs)


@dataclasses.dataclass(frozen=True)
class Repeats:
    """N finished runs that differ in one value of the config alone."""

    title: str  # what they are, in a few words
    values: tuple[int, ...]
    runs: tuple[Run, ...]
    spreads: tuple[Spread, ...]


def train_seeds(
    config: ConfigSource,
    *,
    count: int,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    watch: Watch = UNWATCHED,
    on_run: Callable[[str, Run], None] | None = None,
    command: Sequence[str] | None = None,
) -> Repeats:
    """Train a config `count` times: with its seed and the ones after it, each in its own folder.

    Args:
        config: a YAML file, or the same structure as a dict.
        count: how many runs; at least 2.
        overrides: `key.path=value` texts, stronger than the file.
        runs: the folder under which the runs' own folders are made.
        watch: who follows every run.
        on_run: called with the seed, as `seed 3`, and the run after each.
        command: what the user typed, for run.json.

    Raises:
        ConfigError, DataError, DivergedError, Interrupted: as `train`, by the first run they stop.
        RunError: the first was not evaluated, so that there would be nothing to compare.
    """
    first = load(config, overrides=overrides, smoke=False).config.seed
    seeds = tuple(range(first, first + count))
    title = f"{count} runs, seeds {seeds[0]} to {seeds[-1]}"
    each = _Each(config, overrides, "seed", seeds, "seed", runs, watch, on_run, command)
    return each.train(title)


def train_folds(
    config: ConfigSource,
    *,
    count: int,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    watch: Watch = UNWATCHED,
    on_run: Callable[[str, Run], None] | None = None,
    command: Sequence[str] | None = None,
) -> Repeats:
    """Train a config once for each of `count` folds, which it is tested on: cross-validation.

    The arguments are those of `train_seeds`; a share of the config for a test part gives way.

    Raises:
        DataError: the task's data are not examples that can be dealt out, or too few.
        As `train_seeds`.
    """
    loaded = load(config, overrides=overrides, smoke=False).config
    split: Any = getattr(loaded.data, "split", None)
    if not hasattr(split, "folds"):
        raise DataError(
            f"--folds deals out examples with an answer each, which task: {loaded.task} does not "
            "have: --seeds repeats it"
        )
    given = [f"data.split.folds={count}", "data.split.fold=1"]
    given += [] if split.test is None else ["data.split.test=null"]
    title = f"{count} folds, each of which was the test part once"
    folds, key = tuple(range(1, count + 1)), "data.split.fold"
    overrides = (*overrides, *given)
    each = _Each(config, overrides, "fold", folds, key, runs, watch, on_run, command)
    return each.train(title)


@dataclasses.dataclass(frozen=True)
class _Each:
    """One config, to be trained with several values of one key."""

    config: ConfigSource
    overrides: Sequence[str]  # of all
    name: str  # of the value, for people
    values: tuple[int, ...]
    key: str
    runs: str | Path
    watch: Watch
    on_run: Callable[[str, Run], None] | None
    command: Sequence[str] | None

    def train(self, title: str) -> Repeats:
        loaded = load(self.config, overrides=self.overrides, smoke=False)
        loaded = fixed(loaded, runs=self.runs)
        done, evaluations = [], []
        for value in self.values:
            try:
                run = train(
                    loaded,
                    overrides=[f"{self.key}={value}"],
                    runs=self.runs,
                    watch=self.watch,
                    command=self.command,
                )
            except Interrupted as error:
                text = f"{error}\n{self._left(value)}"
                raise Interrupted(text, exit_code=error.exit_code) from None
            done.append(run)
            if self.on_run is not None:
                self.on_run(f"{self.name} {value}", run)
            evaluation = read_evaluation(run)
            if evaluation is None:
                raise RunError(
                    "no data were held back, so nothing would compare the runs: set data: {split: "
                    "{validation: 0.1}}"
                )
            evaluations.append(evaluation)
        return Repeats(title, self.values, tuple(done), tuple(spreads(evaluations)))

    def _left(self, value: int) -> str:
        """What an interrupted series has done and not done."""
        index = self.values.index(value)
        before = ", ".join(map(str, self.values[:index]))
        after = ", ".join(map(str, self.values[index + 1 :]))
        text = f"It was {self.name} {value}; finished: {before or 'none'}"
        shared = [s for s in self.overrides if s.startswith(_SPLIT) and s.split("=")[0] != self.key]
        again = " ".join(f"--set {setting}" for setting in (*shared, f"{self.key}=N"))
        return f"{text}; for {after} start with {again}" if after else text


def spreads(evaluations: Sequence[Evaluation]) -> list[Spread]:
    """The measured numbers, floats, that every run has."""
    everyone = [evaluation.numbers for evaluation in evaluations]
    beside = [evaluation.baseline_numbers for evaluation in evaluations]
    found = []
    for name in everyone[0]:
        values = _floats([numbers.get(name) for numbers in everyone])
        if values and name not in NOT_AVERAGED:
            baselines = _floats([numbers.get(name) for numbers in beside])
            found.append(Spread(name, values, baselines))
    return found


def _floats(values: Sequence[float | None]) -> tuple[float, ...]:
    """All of them, or none where one is missing or is a count."""
    found = tuple(value for value in values if isinstance(value, float))
    return found if len(found) == len(values) else ()
