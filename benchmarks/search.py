"""`python -m benchmarks.search`: `rnnkit search` beside random search, with the same trials.

Two embedded sets, several seeds. What is compared is the best validation loss after so many trials
and what the best config's own run reaches on the test part, which no trial has seen.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Sequence
from typing import Any

import click

from benchmarks.machine import describe_machine, git_commit
from rnnkit import load
from rnnkit.workflows.search import SearchResult, search

SETS: dict[str, tuple[str, list[str]]] = {
    "sunspots": (
        "rmse",
        [
            "training.epochs=40",
            "search.parameters={model.layers.0.gru.units: {low: 2, high: 64, log: true},"
            " data.lookback: {low: 2, high: 40},"
            " training.batch_size: [8, 16, 32, 64],"
            " training.optimizer.learning_rate: {low: 1e-4, high: 1e-1, log: true}}",
        ],
    ),
    "digits": (
        "nats_per_sequence",
        [
            "data.split.validation=0.2",
            "data.limit=2000",
            "training.epochs=3",
            "search.parameters={model.layers.0.gru.units: {low: 4, high: 64, log: true},"
            " training.batch_size: [16, 32, 64, 128],"
            " training.optimizer.learning_rate: {low: 1e-4, high: 1e-1, log: true},"
            " training.optimizer.global_clipnorm: {low: 0.1, high: 10.0, log: true}}",
        ],
    ),
}


@click.command()
@click.option("--trials", type=click.IntRange(2), default=30, show_default=True)
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--sets", default=",".join(SETS), show_default=True, metavar="NAMES")
def main(trials: int, seeds: int, sets: str) -> None:
    """Search each set with TPE and at random, each with every seed."""
    rows = [
        _searched(name, trials=trials, seed=seed, random=random)
        for name in sets.split(",")
        for seed in range(seeds)
        for random in (False, True)
    ]
    result = {
        "machine": describe_machine("cpu"),
        "git_commit": git_commit(),
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "rows": rows,
        "means": {
            f"{name}, {'random' if random else 'TPE'}": _means(
                [row for row in rows if row["set"] == name and row["random"] == random]
            )
            for name in sets.split(",")
            for random in (False, True)
        },
    }
    click.echo(json.dumps(result, indent=2))


def _searched(name: str, *, trials: int, seed: int, random: bool) -> dict[str, Any]:
    """One search in a folder of its own."""
    score, overrides = SETS[name]
    budget = [f"search.trials={trials}", f"search.random={str(random).lower()}", f"seed={seed}"]
    with tempfile.TemporaryDirectory(prefix="search-") as runs:
        found = search(name, overrides=[*overrides, *budget], runs=runs)
        assert found.run is not None
        evaluation = load(found.run.path).evaluate()
        row = {
            "set": name,
            "random": random,
            "seed": seed,
            "monitor": found.monitor,
            **{f"best after {n}": _best(found, n) for n in (trials // 3, 2 * trials // 3, trials)},
            "pruned": sum(trial.pruned for trial in found.trials),
            f"test {score}": getattr(evaluation, score),
            "values": found.trials[0].values,
        }
    click.echo(json.dumps(row), err=True)
    return row


def _best(found: SearchResult, trials: int) -> float | None:
    """The least loss of the first trials that ran to their end."""
    ended = [t.score for t in found.trials if t.number < trials and not t.pruned]
    return min(ended, default=None)


def _means(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    names = [name for name in rows[0] if name.startswith(("best after", "test"))]
    return {name: statistics.mean(row[name] for row in rows) for name in names}


if __name__ == "__main__":
    main()
