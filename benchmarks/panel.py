"""`python -m benchmarks.panel`: hourly series -> `rnnkit init`, unedited, `train`, and its MASE.

400 series of 700 to 960 hours, levels from 10 to 100,000, days and weeks of many shapes, trends and
noise that goes on for a while; 48 hours ahead, the last 48 of each series held back.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import click
import numpy as np

import rnnkit
from benchmarks.data import SEED
from benchmarks.machine import describe_machine, git_commit
from rnnkit.data.look.asked import Asked
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.workflows.init import init

HORIZON = 48


@click.command()
@click.option("--series", type=click.IntRange(10), default=400, show_default=True)
def main(series: int) -> None:
    """Write the panel, let `init` look at it, and train what it wrote."""
    with tempfile.TemporaryDirectory(prefix="panel-") as name:
        folder = Path(name)
        write_panel(folder / "panel.csv", series)
        began = time.monotonic()
        init(str(folder / "panel.csv"), Asked(horizon=HORIZON), output=folder / "panel.yaml")
        looked = time.monotonic() - began
        run = rnnkit.train(folder / "panel.yaml", runs=folder / "runs")
        evaluation = rnnkit.evaluate(run)
        assert isinstance(evaluation, ForecastEvaluation)
        [target] = evaluation.targets
        result = {
            "machine": describe_machine("cpu"),
            "git_commit": git_commit(),
            "init_seconds": round(looked, 1),
            "train_seconds": run.read_metadata().get("seconds"),
            "mase": target.mase,
            "baselines": {name: one.mase for name, one in target.baselines.items()},
            "sentence": target.sentence,
        }
    click.echo(json.dumps(result, indent=2))


def write_panel(path: Path, series: int) -> None:
    """A row a step: series, step, value."""
    rng = np.random.default_rng(SEED)
    with path.open("w", encoding="utf-8") as file:
        file.write("series,step,value\n")
        for number in range(series):
            values = _series(rng, int(rng.integers(700, 961)))
            rows = (f"H{number},{step},{value:.5g}\n" for step, value in enumerate(values, 1))
            file.writelines(rows)


def _series(rng: np.random.Generator, hours: int) -> list[float]:
    t = np.arange(hours)

    def wave(period: int, low: float, high: float) -> np.ndarray:
        phase, size = rng.uniform(), rng.uniform(low, high)
        return size * np.sin(2 * np.pi * (t / period + phase))

    shape = 1 + wave(24, 0.1, 0.5) + wave(12, 0.0, 0.2) + wave(168, 0.0, 0.3)
    shape += rng.normal(0, 0.3) * t / hours
    shocks, noise = rng.normal(0, 0.03, hours), 0.0
    for hour in range(hours):
        noise = 0.7 * noise + shocks[hour]
        shape[hour] += noise
    level = 10 ** rng.uniform(1, 5)
    values: list[float] = (level * np.maximum(0.05, shape)).tolist()
    return values


if __name__ == "__main__":
    main()
