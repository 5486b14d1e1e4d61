"""The judgement of distributions -> tables for the terminal, and what the page shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.baselines.distribution import Distribution
from rnnkit.baselines.intervals import few_levels
from rnnkit.reports.scores import interval_row, number_table
from rnnkit.words import measured, percent

Rows = tuple[list[str], list[list[str]]]  # heads, and cells by row


def tables(distribution: Distribution, steps: Sequence[int]) -> list[RenderableType]:
    """The intervals, and what becomes of them with the steps ahead, from 1."""
    shown: list[RenderableType] = [
        Text("Intervals, and how often they held:"),
        _table(interval_rows(distribution)),
    ]
    if len(steps) > 1:
        shown += [Text("Distributions by steps ahead:"), _table(step_rows(distribution, steps))]
    return shown


def page(distribution: Distribution, steps: Sequence[int]) -> dict[str, Any]:
    """What the template reads."""
    return {
        "intervals": interval_rows(distribution),
        "by_step": step_rows(distribution, steps),
        "levels": len(distribution.levels),
    }


def interval_rows(distribution: Distribution) -> Rows:
    """The intervals that the model says, beside the conformal ones where there are some."""
    other = distribution.conformal
    conformal = {interval.level: interval for interval in other.intervals} if other else {}
    heads = ["nominal", "held", "mean width", *(["conformal held", "its width"] if other else [])]
    rows = []
    for interval in distribution.network.intervals:
        beside = conformal.get(interval.level)
        cells = interval_row(beside)[1:] if beside else ["–", "–"]
        rows.append([*interval_row(interval), *(cells if other else [])])
    return heads, rows


def step_rows(distribution: Distribution, steps: Sequence[int]) -> Rows:
    """CRPS, and of two intervals how often they held and how wide they were, by steps ahead."""
    network = distribution.network
    few = few_levels(interval.level for interval in network.intervals)
    shown = [interval for interval in network.intervals if interval.level in few]
    heads = ["ahead", "CRPS"]
    for interval in shown:
        heads += [f"{100 * interval.level:g} % held", "width"]
    rows = []
    for step in steps:
        row = [str(step), measured(network.crps_by_horizon[step - 1])]
        for interval in shown:
            row += [
                percent(interval.coverage_by_horizon[step - 1]),
                measured(interval.width_by_horizon[step - 1]),
            ]
        rows.append(row)
    return heads, rows


def _table(content: Rows) -> Table:
    heads, rows = content
    table = number_table(*heads)
    for row in rows:
        table.add_row(*row)
    return table
