"""`rnnkit predict RUN`: what a run says of new data. Each task answers, in its answers.py."""

from __future__ import annotations

from typing import Any

import click

from rnnkit import options
from rnnkit.cli.by_task import answer, answers_to, examples_of, options_of
from rnnkit.outputs import check_outputs

ANSWERS = answers_to("predict")
ENDINGS = [".csv", ".jsonl", ".json", ""]  # of --output


@click.command("predict")
@options.run
@options.device
@options.common
@click.pass_context
def command(ctx: click.Context, /, run: str, **_: Any) -> None:
    check_outputs({name: ctx.params.get(name) for name in ("output", "plot")}, output=ENDINGS)
    answer(ctx, run, ANSWERS, otherwise=f"predict answers for {', '.join(ANSWERS)}")


command.params[1:1] = options_of(ANSWERS)
command.help = f"""Ask RUN about new data. What can be asked depends on the run's task.

\b
Examples:

{examples_of(ANSWERS)}
"""
