"""`rnnkit search CONFIG`: a line a trial on stderr, the best of them on stdout."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from rnnkit import options

if TYPE_CHECKING:
    from rich.table import Table

    from rnnkit.workflows.search import SearchResult, TrialResult

SHOWN = 10  # trials of the table


@click.command("search")
@options.config
@options.overrides
@options.device
@click.option("--runs", default="runs", show_default=True, help="Where run folders are made.")
@click.option("--trials", type=click.IntRange(min=1), metavar="N", help="As search.trials.")
@click.option("--minutes", type=options.Number(min=0), metavar="M", help="As search.minutes.")
@click.option("--no-final", is_flag=True, help="Do not train the best config in the end.")
@options.as_json
@options.quiet
@options.common
def command(
    config: str,
    overrides: tuple[str, ...],
    device: str | None,
    runs: str,
    trials: int | None,
    minutes: float | None,
    no_final: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Try what the `search:` of CONFIG says, and train the best of it.

    \b
    Examples:
      rnnkit search mine.yaml
      rnnkit search mine.yaml --trials 50 --minutes 60

    Trials are compared on the validation part; the test part is looked at once, by the best
    config's own run. Stopped or killed, the same command goes on; started in several terminals,
    or on machines that share the folder, they work on one search.
    """
    from rnnkit import console
    from rnnkit.workflows.search import search
    from rnnkit.workflows.watch import Watch

    if device is not None:
        overrides = (*overrides, f"device={device}")
    overrides += (f"search.trials={trials}",) if trials is not None else ()
    overrides += (f"search.minutes={minutes}",) if minutes is not None else ()
    screen = console.err()

    def say(text: str) -> None:
        if not quiet:
            console.print_line(screen, text, indent=4)

    found = search(
        config,
        overrides=overrides,
        runs=runs,
        final=not no_final,
        watch=Watch(on_message=say),
        on_trial=lambda trial: say(_line(trial)),
        command=["rnnkit", *sys.argv[1:]],
    )
    if as_json:
        console.print_json(_json(found))
    else:
        console.print_result(_table(found))
    if not quiet:
        say(f"best config {found.config}; plot {found.folder / 'search.svg'}")
        console.advise(["evaluate", found.run.path] if found.run else ["train", found.config])


def _line(trial: TrialResult) -> str:
    from rnnkit.words import duration, measured

    score = trial.ended if trial.score is None else measured(trial.score)
    ended = " pruned" if trial.ended == "pruned" else ""
    best = "  best" if trial.is_best else ""
    seconds = duration(trial.seconds)
    return f"trial {trial.number:<4} {score}{ended}  {_shown(trial.values)}  {seconds}{best}"


def _shown(values: Mapping[str, Any]) -> str:
    """`units 32, learning_rate 0.001`: each key path by its last word."""
    words = {path: path.rpartition(".")[2] for path in values}
    unique = len(set(words.values())) == len(words)
    return ", ".join(
        f"{words[path] if unique else path} {value:.4g}"
        if isinstance(value, float)
        else f"{words[path] if unique else path} {value}"
        for path, value in values.items()
    )


def _table(found: SearchResult) -> Table:
    from rich import box
    from rich.table import Table

    from rnnkit.words import measured

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("trial", justify="right")
    table.add_column(found.monitor, justify="right")
    table.add_column("values", overflow="fold")
    for trial in found.trials[:SHOWN]:
        pruned = " (pruned)" if trial.pruned else ""
        table.add_row(str(trial.number), f"{measured(trial.score)}{pruned}", _shown(trial.values))
    return table


def _json(found: SearchResult) -> dict[str, Any]:
    import dataclasses

    values = dataclasses.asdict(found)
    return {
        **values,
        **{name: str(values[name]) for name in ("config", "folder")},
        "run": found.run and str(found.run.path),
    }
