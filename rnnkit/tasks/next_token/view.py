"""The evaluation of a next-token run -> tables, and what its page shows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.tasks.next_token.plots.tokens import shown_token
from rnnkit.words import counted, fraction, measured, percent

TEMPLATE = "next_token.html.jinja"
NOUNS = {"character": "character", "word": "word", "item": "token"}
HARDEST = 10  # rows in the terminal
LONGEST_COPY = 300  # characters


def summary(values: Mapping[str, Any]) -> Group:
    """The result beside the baselines, from what evaluation.json holds."""
    return Group(Text(head(values), "bold"), _score_table(values), Text(verdict(values)))


def details(values: Mapping[str, Any]) -> Group:
    """The result beside the baselines, where the loss comes from, and what a sample copies."""
    parts: list[RenderableType] = [summary(values)]
    if values["positions"]:
        parts += [Text(positions_head(values), "bold"), _position_table(values)]
    if values["hardest"]:
        parts += [Text("The hardest tokens", "bold"), _hardest_table(values)]
    parts += [Text("Copied from the training text", "bold"), Text(memorisation(values))]
    return Group(*parts)


def page(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the template reads."""
    return {
        "head": head(values),
        "rows": rows(values),
        "verdict": verdict(values),
        "noun": NOUNS[values["level"]],
        "rival": values["baselines"][values["best_baseline"]],
        "rival_name": baseline_name(values, values["best_baseline"]),
        "positions_head": positions_head(values),
        "hardest": [{**row, "token": shown_token(row["token"])} for row in values["hardest"]],
        "memorisation": memorisation(values),
        "sample": values["sample"]["text"],
    }


def head(values: Mapping[str, Any]) -> str:
    """`validation: 79,495 characters, 72 different`."""
    tokens = counted(values["tokens"], NOUNS[values["level"]])
    if judged := values.get("judged"):
        tokens = (
            f"the first {judged['tokens']:,} of {counted(judged['of'], NOUNS[values['level']])}"
        )
    sequences = f" in {counted(values['sequences'], 'sequence')}" if "sequences" in values else ""
    return f"{values['data']}: {tokens}{sequences}, a vocabulary of {values['vocabulary']:,}"


def rows(values: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """(who, nats, bits, perplexity, accuracy), as text; the model first."""
    baselines = values["baselines"]
    found = [("this model", values)]
    found += [(baseline_name(values, key), baselines[key]) for key in reversed(baselines)]
    return [
        (
            name,
            measured(row["loss"]),
            measured(row["bits"]),
            f"{row['perplexity']:,.2f}",
            fraction(row["accuracy"]),
        )
        for name, row in found
    ]


def baseline_name(values: Mapping[str, Any], key: str) -> str:
    """`n-gram, order 4`."""
    return f"n-gram, order {values['baselines'][key]['order']}" if key == "ngram" else key


def verdict(values: Mapping[str, Any]) -> str:
    """Whether the model is worth its training, plainly."""
    best = values["best_baseline"]
    noun = NOUNS[values["level"]]
    gain = values["gain"]
    name = f"{best} baseline"
    if best == "ngram":
        name = f"n-gram of order {values['baselines'][best]['order']}"
    interval = values["gain_interval"]
    between = ""
    if interval is not None:
        low, high = (f"{end:+.4f}" for end in interval)
        between = f" (95 % interval {low} to {high})"
    size = f"{abs(gain):.4f} nats a {noun}{between}"
    if values["verdict"] == "better":
        text = f"The model beats the best baseline, the {name}, by {size}."
    elif values["verdict"] == "worse":
        text = (
            f"The model LOSES to the {name} by {size}: counting does better than this network. "
            "Train longer, or change the model."
        )
    else:
        text = f"No clear difference from the best baseline, the {name}: {gain:+.4f} nats a {noun}"
        text += f"{between}."
    text += f" Among its five likeliest: {percent(values['top_5_accuracy'])}."
    if learned := values.get("counted"):
        text += (
            f" The baselines count only {_counted(learned, noun)}: of all of them, n-grams may do "
            "better."
        )
    return text


def positions_head(values: Mapping[str, Any]) -> str:
    """What the positions are."""
    if values["kind"] == "text":
        return "Loss by tokens read, when a window begins without a past"
    return "Loss by position in the sequence"


def memorisation(values: Mapping[str, Any]) -> str:
    """How much of a sample is copied, beside held-back text, which cannot be."""
    sample, noun = values["sample"], NOUNS[values["level"]]
    run = f"{sample['run']} {noun}s"
    learned = values.get("counted")
    where = _counted(learned, noun) if learned else "the training text"
    longest = sample["longest_text"]
    if len(longest) > LONGEST_COPY:
        longest = longest[:LONGEST_COPY].rstrip() + "…"
    return (
        f"Of the runs of {run} in {counted(sample['tokens'], noun)} that the model drew, "
        f"{percent(sample['copied'])} stand in {where}; of as much held-back text, "
        f"{percent(sample['copied_held_back'])} do. The longest copied run has "
        f"{counted(sample['longest'], noun)} (held-back text: {sample['longest_held_back']:,}): "
        f"‘{longest}’."
    )


def _counted(learned: Mapping[str, int], noun: str) -> str:
    return f"the last {learned['tokens']:,} of {learned['of']:,} training {noun}s"


def _score_table(values: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("", no_wrap=True)
    for name in ("nats", "bits", "perplexity", "accuracy"):
        table.add_column(name, justify="right", no_wrap=True)
    for index, cells in enumerate(rows(values)):
        table.add_row(*(Text(cell, "" if index else "bold") for cell in cells))
    return table


def _position_table(values: Mapping[str, Any]) -> Table:
    """Positions 1, 2, 4, 8, ... and the last."""
    found = values["positions"]
    doubling = itertools.takewhile(lambda n: n < len(found), (2**n for n in itertools.count()))
    chosen = [found[n - 1] for n in doubling] + [found[-1]]
    with_ngram = "ngram_loss" in found[0]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("position", justify="right", no_wrap=True)
    table.add_column("this model", justify="right", no_wrap=True)
    if with_ngram:
        table.add_column("n-gram", justify="right", no_wrap=True)
    table.add_column("predictions", justify="right", no_wrap=True)
    for row in chosen:
        losses = [measured(row["loss"])] + ([measured(row["ngram_loss"])] if with_ngram else [])
        table.add_row(f"{row['position']:,}", *losses, f"{row['tokens']:,}")
    if values["kind"] == "text":
        table.add_row("all", measured(values["loss"]), f"{values['tokens']:,}")
    return table


def _hardest_table(values: Mapping[str, Any]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("token", no_wrap=True)
    for name in ("count", "nats", "n-gram", "of the loss"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in values["hardest"][:HARDEST]:
        table.add_row(
            Text(shown_token(row["token"])),
            f"{row['count']:,}",
            measured(row["loss"]),
            measured(row["ngram_loss"]),
            percent(row["share"]),
        )
    return table
