"""`rnnkit init DATA`."""

from __future__ import annotations

from typing import Any

import click
from click.shell_completion import CompletionItem

from rnnkit import options


def _complete_task(
    ctx: click.Context, parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The tasks that there are."""
    from rnnkit.tasks import task_names

    return [CompletionItem(name) for name in task_names() if name.startswith(incomplete)]


@click.command("init")
@click.argument("data", shell_complete=options.complete_data, metavar="DATA|CONFIG")
@click.option("--task", metavar="NAME", help="What to predict.", shell_complete=_complete_task)
@click.option("--target", metavar="COLUMN", help="The label, or what is forecast.")
@click.option("--time", metavar="COLUMN", help="When a row is from; or DATE,CLOCK in two columns.")
@click.option("--time-format", metavar="FORMAT", help="How times are written, as in %d/%m/%Y.")
@click.option("--id", metavar="COLUMN", help="Which sequence or series a row belongs to.")
@click.option(
    "--level", type=click.Choice(["character", "word", "item"]), help="Of text: what a token is."
)
@click.option("--format", metavar="{KEY: VALUE}", help="Of a table: how it is written.")
@click.option("--query", metavar="SELECT", help="Of a table: what is to be read of it.")
@click.option("--horizon", type=click.IntRange(min=1), help="Of series: rows to forecast.")
@click.option("--output", metavar="FILE", help="The config to write. Default: named after DATA.")
@options.as_json
@options.common
def command(data: str, output: str | None, as_json: bool, **asked: Any) -> None:
    """Write a config for DATA, a file or a folder: what can be guessed is, with the reasons.

    \b
    Examples:
      rnnkit init sales.csv
      rnnkit init sales.csv --target revenue --output revenue.yaml
      rnnkit init recordings.csv --task classification --id recording
      rnnkit init loads.csv --id meter --horizon 48
      rnnkit init loads.csv --format "{encoding: cp1250, bad_rows: skip}"
      rnnkit init loads.csv --query "SELECT * FROM source WHERE kwh <> 'off'"
      rnnkit init mnist

    The config passes `rnnkit check`, trains in minutes, and says what to look at first. The name
    of a config that comes with rnnkit copies that one. Nothing is overwritten.
    """
    from rnnkit import console
    from rnnkit.data.look.asked import Asked
    from rnnkit.tasks import task_names
    from rnnkit.words import did_you_mean
    from rnnkit.workflows.init import init

    if (task := asked["task"]) is not None and task not in task_names():
        raise click.UsageError(f"there is no task '{task}'.{did_you_mean(task, task_names())}")
    made = init(data, Asked(**asked), output=output)
    if as_json:
        console.print_json(made.as_dict())
    else:
        out = console.out()
        files = ", ".join(map(str, [made.path, *made.bases]))
        console.print_line(out, f"{files}: {made.why}", indent=2)
        if made.first:
            console.print_line(out, "look first at", indent=2)
        for line in made.first:
            console.print_line(out, f"  {line}", indent=4)
    console.advise(["train", made.path], "(or --dry-run first: it measures the time needed)")
