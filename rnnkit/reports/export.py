"""An export -> the table that says how it compares with the run."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from rnnkit.formats.result import Export
from rnnkit.reports.scores import number_table
from rnnkit.words import counted, measured


def export_table(found: Export) -> RenderableType:
    """Differences, sizes, times; where it was quantized the scores before and after."""
    name = found.format if found.quantize is None else f"{found.format}, {found.quantize}"
    table = number_table("", "run", name)
    apart = found.agreement if found.quantized is None else found.quantized
    table.add_row("largest difference", "", f"{apart.largest_difference:.2g}")
    table.add_row("size, MB", *(f"{size / 1e6:.2f}" for size in (found.run_bytes, found.bytes)))
    table.add_row(
        "ms an example, of a batch", measured(found.run_milliseconds), measured(found.milliseconds)
    )
    table.add_row("ms of one alone", "", measured(found.single_milliseconds))
    for score, (before, after) in found.scores.items():
        table.add_row(score, measured(before), measured(after))
    examples = counted(found.agreement.examples, "example")
    lines = [f"{found.folder}: asked about {examples} of {found.part}, as was the run"]
    if found.quantized is not None:
        lines.append(
            f"in float32 their answers differ by {found.agreement.largest_difference:.2g} at most"
        )
    return Group(Text("\n".join(lines)), table)
