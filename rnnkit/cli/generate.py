"""`rnnkit generate RUN`: what a run makes up. Each task answers, in its answers.py."""

from __future__ import annotations

from typing import Any

import click

from rnnkit import options
from rnnkit.cli.by_task import answer, answers_to, examples_of, options_of

ANSWERS = answers_to("generate")


@click.command("generate")
@options.run
@options.device
@options.common
@click.pass_context
def command(ctx: click.Context, /, run: str, **_: Any) -> None:
    answer(ctx, run, ANSWERS, otherwise=f"generate is for {', '.join(ANSWERS)}")


command.params[1:1] = options_of(ANSWERS)
command.help = f"""Let RUN (a run folder, a run's name, or `latest`) make something up.

\b
Examples:

{examples_of(ANSWERS)}
"""
