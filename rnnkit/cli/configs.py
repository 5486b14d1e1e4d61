"""`rnnkit configs`."""

from __future__ import annotations

import dataclasses

import click

from rnnkit import options


@click.command("configs")
@options.as_json
@options.common
def command(as_json: bool) -> None:
    """List the configs that come with rnnkit, and what each of them shows.

    \b
    Examples:
      rnnkit configs
      rnnkit train mnist_fast

    Any verb that takes a CONFIG takes one of these names.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from rnnkit import console
    from rnnkit.workflows.configs import list_configs

    found = list_configs()
    if as_json:
        rows = [{**dataclasses.asdict(one), "path": str(one.path)} for one in found]
        console.print_json({"configs": rows})
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("config", no_wrap=True)
    table.add_column("what it shows", overflow="fold")
    for one in found:
        table.add_row(one.name, Text(f"{one.task}: {one.teaches.split('. ')[0].rstrip('.')}."))
    console.print_result(table)
    console.advise(["train", "mnist"])
