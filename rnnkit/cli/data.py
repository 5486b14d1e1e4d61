"""`rnnkit data CONFIG`."""

from __future__ import annotations

import click

from rnnkit import options
from rnnkit.streams import tell


@click.command("data")
@click.argument("target", metavar="CONFIG|RUN")
@options.overrides
@click.option("--plots", metavar="FOLDER", help="Draw what repeats in the rows; of a series.")
@options.as_json
@options.common
def command(target: str, overrides: tuple[str, ...], plots: str | None, as_json: bool) -> int:
    """Show what is made of the data of CONFIG: rows, columns, times, parts, labels, leaks.

    \b
    Examples:
      rnnkit data configs/wti_returns.yaml
      rnnkit data latest
      rnnkit data configs/wti_returns.yaml --plots pictures
      rnnkit data configs/wti_returns.yaml --json

    A certain leak, with which every score would be too good, gives exit code 2.
    """
    from rnnkit import console
    from rnnkit.reports.card import card_tables
    from rnnkit.reports.leaks import leak_table
    from rnnkit.workflows.data import describe_data

    found = describe_data(target, overrides=overrides, plots=plots)
    if as_json:
        console.print_json(found.as_dict())
    else:
        console.print_result(card_tables(found.card))
        if found.audit is not None:
            console.print_result(leak_table(found.audit))
    for path in found.drawn:
        tell(f"picture in {path}")
    if plots is not None and not found.drawn:
        tell("there is nothing to draw of these data")
    return 2 if found.audit is not None and found.audit.leaks else 0
