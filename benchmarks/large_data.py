"""`python -m benchmarks.large_data`: training on data that stay on disk, its memory and its speed.

Two measurements on one generated file. Memory: a process trains one epoch over all of it, and
what it holds is read from /proc ten times a second. Speed: another process has the same rows on
disk and in memory, and times blocks of the same training steps in turn, so that a slow minute of
the machine meets both; once more with the system's cache of the file emptied before each block.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.lib import format as npy

from benchmarks.machine import ROOT, describe_machine, git_commit

STEPS, FEATURES, CLASSES = 100, 64, 4  # T, F, C: 25.6 kB an example
BATCH = 64
BLOCK, REPETITIONS = 40, 9  # training steps, and turns
WARM_UP = 200  # batches among which each shape is
ALWAYS = 1 << 60  # so small a share of the memory that every array stays on disk
SPARE = 1.1  # of the file's size, so much must be free
ROW, TOKENS, KINDS = 78, 20, 300  # bytes of a row of a log, rows of a sequence, different tokens


@click.command()
@click.option("--gigabytes", type=float, default=8.0, show_default=True)
@click.option("--units", type=int, default=32, show_default=True, help="Of the LSTM.")
@click.option("--folder", type=click.Path(path_type=Path), help="Where the file is made.")
@click.option("--log", is_flag=True, help="An event log, a token a row, in place of arrays.")
@click.option("--race-only", is_flag=True, help="Leave out the epoch over all of it.")
@click.option("--child", hidden=True, type=click.Choice(["train", "race"]))
@click.argument("config", required=False, type=click.Path(path_type=Path), metavar="")
def main(
    gigabytes: float,
    units: int,
    folder: Path | None,
    log: bool,
    race_only: bool,
    child: str | None,
    config: Path | None,
) -> None:
    """Measure training on a generated file of this size, which is deleted at the end."""
    if child is not None and config is not None:
        {"train": _train, "race": _race}[child](config)
        return
    parent = Path(folder or tempfile.gettempdir())
    free = shutil.disk_usage(parent).free
    if free < SPARE * gigabytes * 1e9:
        raise click.ClickException(f"{parent}: {free / 1e9:.1f} GB are free")
    with tempfile.TemporaryDirectory(dir=parent, prefix="large-data-") as name:
        examples = int(gigabytes * 1e9) // (ROW * TOKENS if log else 4 * STEPS * FEATURES)
        if log:
            path = write_log(Path(name), sequences=examples, units=units)
        else:
            path = write_trial(Path(name), examples=examples, sides=(STEPS, FEATURES), units=units)
        result = {
            "machine": describe_machine("cpu"),
            "git_commit": git_commit(),
            "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "examples": examples,
            "gigabytes": next(Path(name).glob("data.*")).stat().st_size / 1e9,
            "units": units,
            "training": None if race_only else watched("train", path),
            "race": watched("race", path),
        }
    click.echo(json.dumps(result, indent=2))


def write_trial(
    folder: Path,
    *,
    examples: int,
    sides: tuple[int, int],
    units: int,
    batch: int = BATCH,
    epochs: int = 1,
) -> Path:
    """Write config.yaml, of an LSTM, and its data.npz, examples of `sides` (T, F).

    Returns:
        The config's path.
    """
    _write_data(folder / "data.npz", examples, sides)
    values = {
        "version": 1,
        "name": "large",
        "task": "classification",
        "device": "cpu",
        "data": {"source": "data.npz", "scale": "standard"},
        "model": {"layers": [{"lstm": {"units": units}}, {"dense": {"units": CLASSES}}]},
        "training": {"epochs": epochs, "batch_size": batch, "optimizer": "adam"},
    }
    config = folder / "config.yaml"
    config.write_text(json.dumps(values), encoding="utf-8")
    return config


def write_log(folder: Path, *, sequences: int, units: int) -> Path:
    """Write config.yaml, of a GRU, and its data.csv, whose rows are in no order.

    Returns:
        The config's path.
    """
    import duckdb

    duckdb.sql(
        f"COPY (SELECT 'user-' || hash(7919 * i) % {sequences} AS user, "
        f"'action ' || floor(pow(random(), 3) * {KINDS})::INT AS action, "
        "TIMESTAMP '2024-01-01' + INTERVAL (3 * i + (hash(i) % 100000)::BIGINT) SECOND AS time, "
        "'some more that nobody reads ' || i AS other "
        f"FROM range({sequences * TOKENS}) AS rows(i)) TO '{folder / 'data.csv'}'"
    )
    columns = {"token": "action", "sequence": "user", "time": "time"}
    values = {
        "version": 1,
        "name": "large",
        "task": "next_token",
        "device": "cpu",
        "data": {"source": "data.csv", "level": "item", **columns},
        "model": {
            "layers": [{"embedding": {"output_dim": 16}}, {"gru": {"units": units}}, "dense"]
        },
        "training": {"epochs": 1, "batch_size": BATCH, "optimizer": "adam", "sample": None},
    }
    config = folder / "config.yaml"
    config.write_text(json.dumps(values), encoding="utf-8")
    os.sync()
    return config


def _write_data(path: Path, examples: int, sides: tuple[int, int]) -> None:
    """An uncompressed .npz of float32: each class has a template, which lies under noise."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, CLASSES, examples).astype(np.int32)
    templates = rng.normal(size=(CLASSES, *sides)).astype(np.float32)
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("x_train.npy", "w", force_zip64=True) as file:
            header = {"descr": "<f4", "fortran_order": False, "shape": (examples, *sides)}
            npy.write_array_header_1_0(file, header)
            for start in range(0, examples, 4096):
                classes = y[start : start + 4096]
                noise = rng.standard_normal((len(classes), *sides), np.float32)
                file.write((templates[classes] + noise).tobytes())
        with archive.open("y_train.npy", "w") as file:
            npy.write_array(file, y)
    os.sync()  # the system can only forget what is on the disk


def watched(child: str, config: Path) -> dict[str, Any]:
    """What a child process measured, and the most memory that it held, in MB."""
    arguments = [sys.executable, "-m", "benchmarks.large_data", "--child", child, str(config)]
    process = subprocess.Popen(arguments, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    most = {"VmRSS": 0.0, "RssAnon": 0.0, "RssFile": 0.0}
    while process.poll() is None:
        for name, value in _memory(process.pid):
            most[name] = max(most.get(name, 0.0), value)
        time.sleep(0.1)
    output = process.communicate()[0]
    if process.returncode:
        raise click.ClickException(f"the process that was to {child} failed")
    return {**json.loads(output.splitlines()[-1]), "most_megabytes": most}


def _memory(pid: int) -> Iterator[tuple[str, float]]:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:  # it has just ended
        return
    for line in text.splitlines():
        name, _, value = line.partition(":")
        if name in {"VmRSS", "RssAnon", "RssFile"}:
            yield name, int(value.split()[0]) * 1024 / 1e6


def _train(config: Path) -> None:
    import rnnkit
    from rnnkit.data import ram as memory

    memory.SHARE = ALWAYS
    began = time.perf_counter()
    run = rnnkit.train(config, runs=config.parent / "runs")
    history = run.read_history()[-1]
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - began,
                "epoch_seconds": history["seconds"],
                "samples_per_second": history["samples_per_second"],
                "accuracy": history["accuracy"],
            }
        )
    )


def _race(config: Path) -> None:
    from rnnkit.data import ram as memory
    from rnnkit.data.batch import Shuffle
    from rnnkit.data.cache import Place
    from rnnkit.training.interrupt import StopRequest
    from rnnkit.workflows.check import load, read
    from rnnkit.workflows.setup import new_trainer, prepare

    loaded = load(config, overrides=(), smoke=False)
    memory.SHARE = ALWAYS
    cache = config.parent / "runs" / loaded.config.name / "cache"
    on_disk = prepare(read(loaded, Place(cache)))
    memory.SHARE = 1
    in_memory = prepare(read(loaded))
    trainer = new_trainer(on_disk, StopRequest())
    feeds = {"disk": on_disk, "memory": in_memory, "cold": on_disk}
    batches = {name: setup.dataset.train for name, setup in feeds.items()}
    rates: dict[str, list[float]] = {name: [] for name in feeds}
    work: dict[str, list[float]] = {name: [] for name in feeds}
    number = 0
    shapes = set()  # each compiles once
    for batch in itertools.islice(batches["memory"].batches(BATCH, shuffle=Shuffle(0, 0)), WARM_UP):
        if batch.x.shape not in shapes:
            shapes.add(batch.x.shape)
            trainer.train_step(batch, 0)
    # cold last: what it forgets would be missing on disk's next turn; the first turn compiles
    turns = [(turn, name) for turn in range(REPETITIONS + 1) for name in ("disk", "memory")]
    turns += [(turn, "cold") for turn in range(1, REPETITIONS + 1)]
    for turn, name in turns:
        if name == "cold":
            for path in (config.parent / "data.npz", *cache.glob("*/codes.bin")):
                _forget(path)
        seconds, processor = _block(trainer, batches[name], turn, number)
        number += BLOCK
        if turn:
            rates[name].append(BLOCK * BATCH / seconds)
            work[name].append(processor)
    print(
        json.dumps(
            {
                "samples_per_second": {k: statistics.median(v) for k, v in rates.items()},
                "processor_seconds": {k: statistics.median(v) for k, v in work.items()},
                "of_in_memory": {name: _ratios(rates, name) for name in ("disk", "cold")},
            }
        )
    )


def _ratios(rates: dict[str, list[float]], name: str) -> dict[str, float]:
    """The speed beside that in memory, turn by turn."""
    ratios = [a / b for a, b in zip(rates[name], rates["memory"], strict=True)]
    return {"median": statistics.median(ratios), "least": min(ratios), "most": max(ratios)}


def _block(trainer: Any, feed: Any, turn: int, number: int) -> tuple[float, float]:
    """Seconds, and processor seconds, of some steps of a shuffled epoch with their reading."""
    from rnnkit.data.batch import Shuffle

    began = processor = 0.0
    for offset, batch in enumerate(feed.batches(BATCH, shuffle=Shuffle(0, turn))):
        if offset == 0:
            began = time.perf_counter()  # the permutation is the same work for both
            processor = time.process_time()
        if offset == BLOCK:
            break
        trainer.train_step(batch, number + offset)
    return time.perf_counter() - began, time.process_time() - processor


def _forget(path: Path) -> None:
    """Have the system drop what it has cached of a file."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    main()
