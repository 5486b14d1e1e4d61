"""`python -m benchmarks.workers`: what a training step takes with 1, 2 and 4 workers of a machine.

An LSTM is trained by `rnnkit train` and by `rnnkit launch`, with the same global batch in the same
shards, for every number of units: more units, larger gradients to exchange. A step's time is the
median of the epochs' in history.csv, by the steps of an epoch; the first, which compiles, is left
out. A repetition gives each number of workers its turn, so that a slow minute meets all of them.
"""

from __future__ import annotations

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import click
import numpy as np

from benchmarks.machine import ROOT, describe_machine, git_commit

STEPS, FEATURES, CLASSES = 28, 28, 10  # T, F, C
BATCH = 64
UPDATES, EPOCHS = 20, 6  # updates an epoch, and epochs, the first of which compiles


@click.command()
@click.option("--workers", "counts", default="1,2,4", show_default=True, help="How many, each.")
@click.option("--units", "sizes", default="64,128,512", show_default=True, help="Of the LSTM.")
@click.option("--repetitions", type=click.IntRange(1), default=3, show_default=True)
def main(counts: str, sizes: str, repetitions: int) -> None:
    """Measure a training step's time beside the number of workers and the gradient's size."""
    workers = [int(count) for count in counts.split(",")]
    with tempfile.TemporaryDirectory(prefix="workers-") as name:
        folder = Path(name)
        write_data(folder)
        result = {
            "machine": describe_machine("cpu"),
            "git_commit": git_commit(),
            "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "batch_size": BATCH,
            "shards": max(workers),
            "networks": [
                _network(folder, int(units), workers, repetitions) for units in sizes.split(",")
            ],
        }
    click.echo(json.dumps(result, indent=2))


def write_data(folder: Path) -> None:
    """Write data.npz, an epoch of examples."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((UPDATES * BATCH, STEPS, FEATURES), np.float32)
    np.savez(folder / "data.npz", x_train=x, y_train=rng.integers(0, CLASSES, len(x)))


def _network(folder: Path, units: int, workers: list[int], repetitions: int) -> dict[str, Any]:
    """The milliseconds of a step for each number of workers, and the ratios to the first."""
    config = write_config(folder, units, shards=max(workers))
    turns = [{count: step_time(config, count) for count in workers} for _ in range(repetitions)]
    parameters = 4 * units * (FEATURES + units + 1) + CLASSES * (units + 1)
    return {
        "units": units,
        "gradient_megabytes": 4 * parameters / 1e6,
        "milliseconds": {count: _spread([turn[count] for turn in turns]) for count in workers},
        "ratio": {
            count: _spread([turn[count] / turn[workers[0]] for turn in turns])
            for count in workers[1:]
        },
    }


def write_config(folder: Path, units: int, *, shards: int) -> Path:
    """Write a config of one LSTM beside data.npz; gives its path."""
    values = {
        "version": 1,
        "name": "workers",
        "task": "classification",
        "device": "cpu",
        "data": {"source": "data.npz"},
        "model": {"layers": [{"lstm": {"units": units}}, {"dense": {"units": CLASSES}}]},
        "training": {
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "shards": shards,
            "optimizer": "adam",
        },
    }
    config = folder / f"units-{units}.yaml"
    config.write_text(json.dumps(values), encoding="utf-8")
    return config


def step_time(config: Path, workers: int) -> float:
    """Milliseconds of a step; a new training every time."""
    verb = ["train"] if workers == 1 else ["launch", "--workers", str(workers)]
    with tempfile.TemporaryDirectory(dir=config.parent) as runs:
        command = [sys.executable, "-m", "rnnkit", *verb, str(config), "--runs", runs]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise click.ClickException(f"{workers} workers: {done.stderr}")
        with (Path(runs) / "workers" / "latest" / "history.csv").open() as file:
            seconds = [float(row["seconds"]) for row in csv.DictReader(file)]
    click.echo(f"{config.stem}, workers {workers}: done", err=True)
    return 1000 * statistics.median(seconds[1:]) / UPDATES


def _spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


if __name__ == "__main__":
    main()
