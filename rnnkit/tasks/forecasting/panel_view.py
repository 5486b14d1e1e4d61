"""How errors are distributed over series -> sentences and tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from rnnkit.baselines.versus import IN_WORDS
from rnnkit.reports.scores import number_table
from rnnkit.tasks.forecasting.baselines.by_series import BySeries
from rnnkit.words import measured, named, percent, shorten

LONGEST_NAME = 24  # characters of a series' name
NAMED = 3  # of the worst, in a sentence


def sentences(panels: Sequence[BySeries]) -> list[str]:
    """What is said of each target's series."""
    return [_sentence(one, several=len(panels) > 1) for one in panels]


def _sentence(one: BySeries, *, several: bool) -> str:
    mase = dict(zip(one.levels, one.mase, strict=True))
    best = IN_WORDS.get(one.best_baseline, one.best_baseline)
    whose = f"{shorten(one.target, LONGEST_NAME)}: of" if several else "Of"
    worst = [f"{score.series} ({measured(score.mase or 0)})" for score in one.worst[:NAMED]]
    return (
        f"{whose} {one.series:,} series half have a MASE below {measured(mase[0.5])}, nine in ten "
        f"below {measured(mase[0.9])}; {percent(one.better)} are forecast better than by {best}. "
        f"The worst: {named(worst)}."
    )


def spread_table(one: BySeries) -> Table:
    """MASE by the share of the series that have less."""
    heads, rows = spread_rows(one)
    names, *cells = zip(*rows, strict=True)
    shares = [(head, *values) for head, values in zip(heads, cells, strict=True)]
    return number_table("MASE of the series", *names, rows=shares)


def spread_rows(one: BySeries) -> tuple[list[str], list[list[str]]]:
    """Heads without the first, and the rows of network and best baseline."""
    ends = {0.0: "best", 0.5: "median", 1.0: "worst"}
    heads = [ends.get(level, f"{100 * level:.0f} %") for level in one.levels]
    rows = [("this network", one.mase), (one.best_baseline, one.baseline_mase)]
    return heads, [[name, *map(measured, values)] for name, values in rows]


def worst_table(one: BySeries) -> Table:
    """The series that are forecast worst."""
    heads, rows = worst_rows(one)
    return number_table("worst series", *heads, rows=rows)


def worst_rows(one: BySeries) -> tuple[list[str], list[list[str]]]:
    """Heads without the first, and a row a series."""
    rows = [
        [
            shorten(score.series, LONGEST_NAME),
            measured(score.mase or 0),
            measured(score.baseline_mase or 0),
            measured(score.rmse),
        ]
        for score in one.worst
    ]
    return ["MASE", one.best_baseline, "RMSE"], rows


def page(panels: Sequence[BySeries]) -> list[dict[str, Any]]:
    """What the template reads of each target."""
    return [
        {
            "name": one.target,
            "sentence": _sentence(one, several=len(panels) > 1),
            "spread": spread_rows(one),
            "worst": worst_rows(one),
        }
        for one in panels
    ]
