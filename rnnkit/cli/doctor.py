"""`rnnkit doctor`."""

from __future__ import annotations

import click

from rnnkit import options


@click.command("doctor")
@options.as_json
@options.common
def command(as_json: bool) -> int:
    """Show versions, devices and whether they work; exit 1 when something needed is missing.

    \b
    Examples:
      rnnkit doctor
      rnnkit doctor --json
    """
    from rnnkit import console
    from rnnkit.workflows.doctor import examine

    findings = examine()
    if as_json:
        console.print_json({f.name: {"ok": f.ok, "detail": f.detail} for f in findings})
    else:
        from rich.table import Table

        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(overflow="fold")
        for finding in findings:
            table.add_row(finding.mark, finding.name, finding.detail)
        console.print_result(table)
    return 0 if all(finding.ok is not False for finding in findings) else 1
