"""`rnnkit inspect TARGET...`."""

from __future__ import annotations

from typing import Any

import click

from rnnkit import options
from rnnkit.streams import tell


@click.command("inspect")
@click.argument("targets", nargs=-1, required=True, metavar="RUN|CONFIG...")
@click.option("--compare", "side_by_side", is_flag=True, help="Several, in one table and picture.")
@click.option(
    "--examples", type=click.IntRange(min=1), default=128, show_default=True,
    help="Training examples to look at.",
)  # fmt: skip
@click.option("--output", metavar="DIR", help="Where the pictures go.")
@click.option("--leaks", is_flag=True, help="What the data tell of the answers.")
@options.overrides
@options.device
@options.as_json
@options.common
def command(
    targets: tuple[str, ...],
    side_by_side: bool,
    examples: int,
    output: str | None,
    leaks: bool,
    overrides: tuple[str, ...],
    device: str | None,
    as_json: bool,
) -> int:
    """Look inside a model: how far back its loss reaches, its gates, its states.

    A RUN is looked at as it was trained, a CONFIG (.yaml) as it starts. Pictures go into the
    run's plots/, for a CONFIG into inspect/ in the current folder.

    \b
    Examples:
      rnnkit inspect latest
      rnnkit inspect configs/mnist.yaml
      rnnkit inspect configs/mnist.yaml --set model.layers.0.lstm.activation=tanh
      rnnkit inspect --compare configs/adding_*.yaml
      rnnkit inspect --leaks configs/wti_returns.yaml

    --leaks builds no model; a certain leak gives exit code 2.
    """
    if len(targets) > 1 and not side_by_side:
        raise click.UsageError("several runs or configs: add --compare, or name one")
    if leaks and (side_by_side or output or device):
        raise click.UsageError("--leaks builds no model and draws nothing: it stands alone")
    if leaks:
        return _leaks(targets[0], overrides, as_json)
    from rnnkit import console
    from rnnkit.reports.inspection import comparison_table, inspection_tables
    from rnnkit.workflows.inspect import compare, inspect

    chosen: dict[str, Any] = {
        "overrides": overrides, "examples": examples, "output": output, "device": device,
        "on_message": tell,
    }  # fmt: skip
    if side_by_side:
        compared = compare(targets, **chosen)
        table, values, plots = (
            comparison_table(compared),
            compared.as_dict(),
            [*filter(None, [compared.plot])],
        )
    else:
        found = inspect(targets[0], **chosen)
        table, values, plots = inspection_tables(found), found.as_dict(), list(found.plots)
    if as_json:
        console.print_json(values)
    else:
        console.print_result(table)
    for path in plots:
        tell(f"plot: {path}")
    return 0


def _leaks(target: str, overrides: tuple[str, ...], as_json: bool) -> int:
    """Audit the data of one forecasting config."""
    from rnnkit import console
    from rnnkit.reports.leaks import leak_tables
    from rnnkit.workflows.leaks import find_leaks

    found = find_leaks(target, overrides=overrides)
    if as_json:
        console.print_json(found.as_dict())
    else:
        console.print_result(leak_tables(found.data, found.notes, found.audit))
    return 2 if found.audit.leaks else 0
