"""`rnnkit train CONFIG --seeds N` or `--folds K`: a line a run on stderr, a table on stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rnnkit import console

if TYPE_CHECKING:
    from rnnkit.config.loading import LoadedConfig
    from rnnkit.run import Run


def show_repeats(
    config: LoadedConfig,
    *,
    seeds: int | None,
    folds: int | None,
    runs: str,
    device: str | None,
    quiet: bool,
) -> None:
    """Train with each seed or fold; then print the mean and the spread of the results."""
    from rnnkit.cli.by_task import next_command
    from rnnkit.reports.spread import spread_table
    from rnnkit.workflows.repeats import train_folds, train_seeds

    screen = console.err()

    def on_run(name: str, run: Run) -> None:
        if not quiet:
            console.print_line(screen, f"{name:<9} {run.path}", indent=10)

    train_each, count = (train_folds, folds) if folds is not None else (train_seeds, seeds)
    result = train_each(
        config, count=count or 0, runs=runs, on_run=on_run, command=["rnnkit", *sys.argv[1:]]
    )
    console.print_result(spread_table(result.title, result.spreads))
    console.keep_result(Path(runs) / config.config.name)
    if not quiet:
        console.advise(next_command(result.runs[0], device), "or another of them")
