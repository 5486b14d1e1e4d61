"""The numbers of several runs of one config -> a table of mean and spread."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from rnnkit.words import measured


class SpreadRow(Protocol):
    """One number over N runs."""

    @property
    def name(self) -> str: ...
    @property
    def values(self) -> tuple[float, ...]: ...
    @property
    def mean(self) -> float: ...
    @property
    def deviation(self) -> float: ...
    @property
    def baseline(self) -> float | None: ...
    @property
    def better(self) -> int | None: ...


def spread_table(title: str, rows: Sequence[SpreadRow]) -> Group:
    """Mean, standard deviation, least and most of every number, beside the best baseline's.

    Args:
        title: what the N runs are.
        rows: the numbers.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("", overflow="fold")
    for head in ("mean", "std", "min", "max", "baseline"):
        table.add_column(head, justify="right", no_wrap=True)
    for row in rows:
        spread = [measured(row.mean), f"{row.deviation:.2g}"]
        spread += [measured(min(row.values)), measured(max(row.values))]
        other = "–" if row.baseline is None else measured(row.baseline)
        table.add_row(Text(_in_words(row.name)), *spread, other)
    compared = [
        f"{_in_words(row.name)} in {row.better} of {len(row.values)}"
        for row in rows
        if row.better is not None
    ]
    verdict = f"Better than the best baseline: {', '.join(compared)}." if compared else ""
    return Group(Text(title, "bold"), table, *([Text(verdict)] if verdict else []))


def _in_words(name: str) -> str:
    return name.replace("_", " ")
