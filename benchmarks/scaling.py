"""`python -m benchmarks.scaling`: how time and memory grow with each size of a training.

One size at a time is changed, the others stay as they are in BASE. A point is a process of its
own, so its peak is its own. Slopes are those of a line through the logarithms: with a slope of 1
twice the size takes twice as much. Beside each stands the slope of the arithmetic (`flops.py`).
"""

from __future__ import annotations

import dataclasses
import json
import math
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks import large_data, workers
from benchmarks.__main__ import RESULTS, TRIALS, WIDTH, say
from benchmarks.contenders import ENTRIES
from benchmarks.curves import Point, faster_than_arithmetic, plot_curves, slopes_of
from benchmarks.flops import sample_flops
from benchmarks.machine import describe_machine, file_stem, git_commit
from benchmarks.rows import Network, Row
from benchmarks.worker import Worker

BASE = Row(
    "scaling",
    "LSTM 128 tanh, T=100 F=16, batch 32",
    "train",
    Network("lstm", 1, units=128, activation="tanh", steps=100, inputs=16, outputs=10),
    "signals",
    batch=32,
    steps=5,
)
SIZES: Mapping[str, tuple[int, ...]] = {
    "T": (28, 100, 300, 1000, 3000),
    "H": (32, 64, 128, 256, 512, 1024),
    "batch": (1, 4, 16, 64, 256, 1024),
    "examples": (1_000, 10_000, 100_000, 1_000_000, 10_000_000),
    "workers": (1, 2, 4),
}
SMALL: Mapping[str, tuple[int, ...]] = {
    "T": (28, 56),
    "H": (16, 32),
    "batch": (2, 4),
    "examples": (500, 1000),
    "workers": (1, 2),
}
TURNS = 3  # of a point, of which the fastest counts


@click.command()
@click.option("--axes", default=",".join(SIZES), show_default=True, help="What is changed.")
@click.option("--sizes", help="Of a single axis: 100,1000.")
@click.option("--quick", is_flag=True, help="See that everything runs; the numbers mean nothing.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder of the results.")
def main(axes: str, sizes: str | None, quick: bool, output: Path | None) -> None:
    """Draw time and memory against each size; writes scaling-<machine>.json and .png."""
    chosen = {axis: (SMALL if quick else SIZES)[axis] for axis in _axes(axes)}
    if sizes is not None:
        if len(chosen) != 1:
            raise click.UsageError("--sizes is for one axis: name it with --axes")
        chosen = dict.fromkeys(chosen, tuple(int(size) for size in sizes.split(",")))
    curves = {axis: list(measure(axis, values)) for axis, values in chosen.items()}
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDTH
    console.print(curves_table(curves))
    folder = output or (TRIALS if quick or sizes is not None else RESULTS)
    folder.mkdir(parents=True, exist_ok=True)
    machine = describe_machine("cpu")
    path = folder / f"scaling-{file_stem(machine)}.json"
    result = {
        "machine": machine,
        "git_commit": git_commit(),
        "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "base": BASE.title,
        "curves": {axis: _values(points) for axis, points in curves.items()},
    }
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    plot_curves(curves, path.with_suffix(".png"), title=BASE.title)
    say(f"written: {path} and {path.with_suffix('.png').name}")


def measure(axis: str, sizes: Sequence[int]) -> Iterator[Point]:
    """A point a size, the smallest first."""
    for size in sorted(sizes):
        point = _MEASURES[axis](size)
        memory = "" if point.bytes is None else f", {point.bytes / 1e6:,.0f} MB"
        say(f"{axis} {size:,}: {point.seconds:.3g} s{memory}")
        yield point


def curves_table(curves: Mapping[str, Sequence[Point]]) -> Table:
    """An axis a line: its slopes, and where time outgrows its arithmetic."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("from - to", no_wrap=True)
    for head in ("time", "arithmetic", "memory"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("faster than its arithmetic", overflow="fold")
    for axis, points in curves.items():
        where = (
            f"{a:,} - {b:,}: {t:.2f} for {n:.2f}" for a, b, t, n in faster_than_arithmetic(points)
        )
        table.add_row(
            axis,
            f"{points[0].size:,} - {points[-1].size:,}",
            *("" if math.isnan(s) else f"{s:.2f}" for s in slopes_of(points).values()),
            "; ".join(where) or "nowhere",
        )
    return table


def _values(points: Sequence[Point]) -> dict[str, Any]:
    return {
        "points": [dataclasses.asdict(point) for point in points],
        "slopes": slopes_of(points),
        "faster_than_arithmetic": faster_than_arithmetic(points),
    }


def _axes(names: str) -> list[str]:
    found = [name.strip() for name in names.split(",") if name.strip()]
    for name in found:
        if name not in SIZES:
            raise click.UsageError(f"there is no axis '{name}'; there are {', '.join(SIZES)}")
    return found


def _step(size: int, row: Row) -> Point:
    """A training step of a row that has this size."""
    [entry] = [entry for entry in ENTRIES if entry.name == "rnnkit"]
    with Worker(entry, row, device="cpu") as worker:
        before = worker.memory().host_bytes
        worker.prepare()
        seconds = min(worker.run(row.steps).measures["seconds"] for _ in range(TURNS)) / row.steps
        held = worker.memory().host_bytes - before
    return Point(size, seconds, held, float(sample_flops(row) * row.batch))


def _steps(size: int) -> Point:
    network = dataclasses.replace(BASE.network, steps=size)
    return _step(size, dataclasses.replace(BASE, network=network))


def _units(size: int) -> Point:
    network = dataclasses.replace(BASE.network, units=size)
    return _step(size, dataclasses.replace(BASE, network=network))


def _batch(size: int) -> Point:
    return _step(size, dataclasses.replace(BASE, batch=size))


def _examples(size: int) -> Point:
    """An epoch over so many examples on the disk, by a process that trains."""
    with tempfile.TemporaryDirectory(prefix="scaling-") as name:
        config = large_data.write_trial(
            Path(name), examples=size, sides=(4, 4), units=8, batch=256, epochs=2
        )
        found = large_data.watched("train", config)  # the second epoch, which compiles nothing
    return Point(size, found["epoch_seconds"], 1e6 * found["most_megabytes"]["RssAnon"], size)


def _workers(size: int) -> Point:
    """A step of so many workers that share this machine's cores, and so the same arithmetic."""
    with tempfile.TemporaryDirectory(prefix="scaling-") as name:
        workers.write_data(Path(name))
        config = workers.write_config(Path(name), BASE.network.units, shards=max(SIZES["workers"]))
        seconds = workers.step_time(config, size) / 1000
    return Point(size, seconds, None, 1.0)


_MEASURES: Mapping[str, Callable[[int], Point]] = {
    "T": _steps,
    "H": _units,
    "batch": _batch,
    "examples": _examples,
    "workers": _workers,
}

if __name__ == "__main__":
    main()
