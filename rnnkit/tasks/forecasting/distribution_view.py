"""Intervals and distributions -> tables for the terminal, and what the page shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.baselines.distribution import Distribution
from rnnkit.baselines.intervals import few_levels
from rnnkit.baselines.judgement import Interval
from rnnkit.reports.scores import interval_row, number_table
from rnnkit.words import measured, percent

Rows = tuple[list[str], list[list[str]]]  # heads, and cells by row


def tables(distribution: Distribution, steps: Sequence[int]) -> list[RenderableType]:
    """The intervals, and what becomes of them with the steps ahead, from 1."""
    shown: list[RenderableType] = [
        Text("Intervals, and how often they held:"),
        table_of(interval_rows(distribution)),
    ]
    if len(steps) > 1:
        shown += [Text("Distributions by steps ahead:"), table_of(step_rows(distribution, steps))]
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


def held_rows(intervals: Sequence[Interval], steps: Sequence[int]) -> Rows:
    """How often the intervals of a model of points held, by steps ahead; no rows where unknown."""
    known = [one for one in intervals if one.coverage_by_horizon is not None]
    heads = ["ahead", *(f"{100 * one.level:g} % held" for one in known)]
    rows = [
        [str(step), *(percent((one.coverage_by_horizon or [])[step - 1]) for one in known)]
        for step in (steps if known else ())
    ]
    return heads, rows


def table_of(content: Rows) -> Table:
    heads, rows = content
    return number_table(*heads, rows=rows)
