"""`rnnkit evaluate RUN`."""

from __future__ import annotations

from typing import Any, NamedTuple

import click

from rnnkit.cli import options
from rnnkit.cli.streams import tell

GATE_NOT_MET = 3


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
@click.option("--walk-forward", is_flag=True, help="forecasting: from every row of the test part.")
@click.option("--refit", is_flag=True, help="With --walk-forward: fit the baselines at each row.")
@options.device
@options.as_json
@options.common
def command(
    run: str,
    data: str | None,
    minimums: tuple[str, ...],
    maximums: tuple[str, ...],
    walk_forward: bool,
    refit: bool,
    device: str | None,
    as_json: bool,
) -> int:
    """Score RUN (a run folder, a run's name, or `latest`) beside the baselines of its task.

    \b
    Examples:
      rnnkit evaluate latest
      rnnkit evaluate runs/mnist/latest --min accuracy=0.95
      rnnkit evaluate shakespeare_letters --max loss=1.5
      rnnkit evaluate mnist --data new.csv --json
      rnnkit evaluate sunspots --walk-forward --refit
    """
    gates = [_gate(text, "--min", "at least") for text in minimums]
    gates += [_gate(text, "--max", "at most") for text in maximums]
    if refit and not walk_forward:
        raise click.UsageError("--refit needs --walk-forward")
    if walk_forward and data is not None:
        raise click.UsageError("--walk-forward goes through the run's own data: leave --data out")
    from rnnkit.cli import console, streams
    from rnnkit.reports.views import view_of
    from rnnkit.workflows.evaluate import evaluate

    result: Any
    if walk_forward:
        from rnnkit.workflows.forecast import walk_forward as walk

        result = walk(run, refit=refit, device=device, on_message=streams.tell)
    else:
        result = evaluate(run, data=data, device=device, on_message=streams.tell)
    values = result.as_dict()
    if as_json:
        console.print_json(values)
    else:
        console.print_result(view_of(values["task"]).details(values))
    return _met(gates, values)


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


def _met(gates: list[Gate], values: dict[str, object]) -> int:
    code = 0
    for gate in gates:
        value = values.get(gate.name)
        if not isinstance(value, int | float):
            numbers = [key for key, v in values.items() if isinstance(v, int | float)]
            message = f"there is no '{gate.name}'; there are {', '.join(numbers)}"
            raise click.BadParameter(message, param_hint=gate.option)
        if not gate.met(value):
            message = f"gate not met: {gate.name} is {value:.6g}, {gate.words} {gate.limit}"
            tell(f"{message} was asked")
            code = GATE_NOT_MET
    return code
