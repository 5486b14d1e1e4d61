"""`rnnkit train --seeds N`: one config, several seeds -> how much of a result is luck."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from rnnkit.errors import Interrupted, RunError
from rnnkit.reports.evaluation import Evaluation
from rnnkit.runs import Run
from rnnkit.training.lines import larger_is_better
from rnnkit.workflows.check import ConfigSource, load
from rnnkit.workflows.evaluate import read_evaluation
from rnnkit.workflows.train import train
from rnnkit.workflows.watch import UNWATCHED, Watch

NOT_AVERAGED = ("p_value",)  # a mean of probabilities is none


@dataclasses.dataclass(frozen=True)
class Spread:
    """One number of the evaluation over N runs."""

    name: str
    values: tuple[float, ...]  # (N,) in the order of the seeds
    baseline: float | None  # of the best baseline, where it has this number

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    @property
    def deviation(self) -> float:
        """Of a sample: the sum of squares over N - 1."""
        return float(np.std(self.values, ddof=1))

    @property
    def better(self) -> int | None:
        """How many of the runs are better than the baseline."""
        if self.baseline is None:
            return None
        sign = 1 if larger_is_better(self.name) else -1
        return sum(sign * value > sign * self.baseline for value in self.values)


@dataclasses.dataclass(frozen=True)
class SeedRuns:
    """N finished runs that differ in their seeds alone."""

    seeds: tuple[int, ...]
    runs: tuple[Run, ...]
    spreads: tuple[Spread, ...]


def train_seeds(
    config: ConfigSource,
    *,
    count: int,
    overrides: Sequence[str] = (),
    runs: str | Path = "runs",
    watch: Watch = UNWATCHED,
    on_run: Callable[[int, Run], None] | None = None,
    command: Sequence[str] | None = None,
) -> SeedRuns:
    """Train a config `count` times: with its seed and the ones after it, each in its own folder.

    Args:
        config: a YAML file, or the same structure as a dict.
        count: how many runs; at least 2.
        overrides: `key.path=value` texts, stronger than the file.
        runs: the folder under which the runs' own folders are made.
        watch: who follows every run.
        on_run: called with the seed and the run after each.
        command: what the user typed, for run.json.

    Raises:
        ConfigError, DataError, DivergedError, Interrupted: as `train`, by the first run they stop.
        RunError: the first was not evaluated, so that there would be nothing to compare.
    """
    loaded = load(config, overrides=overrides, smoke=False)
    first = loaded.config.seed
    seeds = tuple(range(first, first + count))
    done, evaluations = [], []
    for seed in seeds:
        try:
            run = train(
                loaded,
                overrides=[f"seed={seed}"],
                runs=runs,
                watch=watch,
                command=command,
            )
        except Interrupted as error:
            raise Interrupted(f"{error}\n{_left(seed, seeds)}", exit_code=error.exit_code) from None
        done.append(run)
        if on_run is not None:
            on_run(seed, run)
        evaluation = read_evaluation(run)
        if evaluation is None:
            raise RunError(
                "no data were held back, so nothing would compare the runs: set data: {split: "
                "{validation: 0.1}}"
            )
        evaluations.append(evaluation)
    return SeedRuns(seeds, tuple(done), tuple(spreads(evaluations)))


def _left(seed: int, seeds: Sequence[int]) -> str:
    """What an interrupted series has done and not done."""
    before = ", ".join(map(str, range(seeds[0], seed)))
    after = ", ".join(map(str, range(seed + 1, seeds[-1] + 1)))
    text = f"It was seed {seed}; finished: {before or 'none'}"
    return f"{text}; for {after} start with --set seed=N" if after else text


def spreads(evaluations: Sequence[Evaluation]) -> list[Spread]:
    """The measured numbers, floats, that every run has."""
    baseline = evaluations[0].baseline_numbers
    everyone = [evaluation.numbers for evaluation in evaluations]
    found = []
    for name in everyone[0]:
        if name in NOT_AVERAGED:
            continue
        values = [numbers.get(name) for numbers in everyone]
        numbers = tuple(value for value in values if isinstance(value, float))
        if len(numbers) == len(values):
            found.append(Spread(name, numbers, baseline.get(name)))
    return found
