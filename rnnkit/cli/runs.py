"""`rnnkit runs`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from rnnkit import options

if TYPE_CHECKING:
    from rich.table import Table

    from rnnkit.workflows.runs import RunSummary

MAX_WORD = 40  # characters of a task or status, which a foreign folder may say anything about
NEXT = {"completed": "evaluate", "interrupted": "resume", "stopped": "resume"}  # by status


@click.command("runs")
@click.option("--runs", default="runs", show_default=True, help="Where run folders are.")
@options.as_json
@options.common
def command(runs: str, as_json: bool) -> None:
    """List the runs, the newest first: what became of each, its score beside the baseline's.

    \b
    Examples:
      rnnkit runs
      rnnkit runs --runs elsewhere/runs --json

    `stopped` is a run whose process is gone: `rnnkit resume` goes on with it.
    """
    from rnnkit import console
    from rnnkit.workflows.runs import list_runs

    found = list_runs(runs)
    for run in found:
        if run.problem:
            console.print_line(console.err(), f"note   {run.problem}", indent=7)
    if as_json:
        rows = [{**dataclasses.asdict(run), "path": str(run.path)} for run in found]
        console.print_json({"runs": rows})
        return
    if not found:
        console.err().print(f"There are no runs under {runs}/ yet.", soft_wrap=True)
        console.advise(["train", "CONFIG"], "makes one")
        return
    console.print_result(_table(found))
    newest = next((run for run in found if run.status in NEXT), None)
    if newest is not None:
        console.advise([NEXT[newest.status], newest.path])


def _table(found: list[RunSummary]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from rnnkit.words import shorten

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("run", overflow="fold")
    table.add_column("status, score (baseline)", overflow="fold")
    table.add_column("size", justify="right", no_wrap=True)
    for run in found:
        what = Text(f"{run.name}\n{shorten(run.task, MAX_WORD)}")
        table.add_row(what, Text(_became(run)), f"{run.bytes / 1e6:,.1f} MB")
    return table


def _became(run: RunSummary) -> str:
    from rnnkit.words import counted, measured, shorten

    if run.problem:
        return run.status
    text = f"{shorten(run.status, MAX_WORD)}, {counted(run.epochs, 'epoch')}"
    if run.score is None:
        return text
    text += f"\n{run.score.name} {measured(run.score.value)}"
    if run.score.baseline is None:
        return text
    return f"{text} ({measured(run.score.baseline)})"
