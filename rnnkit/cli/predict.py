"""`rnnkit predict RUN`: what a run says of new data. Each task answers in cli/predictions/."""

from __future__ import annotations

from typing import Any

import click

from rnnkit.cli import options
from rnnkit.cli.by_task import answer

PREDICTIONS = {
    "classification": "rnnkit.cli.predictions.classification",
    "forecasting": "rnnkit.cli.predictions.forecasting",
    "next_token": "rnnkit.cli.predictions.next_token",
}


@click.command("predict")
@options.run
@click.option("--data", metavar="FILE", help="New examples in the training data's form; prompts.")
@click.option("--output", metavar="FILE", help="A .csv or .jsonl file; default: CSV to stdout.")
@click.option("--format", "form", type=click.Choice(["csv", "jsonl"]), help="Default: by --output.")
@click.option("--prompt", metavar="TEXT", help="next_token: what was read so far; may be empty.")
@click.option("--stdin", "from_stdin", is_flag=True, help="next_token: answer lines as they come.")
@click.option(
    "--k", "most", type=click.IntRange(min=1), default=5, show_default=True,
    help="next_token: how many of the likeliest tokens.",
)  # fmt: skip
@click.option(
    "--steps", type=click.IntRange(min=1), metavar="N",
    help="forecasting: how far ahead; default: the run's horizon.",
)  # fmt: skip
@click.option("--plot", metavar="FILE", help="forecasting: draw it into a .png as well.")
@click.option("--json", "as_json", is_flag=True, help="next_token: JSON instead of a table.")
@options.device
@options.common
@click.pass_context
def command(ctx: click.Context, /, run: str, **_: Any) -> None:
    """Ask RUN about new data. What can be asked depends on the run's task.

    \b
    Examples:

    \b
    classification: a class and its probability for each example of FILE
      rnnkit predict latest --data new.csv
      rnnkit predict mnist --data digits.npz --output answers.jsonl

    \b
    forecasting: what comes after the run's data, or after the rows of FILE
      rnnkit predict sunspots --steps 30 --plot ahead.png
      rnnkit predict wti_volatility --data new.csv --output ahead.csv

    \b
    next_token: the likeliest next tokens, with probabilities
      rnnkit predict chess --prompt "e4 e5 Nf3"
      rnnkit predict chess --data prompts.txt --output next.csv
      rnnkit predict chess --stdin --json < moves.txt

    FILE holds a prompt a line (.txt), or prompts in a column `prompt` (.csv, .jsonl).

    With --stdin each line goes on where the line before it ended, so that a game can be sent move
    by move; an empty line begins a new sequence. In a run on running text all lines are one text,
    line breaks included. Each line is answered by one line.
    """
    from rnnkit.workflows.outputs import check_outputs

    files = {name: ctx.params[name] for name in ("output", "plot")}
    check_outputs(files, output=[".csv", ".jsonl", ".json", ""])
    answer(ctx, run, PREDICTIONS, otherwise=f"predict answers for {', '.join(PREDICTIONS)}")
