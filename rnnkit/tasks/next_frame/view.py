"""The evaluation of a next_frame run -> rich tables, and what its page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from rnnkit.words import counted, measured

TEMPLATE = "next_frame.html.jinja"


def summary(values: Mapping[str, Any]) -> Group:
    """The result beside the baselines, from what evaluation.json holds."""
    return Group(
        Text(_headline(values), "bold"),
        _score_table(values),
        Text(values["verdict"]),
    )


def details(values: Mapping[str, Any]) -> Group:
    """The result, what the baselines are, and what to know of the numbers."""
    low, high = values["nats_per_sequence_interval"]
    return Group(
        summary(values),
        Text(
            f"95 % interval of this model's nats/{_unit(values)}: {low:.2f} to {high:.2f}.", "dim"
        ),
        *(Text(f"{b['name']}: {b['text']}.", "dim") for b in values["baselines"]),
        *(Text(f"Note: {note}.", "dim") for note in values["notes"]),
    )


def page(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the template reads."""
    everyone = [_own_row(values), *values["baselines"]]
    worst = max(row["nats_per_sequence"] for row in everyone)
    positive = min(row["nats_per_sequence"] for row in everyone) > 0  # densities need not be
    return {
        "headline": _headline(values),
        "rows": everyone,
        "columns": _columns(values),
        "unit": _unit(values),
        "shares": [row["nats_per_sequence"] / worst if positive else 0 for row in everyone],
        "best": min(values["baselines"], key=lambda b: b["nats_per_sequence"], default=None),
    }


def _headline(values: Mapping[str, Any]) -> str:
    sequences = counted(values["sequences"], _unit(values))
    size = counted(values["features"], "feature")
    frames = counted(values["frames"], "frame")
    return f"{values['data']}: {sequences}, {frames} of {size}, {values['output']}"


def _unit(values: Mapping[str, Any]) -> str:
    return "image" if values["images"] else "sequence"


def _columns(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(key, head) of the numbers that fit the data."""
    columns = [("nats_per_sequence", f"nats/{_unit(values)}"), ("nats_per_frame", "nats/frame")]
    return [*columns, ("bits_per_dim", "bits/dim")] if values["images"] else columns


def _own_row(values: Mapping[str, Any]) -> dict[str, Any]:
    keys = ("nats_per_sequence", "nats_per_frame", "bits_per_dim")
    return {"name": "this model", "text": "", **{key: values[key] for key in keys}}


def _score_table(values: Mapping[str, Any]) -> Table:
    columns = _columns(values)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for _, head in columns:
        table.add_column(head, justify="right", no_wrap=True)
    for number, row in enumerate([_own_row(values), *values["baselines"]]):
        style = "" if number else "bold"
        cells = (Text(_number(key, row[key]), style) for key, _ in columns)
        table.add_row(Text(row["name"], style), *cells)
    return table


def _number(key: str, value: float) -> str:
    return f"{value:,.2f}" if key == "nats_per_sequence" else measured(value)
