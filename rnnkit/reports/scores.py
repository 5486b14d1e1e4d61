"""What tables of scores have in common, whatever the task."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from rich import box
from rich.table import Table
from rich.text import Text

from rnnkit.words import measured, percent


class Interval(Protocol):
    """What is meant to hold at the rate `level`; coverage None: nothing measures it."""

    @property
    def level(self) -> float: ...
    @property
    def coverage(self) -> float | None: ...
    @property
    def mean_width(self) -> float: ...


def number_table(
    first: str, *heads: str, rows: Iterable[Sequence[str]] = (), bold: str | None = None
) -> Table:
    """Names in its first column, numbers in the others; the row of one name may be bold."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(cell, "bold" if row[0] == bold else "") for cell in row))
    return table


def interval_table(intervals: Sequence[Interval]) -> Table:
    """A row each."""
    return number_table("nominal", "held", "mean width", rows=map(interval_row, intervals))


def interval_row(interval: Interval) -> list[str]:
    """`90 %`, how often it held, its mean width."""
    held = "–" if interval.coverage is None else percent(interval.coverage)
    return [f"{100 * interval.level:.0f} %", held, measured(interval.mean_width)]
