"""`rnnkit compare RUN RUN...`."""

from __future__ import annotations

from pathlib import Path

import click

from rnnkit import options
from rnnkit.streams import tell


@click.command("compare")
@click.argument("runs", nargs=-1, required=True, shell_complete=options.complete_run)
@click.option("--data", metavar="FILE", help="Labelled examples; default: what the runs kept back.")
@click.option("--output", metavar="FILE", help="Also write a page with the curves, FILE.html.")
@options.device
@options.as_json
@options.common
def command(
    runs: tuple[str, ...], data: str | None, output: str | None, device: str | None, as_json: bool
) -> None:
    """Hold runs of one task against the first: configs, curves, and a paired test.

    \b
    Examples:
      rnnkit compare mnist mnist_gru
      rnnkit compare runs/wti/20261123-204502 runs/wti/latest --output compare.html
      rnnkit compare mnist mnist_gru mnist_small --json
      rnnkit compare mnist mnist_gru --data new.csv

    All are judged on the same examples: those that they kept back, or FILE. Whether a difference
    could be chance is tested example by example: McNemar, Diebold-Mariano or a bootstrap, by task.
    """
    if len(runs) < 2:
        raise click.UsageError("name two runs or more")
    from rnnkit import console
    from rnnkit.outputs import check_outputs

    check_outputs({"output": output}, output=[".html"])
    from rnnkit.reports.comparison import comparison_tables
    from rnnkit.workflows.compare import compare

    found = compare(
        runs, data=data, device=device, on_message=tell,
        on_run=lambda letter, run: tell(f"judging {letter}: {run.name}"),
    )  # fmt: skip
    if as_json:
        console.print_json(found.as_dict())
    else:
        console.print_result(comparison_tables(found))
    if output is None:
        if not as_json:
            more = options.typed(data=data, device=device)
            console.advise(["compare", *runs, *more, "--output", "compare.html"], "adds curves")
        return
    from rnnkit.reports.comparison_page import write_comparison

    was_there = Path(output).exists()
    write_comparison(output, found)
    tell(f"page: {output}{' (in place of what was there)' if was_there else ''}")
