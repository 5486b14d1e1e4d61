"""The evaluation of a next_frame run -> rich tables, and what its page shows."""

from __future__ import annotations

from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from rnnkit.reports.scores import number_table
from rnnkit.tasks.next_frame.evaluation import NextFrameEvaluation
from rnnkit.words import counted, measured


def summary(evaluation: NextFrameEvaluation) -> Group:
    """The result beside the baselines."""
    head = Text(headline(evaluation), "bold")
    return Group(head, _score_table(evaluation), Text(evaluation.verdict))


def details(evaluation: NextFrameEvaluation) -> Group:
    """The result, what the baselines are, and what to know of the numbers."""
    low, high = evaluation.nats_per_sequence_interval
    interval = f"95 % interval of this model's nats/{evaluation.unit}: {low:.2f} to {high:.2f}."
    return Group(
        summary(evaluation),
        Text(interval, "dim"),
        *(Text(f"{b.name}: {b.text}.", "dim") for b in evaluation.baselines),
        *(Text(f"Note: {note}.", "dim") for note in evaluation.notes),
    )


def page(evaluation: NextFrameEvaluation) -> dict[str, Any]:
    """What the template reads."""
    rows = [evaluation.cost, *evaluation.baselines]
    costs = [row.nats_per_sequence for row in rows]
    positive = min(costs) > 0  # densities need not be
    return {
        "headline": headline(evaluation),
        "rows": rows,
        "columns": columns(evaluation),
        "shares": [cost / max(costs) if positive else 0 for cost in costs],
        "best": min(evaluation.baselines, key=lambda b: b.nats_per_sequence, default=None),
    }


def headline(evaluation: NextFrameEvaluation) -> str:
    """`test: 10,000 images, 280,000 frames of 28 features, bernoulli`."""
    sequences = counted(evaluation.sequences, evaluation.unit)
    size = counted(evaluation.features, "feature")
    frames = counted(evaluation.frames, "frame")
    return f"{evaluation.data}: {sequences}, {frames} of {size}, {evaluation.output}"


def columns(evaluation: NextFrameEvaluation) -> list[tuple[str, str]]:
    """(name, head) of the numbers that fit the data."""
    found = [("nats_per_sequence", f"nats/{evaluation.unit}"), ("nats_per_frame", "nats/frame")]
    return [*found, ("bits_per_dim", "bits/dim")] if evaluation.images else found


def _score_table(evaluation: NextFrameEvaluation) -> Table:
    shown = columns(evaluation)
    rows = [
        [row.name, *(number(name, getattr(row, name)) for name, _ in shown)]
        for row in (evaluation.cost, *evaluation.baselines)
    ]
    return number_table("", *(head for _, head in shown), rows=rows, bold=evaluation.cost.name)


def number(name: str, value: float) -> str:
    """One of these, as text."""
    return f"{value:,.2f}" if name == "nats_per_sequence" else measured(value)
