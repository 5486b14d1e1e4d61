"""The evaluation of a long-memory problem -> tables, and what its page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from rnnkit.words import counted, fraction, measured

TEMPLATE = "memory.html.jinja"
SOLVED = 0.1  # of the memoryless loss


def summary(values: Mapping[str, Any]) -> Group:
    """The result beside the answer that needs no memory, from what evaluation.json holds."""
    examples = counted(values["examples"], "example")
    head = f"{values['data']}: {examples} of {values['problem']}, length {values['length']:,}"
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    table.add_column("this model", justify="right", no_wrap=True)
    table.add_column("no memory", justify="right", no_wrap=True)
    for name, value, beaten in rows(values):
        table.add_row(name, value, beaten)
    return Group(Text(head, "bold"), table, Text(f"{explanation(values)} {verdict(values)}"))


def details(values: Mapping[str, Any]) -> Group:
    """The same: there is nothing more to say in numbers."""
    return summary(values)


def page(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the template reads."""
    return {
        "rows": rows(values),
        "verdict": verdict(values),
        "explanation": explanation(values),
        "share": values["loss"] / values["baseline_loss"],
    }


def rows(values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(score, this model, no memory), as text."""
    loss = (measured(values["loss"]), measured(values["baseline_loss"]))
    if values["problem"] == "adding":
        return [
            ("mean squared error", *loss),
            ("mean absolute error", measured(values["mean_absolute_error"]), "–"),
            ("within 0.04 of the sum", fraction(values["close"]), "–"),
        ]
    return [
        ("loss, nats a step", *loss),
        ("digits recalled", fraction(values["recall"]), fraction(1 / 8)),
        ("all ten recalled", fraction(values["all_recalled"]), fraction(0.0)),
    ]


def explanation(values: Mapping[str, Any]) -> str:
    """What answers without a memory, and how well it must do."""
    expected = measured(values["expected_baseline_loss"])
    if values["problem"] == "adding":
        return (
            "Without memory the best answer is always 1; its error is the variance of two uniform "
            f"values' sum, 1/6 = {expected} on endless data."
        )
    return (
        "Without memory the best answer is blanks, then each of 8 digits alike: "
        f"10 ln 8 / {values['length'] + 20:,} = {expected}."
    )


def verdict(values: Mapping[str, Any]) -> str:
    """Whether the model remembers at all."""
    share = values["loss"] / values["baseline_loss"]
    if share > 1.05:
        return "This model does worse: it has not learned even that."
    if share > 0.95:
        return "This model has learned no more than that."
    if share > SOLVED:
        return f"This model's loss is {100 * share:.0f} % of it: it remembers something."
    return f"This model's loss is {100 * share:.2g} % of it: it remembers."
