"""`python -m benchmarks.command`: the seconds of a whole `rnnkit train`, part by part.

Each config is trained in processes of their own, and a plain Keras script takes the model of that
run through what every training pays: TensorFlow's import, building, the first step.
"""

from __future__ import annotations

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

import click
from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.machine import ROOT, describe_machine, git_commit
from rnnkit.run import Run
from rnnkit.workflows.check import config_of

CONFIGS = ("configs/mnist.yaml", "configs/sunspots.yaml", "configs/shakespeare_letters.yaml")
STARTING, TRAINING = "starting Python", "training"  # the first part, and the one that is no cost
LIMIT = 2.0  # seconds that a part may take beyond Keras's
WIDTH = 100  # columns, where the output is no terminal

Parts = dict[str, float]  # seconds by part, in the order in which they began


@click.command()
@click.argument("configs", nargs=-1)
@click.option("--set", "overrides", multiple=True, default=["training.epochs=1"], show_default=True)
@click.option("--smoke", is_flag=True, help="A tiny subset of the data, as rnnkit train --smoke.")
@click.option("--repetitions", type=click.IntRange(1), default=3, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), help="A JSON file for the numbers.")
def main(
    configs: Sequence[str],
    overrides: Sequence[str],
    smoke: bool,
    repetitions: int,
    output: Path | None,
) -> None:
    """Time `rnnkit train` of CONFIGS, part by part."""
    options = [word for override in overrides for word in ("--set", override)]
    options += ["--smoke"] if smoke else []
    measured = {}
    for config in configs or CONFIGS:
        turns = [measure(config, options) for _ in range(repetitions)]
        measured[config] = {
            name: {part: [turn[name][part] for turn in turns] for part in turns[0][name]}
            for name in turns[0]
        }
        click.echo(f"{config}: done", err=True)
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = WIDTH
    for config, found in measured.items():
        console.print(parts_table(config, found))
    if output is not None:
        result = {
            "machine": describe_machine("cpu"),
            "git_commit": git_commit(),
            "date": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            "options": options,
            "seconds": measured,
        }
        output.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def measure(config: str, options: Sequence[str]) -> dict[str, Parts]:
    """`rnnkit train` in a folder of its own, then Keras with its model: seconds by part, of each.

    Raises:
        ClickException: one of them failed; with what it said.
    """
    with tempfile.TemporaryDirectory(prefix="command-") as name:
        folder = Path(name)
        training = ["rnnkit", "train", config, "--runs", str(folder), *options]
        found = {"rnnkit": _timed(folder / "parts", training)}
        [run] = folder.glob("*/latest")
        rows = config_of(Run(run)).config.training.batch_size
        plain = ["keras", str(run / "model.keras"), str(rows)]
        found["keras"] = _timed(folder / "parts", plain)
    return found


def parts_of(lines: Iterable[str], total: float) -> Parts:
    """`seconds <tab> part` lines and the whole time -> the seconds that each part took."""
    begun = [(0.0, STARTING)]
    for line in lines:
        seconds, _, part = line.rstrip("\n").partition("\t")
        begun.append((float(seconds), part))
    begun.append((total, ""))
    parts: Parts = {}
    for (began, part), (ended, _) in itertools.pairwise(begun):
        parts[part] = parts.get(part, 0.0) + ended - began
    return parts


def parts_table(config: str, found: dict[str, dict[str, list[float]]]) -> Table:
    """A line a part: the median of its seconds, least and most, and Keras's beside it."""
    ours, keras = found["rnnkit"], found["keras"]
    table = Table(box=box.SIMPLE_HEAD, title=config, title_justify="left", pad_edge=False)
    table.add_column("part")
    for head in ("rnnkit, s", "least - most", "Keras, s"):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column("")
    for part, seconds in ours.items():
        theirs = statistics.median(keras[part]) if part in keras else None
        over = statistics.median(seconds) - (theirs or 0.0) > LIMIT and part != TRAINING
        table.add_row(
            part,
            f"{statistics.median(seconds):.2f}",
            f"{min(seconds):.2f} - {max(seconds):.2f}",
            "" if theirs is None else f"{theirs:.2f}",
            f"over {LIMIT:g} s" if over else "",
        )
    table.add_section()
    for name, parts in _sums(ours).items():
        table.add_row(name, f"{parts:.2f}")
    return table


def _sums(parts: dict[str, list[float]]) -> dict[str, float]:
    """The medians before the first step's end and after the last step."""
    names = list(parts)
    cut = names.index(TRAINING)
    medians = {part: statistics.median(seconds) for part, seconds in parts.items()}
    return {
        "to the first step's end": sum(medians[name] for name in names[:cut]),
        "from the last step": sum(medians[name] for name in names[cut + 1 :]),
    }


def _timed(file: Path, arguments: Sequence[str]) -> Parts:
    began = time.time()
    command = [sys.executable, "-m", "benchmarks.stopwatch", str(file), str(began), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    total = time.time() - began
    if done.returncode:
        raise click.ClickException(f"{' '.join(arguments)}: {done.stderr}")
    return parts_of(file.read_text("utf-8").splitlines(), total)


if __name__ == "__main__":
    main()
