"""`rnnkit train CONFIG --seeds N`: a line a run on stderr, a table of all on stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rnnkit import console

if TYPE_CHECKING:
    from rnnkit.config.loading import LoadedConfig
    from rnnkit.runs import Run


def show_seeds(
    config: LoadedConfig, count: int, *, runs: str, device: str | None, quiet: bool
) -> None:
    """Train with each seed; then print the mean and the spread of the results."""
    from rnnkit.cli.by_task import next_command
    from rnnkit.reports.spread import spread_table
    from rnnkit.workflows.seeds import train_seeds

    screen = console.err()

    def on_run(seed: int, run: Run) -> None:
        if not quiet:
            console.print_line(screen, f"seed {seed:<4} {run.path}", indent=10)

    result = train_seeds(
        config, count=count, runs=runs, on_run=on_run, command=["rnnkit", *sys.argv[1:]]
    )
    console.print_result(spread_table(result.seeds, result.spreads))
    console.keep_result(Path(runs) / config.config.name)
    if not quiet:
        console.advise(next_command(result.runs[0], device), "or another of them")
