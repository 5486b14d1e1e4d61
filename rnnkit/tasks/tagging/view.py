"""The evaluation of a tagging run -> tables, and what its page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.tasks.tagging.evaluation import BaselineName, TaggingEvaluation, TagScores
from rnnkit.words import counted, fraction, measured, percent, shorten

LONGEST_NAME = 24  # characters of a tag or a token
MOST = 10  # mistakes and tokens in the terminal
NAMES: dict[BaselineName, str] = {
    "majority": "always the most frequent tag",
    "token": "each token's most frequent tag",
    "logistic": "logistic regression on neighbours",
}

Row = tuple[str, ...]


def summary(evaluation: TaggingEvaluation) -> Group:
    """The result beside the baselines."""
    heads, rows = scores(evaluation)
    return Group(Text(head(evaluation), "bold"), _table(heads, rows), Text(verdict(evaluation)))


def details(evaluation: TaggingEvaluation) -> Group:
    """The result beside the baselines, every tag and span, and what is mistaken most."""
    parts: list[RenderableType] = [
        summary(evaluation),
        Text("Every tag, the hardest first", "bold"),
        _table(("tag", "precision", "recall", "F1", "rows"), tag_rows(by_f1(evaluation))),
    ]
    if evaluation.spans:
        heads = ("span", "precision", "recall", "F1", "spans")
        parts.append(_table(heads, tag_rows(evaluation.spans)))
    if evaluation.mistaken:
        parts += [Text("The most frequent mistakes", "bold"), _table(*mistaken(evaluation, MOST))]
    if evaluation.hardest:
        parts += [Text("The hardest tokens", "bold"), _table(*hardest(evaluation, MOST))]
    parts += (Text(f"Note: {note}.", "dim") for note in evaluation.notes)
    return Group(*parts)


def page(evaluation: TaggingEvaluation) -> dict[str, Any]:
    """What the template reads."""
    return {
        "head": head(evaluation),
        "scores": scores(evaluation),
        "verdict": verdict(evaluation),
        "tag_rows": tag_rows(by_f1(evaluation)),
        "span_rows": tag_rows(evaluation.spans),
        "mistaken": mistaken(evaluation, len(evaluation.mistaken)),
        "hardest": hardest(evaluation, len(evaluation.hardest)),
    }


def head(evaluation: TaggingEvaluation) -> str:
    """`test: 12,000 rows of 600 sequences, 21 tags`."""
    rows, sequences = counted(evaluation.rows, "row"), counted(evaluation.sequences, "sequence")
    return f"{evaluation.data}: {rows} of {sequences}, {len(evaluation.tags)} tags"


def scores(evaluation: TaggingEvaluation) -> tuple[Row, list[Row]]:
    """Heads and rows: the model first, then the baselines."""
    heads = ["", "accuracy", "macro F1"]
    keys = ["accuracy", "macro_f1"]
    for key, title in (("span_f1", "span F1"), ("unknown_accuracy", "unknown tokens")):
        if getattr(evaluation, key) is not None:
            heads.append(title)
            keys.append(key)
    known = evaluation.baselines
    scored = [("this model", evaluation), *((NAMES[name], known[name]) for name in known)]
    return tuple(heads), [
        (name, *(fraction(getattr(row, key)) for key in keys)) for name, row in scored
    ]


def verdict(evaluation: TaggingEvaluation) -> str:
    """Whether the model is worth its training, and how sure that is."""
    said = f"Loss {measured(evaluation.loss)} nats a row; "
    said += f"{percent(evaluation.sequence_accuracy)} of the sequences are right from end to end."
    if evaluation.unknown_accuracy is not None:
        share = percent(evaluation.unknown_rows / evaluation.rows)
        known = evaluation.known_accuracy
        also = "" if known is None else f", those of known ones {fraction(known)}"
        said += (
            f" {share} of the rows have a token that training does not have, or too rarely: their "
            f"accuracy is {fraction(evaluation.unknown_accuracy)}{also}."
        )
    if (interval := evaluation.accuracy_interval_95) is not None:
        said += f" The accuracy's 95 % interval is {' to '.join(map(fraction, interval))}"
        if (best := evaluation.best_baseline) is not None:
            against = {
                "better": "better than the best baseline",
                "worse": "WORSE than the best baseline",
                "unclear": "no different from the best baseline",
            }[evaluation.verdict]
            said += f": {against}, {NAMES[best]}"
            if best == "logistic":
                said += f", which learnt from {counted(evaluation.counted_rows or 0, 'row')}"
        said += "."
    return said


def by_f1(evaluation: TaggingEvaluation) -> list[TagScores]:
    """The tags, the hardest first."""
    return sorted(evaluation.tags, key=lambda one: one.f1)


def tag_rows(tags: Sequence[TagScores]) -> list[Row]:
    """(name, precision, recall, F1, how many) as text."""
    return [
        (
            shorten(one.name, LONGEST_NAME),
            *(fraction(number) for number in (one.precision, one.recall, one.f1)),
            f"{one.support:,}",
        )
        for one in tags
    ]


def mistaken(evaluation: TaggingEvaluation, most: int) -> tuple[Row, list[Row]]:
    """Heads and rows: which tags are taken for which others."""
    support = {one.name: one.support for one in evaluation.tags}
    return ("tag", "taken for", "rows", "of the tag"), [
        (
            shorten(one.tag, LONGEST_NAME),
            shorten(one.said, LONGEST_NAME),
            f"{one.rows:,}",
            percent(one.rows / support[one.tag]),
        )
        for one in evaluation.mistaken[:most]
    ]


def hardest(evaluation: TaggingEvaluation, most: int) -> tuple[Row, list[Row]]:
    """Heads and rows: the tokens that are missed most."""
    return ("token", "mistakes", "rows", "most often"), [
        (
            shorten(one.token, LONGEST_NAME),
            f"{one.mistakes:,}",
            f"{one.rows:,}",
            f"{shorten(one.tag, LONGEST_NAME)} as {shorten(one.said, LONGEST_NAME)}",
        )
        for one in evaluation.hardest[:most]
    ]


def _table(heads: Row, rows: Sequence[Row]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for number, name in enumerate(heads):
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
