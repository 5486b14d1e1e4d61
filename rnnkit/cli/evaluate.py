"""`rnnkit evaluate RUN`."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from rnnkit import options
from rnnkit.cli.by_task import answers_to, evaluate, examples_of, options_of
from rnnkit.streams import tell
from rnnkit.tasks import find_task, task_names

GATE_NOT_MET = 3
ANSWERS = answers_to("evaluate")  # ways of their own that tasks have


@click.command("evaluate")
@options.run
@click.option("--data", metavar="FILE", help="Labelled examples; default: what the run kept back.")
@click.option(
    "--min", "minimums", multiple=True, metavar="NAME=VALUE",
    help="Exit with 3 unless the result is at least this, as in accuracy=0.95. Repeatable.",
)  # fmt: skip
@click.option(
    "--max", "maximums", multiple=True, metavar="NAME=VALUE",
    help="Exit with 3 unless the result is at most this, as in loss=1.5. Repeatable.",
)  # fmt: skip
@options.device
@options.as_json
@options.common
@click.pass_context
def command(
    ctx: click.Context,
    /,
    run: str,
    data: str | None,
    minimums: tuple[str, ...],
    maximums: tuple[str, ...],
    device: str | None,
    as_json: bool,
    **own: Any,
) -> int:
    gates = [_gate(text, "--min", "at least") for text in minimums]
    gates += [_gate(text, "--max", "at most") for text in maximums]
    from rnnkit import console

    evaluation = evaluate(ctx, run, ANSWERS)
    if as_json:
        console.print_json(evaluation.model_dump(by_alias=True))
    else:
        console.print_result(find_task(evaluation.task).view.details(evaluation))
    return _met(gates, evaluation.numbers)


command.params[4:4] = options_of(ANSWERS, tasks=len(task_names()))
command.help = f"""Score RUN (a run folder, a run's name, or `latest`) beside the baselines of
its task.

\b
Examples:
  rnnkit evaluate latest
  rnnkit evaluate runs/mnist/latest --min accuracy=0.95
  rnnkit evaluate shakespeare_letters --max loss=1.5
  rnnkit evaluate mnist --data new.csv --json

{examples_of(ANSWERS)}
"""


class Gate(NamedTuple):
    """What a value of the result must reach."""

    name: str
    limit: float
    option: str  # that asked for it
    words: str  # at least, at most

    def met(self, value: float) -> bool:
        """Never by NaN."""
        return value >= self.limit if self.option == "--min" else value <= self.limit


def _gate(text: str, option: str, words: str) -> Gate:
    name, _, value = text.partition("=")
    try:
        return Gate(name.strip(), float(value), option, words)
    except ValueError:
        message = f"'{text}': expected NAME=VALUE, for example accuracy=0.95"
        raise click.BadParameter(message, param_hint=option) from None


def _met(gates: list[Gate], numbers: dict[str, float]) -> int:
    code = 0
    for gate in gates:
        value = numbers.get(gate.name)
        if value is None:
            message = f"there is no '{gate.name}'; there are {', '.join(numbers)}"
            raise click.BadParameter(message, param_hint=gate.option)
        if not gate.met(value):
            message = f"gate not met: {gate.name} is {value:.6g}, {gate.words} {gate.limit}"
            tell(f"{message} was asked")
            code = GATE_NOT_MET
    return code
