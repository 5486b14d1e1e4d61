"""What tables of scores have in common, whatever the task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich import box
from rich.table import Table

from rnnkit.words import measured, percent


class Interval(Protocol):
    """What is meant to hold at the rate `level`; coverage None: nothing measures it."""

    @property
    def level(self) -> float: ...
    @property
    def coverage(self) -> float | None: ...
    @property
    def mean_width(self) -> float: ...


def number_table(first: str, *heads: str) -> Table:
    """A table without rows: names in its first column, numbers in the others."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def interval_table(intervals: Sequence[Interval]) -> Table:
    """A row each."""
    table = number_table("nominal", "held", "mean width")
    for interval in intervals:
        table.add_row(*interval_row(interval))
    return table


def interval_row(interval: Interval) -> list[str]:
    """`90 %`, how often it held, its mean width."""
    held = "–" if interval.coverage is None else percent(interval.coverage)
    return [f"{100 * interval.level:.0f} %", held, measured(interval.mean_width)]
