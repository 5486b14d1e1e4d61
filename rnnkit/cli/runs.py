"""`rnnkit runs`, `rnnkit runs rm` and `rnnkit runs prune`."""

from __future__ import annotations

import dataclasses
import sys
import textwrap
from typing import TYPE_CHECKING

import click

from rnnkit import options

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from rnnkit.workflows.runs import RunSummary

WIDEST = 30  # columns of a name: half of a narrow terminal; longer ones break at their slash
MAX_WORD = 40  # characters of a task or status, which a foreign folder may say anything about
NEXT = {"completed": "evaluate", "interrupted": "resume", "stopped": "resume"}  # by status
SORTS = ("started", "name", "score", "epochs", "time", "size")  # of rnnkit.workflows.runs
root = click.option("--runs", default="runs", show_default=True, help="Where run folders are.")
yes = click.option("-y", "--yes", is_flag=True, help="Delete without asking.")


def _pattern(field: str) -> options.Decorator:
    help_ = f"Only runs whose {field} is this; * stands for anything."
    return click.option(f"--{field}", metavar="PATTERN", help=help_)


@click.group("runs", invoke_without_command=True)
@root
@click.option(
    "--sort", type=click.Choice(SORTS), default="started", show_default=True,
    help="What comes first: the newest, the best score, the longest, the largest.",
)  # fmt: skip
@_pattern("name")
@_pattern("task")
@_pattern("data")
@_pattern("status")
@options.as_json
@options.common
@click.pass_context
def command(
    context: click.Context, /, runs: str, sort: str, as_json: bool, **filters: str | None
) -> None:
    """List the runs, the newest first: what became of each, its score beside the baseline's.

    \b
    Examples:
      rnnkit runs
      rnnkit runs --sort score --name 'mnist*'
      rnnkit runs --status failed --json
      rnnkit runs rm mnist/20261123-204502
      rnnkit runs prune --keep 3

    `stopped` is a run whose process is gone: `rnnkit resume` goes on with it. `best` is the run of
    a name with the best score.
    """
    if context.invoked_subcommand is not None:
        return
    from rnnkit import console
    from rnnkit.workflows.runs import list_runs

    found = list_runs(runs, sort=sort, **filters)
    for run in found:
        if run.problem:
            console.print_line(console.err(), f"note   {run.problem}", indent=7)
    if as_json:
        rows = [{**dataclasses.asdict(run), "path": str(run.path)} for run in found]
        console.print_json({"runs": rows})
        return
    if not found:
        what = "There are no such runs" if any(filters.values()) else "There are no runs"
        console.err().print(f"{what} under {runs}/ yet.", soft_wrap=True)
        console.advise(["train", "CONFIG"], "makes one")
        return
    console.print_result(_table(found))
    newest = next((run for run in found if run.status in NEXT), None)
    if newest is not None:
        console.advise([NEXT[newest.status], newest.path])


@command.command("rm")
@click.argument("names", nargs=-1, required=True, shell_complete=options.complete_run)
@root
@click.option("--best-too", is_flag=True, help="Also the best run of its name.")
@yes
@options.common
def remove(names: Sequence[str], runs: str, best_too: bool, yes: bool) -> None:
    """Delete runs, each named whole; one that trains is never deleted.

    \b
    Examples:
      rnnkit runs rm mnist/20261123-204502
      rnnkit runs rm runs/mnist/2026112* --yes
    """
    from rnnkit.workflows.remove import named_runs

    _delete(named_runs(names, runs), yes=yes, best_too=best_too)


@command.command("prune")
@root
@click.option(
    "--keep", type=click.IntRange(min=0), default=1, show_default=True, metavar="N",
    help="How many of the newest runs of each name stay.",
)  # fmt: skip
@_pattern("name")
@yes
@options.common
def prune(runs: str, keep: int, name: str | None, yes: bool) -> None:
    """Delete all runs of each name but the newest, the best, and what trains.

    \b
    Examples:
      rnnkit runs prune
      rnnkit runs prune --keep 3 --name 'mnist*' --yes
    """
    from rnnkit.workflows.remove import runs_to_prune

    _delete(runs_to_prune(runs, keep=keep, name=name), yes=yes)


def _delete(chosen: Sequence[RunSummary], *, yes: bool, best_too: bool = False) -> None:
    from rnnkit import console
    from rnnkit.words import counted
    from rnnkit.workflows.remove import check_removable, remove_runs

    if not chosen:
        console.err().print("There is nothing to delete.")
        return
    check_removable(chosen, best_too=best_too)
    console.print_result(_table(chosen))
    what = f"{counted(len(chosen), 'run')}, {sum(run.bytes for run in chosen) / 1e6:,.1f} MB"
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError(f"would delete {what}: add --yes where nobody can be asked")
        click.confirm(f"Delete {what}?", abort=True, err=True)
    remove_runs(chosen)
    console.err().print(f"Deleted {what}.", highlight=False)


def _table(found: Sequence[RunSummary]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    firsts = [_named(run) for run in found]
    widest = max(len(line) for first in firsts for line in first.split("\n"))
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("run", overflow="fold", no_wrap=widest <= WIDEST)
    table.add_column("status, score (baseline)", overflow="fold")
    table.add_column("size", justify="right", no_wrap=True)
    for run, first in zip(found, firsts, strict=True):
        table.add_row(Text(first), Text(_became(run)), f"{run.bytes / 1e6:,.1f} MB")
    return table


def _named(run: RunSummary) -> str:
    """Its name, and what was learnt from what, in lines that leave room for the rest."""
    from rnnkit.words import shorten

    name = run.name if len(run.name) <= WIDEST else run.name.replace("/", "/\n")
    what = shorten(f"{run.task} of {run.data}" if run.data else run.task, MAX_WORD)
    return "\n".join([name, *textwrap.wrap(what, WIDEST)])


def _became(run: RunSummary) -> str:
    from rnnkit.words import counted, duration, measured, shorten

    if run.problem:
        return run.status
    text = f"{shorten(run.status, MAX_WORD)}, {counted(run.epochs, 'epoch')}"
    if run.seconds:
        text += f", {duration(run.seconds)}"
    if run.score is None:
        return text
    text += f"\n{run.score.name} {measured(run.score.value)}"
    if run.score.baseline is not None:
        text += f" ({measured(run.score.baseline)})"
    return f"{text}, best" if run.best else text
