"""The evaluation of a next-token run -> tables, and what its page shows."""

from __future__ import annotations

import itertools
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.reports.scores import number_table
from rnnkit.tasks.next_token.evaluation import (
    BaselineName,
    Bound,
    NextTokenEvaluation,
    Quality,
    Sample,
)
from rnnkit.tasks.next_token.token_table import shown_token
from rnnkit.words import counted, fraction, measured, percent, shorten

NOUNS = {"character": "character", "word": "word", "item": "token"}
HEADS = ("nats", "bits", "perplexity", "accuracy")
HARDEST = 10  # rows in the terminal
LONGEST_COPY = 300  # characters
LONGEST_TOKEN = 16


def summary(evaluation: NextTokenEvaluation) -> Group:
    """The result beside the baselines."""
    return Group(
        Text(head(evaluation), "bold"),
        number_table("", *HEADS, rows=rows(evaluation), bold="this model"),
        Text(verdict(evaluation)),
    )


def details(evaluation: NextTokenEvaluation) -> Group:
    """The result beside the baselines, where the loss comes from, and what a sample copies."""
    parts: list[RenderableType] = [summary(evaluation)]
    if evaluation.positions:
        parts += [Text(positions_head(evaluation), "bold"), _position_table(evaluation)]
    if evaluation.hardest:
        parts += [Text("The hardest tokens", "bold"), _hardest_table(evaluation)]
    if sample := evaluation.sample:
        copied = memorisation(evaluation, sample)
        parts += [Text("Copied from the training text", "bold"), Text(copied)]
    parts += (Text(f"Note: {note}.", "dim") for note in evaluation.notes)
    return Group(*parts)


def page(evaluation: NextTokenEvaluation) -> dict[str, Any]:
    """What the template reads."""
    sample = evaluation.sample
    return {
        "head": head(evaluation),
        "rows": rows(evaluation),
        "verdict": verdict(evaluation),
        "noun": NOUNS[evaluation.level],
        "rival": evaluation.rival,
        "rival_name": baseline_name(evaluation, evaluation.best_baseline),
        "positions_head": positions_head(evaluation),
        "hardest": [(_short(row.token), row) for row in evaluation.hardest],
        "memorisation": "" if sample is None else memorisation(evaluation, sample),
        "sample": "" if sample is None else sample.text,
    }


def head(evaluation: NextTokenEvaluation) -> str:
    """`validation: 79,495 characters, 72 different`."""
    tokens = counted(evaluation.tokens, NOUNS[evaluation.level])
    if judged := evaluation.judged:
        tokens = f"the first {judged.tokens:,} of {counted(judged.of, NOUNS[evaluation.level])}"
    number = evaluation.sequences
    sequences = "" if number is None else f" in {counted(number, 'sequence')}"
    return f"{evaluation.data}: {tokens}{sequences}, a vocabulary of {evaluation.vocabulary:,}"


def rows(evaluation: NextTokenEvaluation) -> list[tuple[str, ...]]:
    """(who, nats, bits, perplexity, accuracy), as text; the model first."""
    scored: list[tuple[str, NextTokenEvaluation | Quality]] = [("this model", evaluation)]
    known = evaluation.baselines.known
    scored += [(baseline_name(evaluation, name), quality) for name, quality in known.items()]
    return [
        (
            name,
            measured(row.loss),
            measured(row.bits),
            f"{row.perplexity:,.2f}",
            fraction(row.accuracy),
        )
        for name, row in scored
    ]


def baseline_name(evaluation: NextTokenEvaluation, key: BaselineName) -> str:
    """`n-gram, order 4`."""
    ngram = evaluation.baselines.ngram
    return f"n-gram, order {ngram.order}" if ngram is not None and key == "ngram" else key


def verdict(evaluation: NextTokenEvaluation) -> str:
    """Whether the model is worth its training, plainly."""
    best = evaluation.best_baseline
    noun = NOUNS[evaluation.level]
    gain = evaluation.gain
    name = f"{best} baseline"
    ngram = evaluation.baselines.ngram
    if ngram is not None and best == "ngram":
        name = f"n-gram of order {ngram.order}"
    interval = evaluation.gain_interval
    between = ""
    if interval is not None:
        low, high = (f"{end:+.4f}" for end in interval)
        between = f" (95 % interval {low} to {high})"
    size = f"{abs(gain):.4f} nats a {noun}{between}"
    if evaluation.verdict == "better":
        text = f"The model beats the best baseline, the {name}, by {size}."
    elif evaluation.verdict == "worse":
        text = (
            f"The model LOSES to the {name} by {size}: counting does better than this network. "
            "Train longer, or change the model."
        )
    else:
        text = f"No clear difference from the best baseline, the {name}: {gain:+.4f} nats a {noun}"
        text += f"{between}."
    text += f" Among its five likeliest: {percent(evaluation.top_5_accuracy)}."
    if learned := evaluation.counted:
        text += (
            f" The baselines count only {_counted(learned, noun)}: of all of them, n-grams may do "
            "better."
        )
    return text


def positions_head(evaluation: NextTokenEvaluation) -> str:
    """What the positions are."""
    if evaluation.kind == "text":
        return "Loss by tokens read, when a window begins without a past"
    return "Loss by position in the sequence"


def memorisation(evaluation: NextTokenEvaluation, sample: Sample) -> str:
    """How much of a sample is copied, beside held-back text, which cannot be."""
    noun = NOUNS[evaluation.level]
    run = f"{sample.run} {noun}s"
    learned = evaluation.counted
    where = _counted(learned, noun) if learned else "the training text"
    longest = sample.longest_text
    if len(longest) > LONGEST_COPY:
        longest = longest[:LONGEST_COPY].rstrip() + "…"
    return (
        f"Of the runs of {run} in {counted(sample.tokens, noun)} that the model drew, "
        f"{percent(sample.copied)} stand in {where}; of as much held-back text, "
        f"{percent(sample.copied_held_back)} do. The longest copied run has "
        f"{counted(sample.longest, noun)} (held-back text: {sample.longest_held_back:,}): "
        f"‘{longest}’."
    )


def _counted(learned: Bound, noun: str) -> str:
    return f"the last {learned.tokens:,} of {learned.of:,} training {noun}s"


def _position_table(evaluation: NextTokenEvaluation) -> Table:
    """Positions 1, 2, 4, 8, ... and the last."""
    found = evaluation.positions
    doubling = itertools.takewhile(lambda n: n < len(found), (2**n for n in itertools.count()))
    chosen = [found[n - 1] for n in doubling] + [found[-1]]
    with_ngram = found[0].ngram_loss is not None
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("position", justify="right", no_wrap=True)
    table.add_column("this model", justify="right", no_wrap=True)
    if with_ngram:
        table.add_column("n-gram", justify="right", no_wrap=True)
    table.add_column("predictions", justify="right", no_wrap=True)
    for row in chosen:
        losses = [measured(row.loss)]
        losses += [] if row.ngram_loss is None else [measured(row.ngram_loss)]
        table.add_row(f"{row.position:,}", *losses, f"{row.tokens:,}")
    if evaluation.kind == "text":
        table.add_row("all", measured(evaluation.loss), f"{evaluation.tokens:,}")
    return table


def _hardest_table(evaluation: NextTokenEvaluation) -> Table:
    rows = [
        (
            _short(row.token),
            f"{row.count:,}",
            measured(row.loss),
            measured(row.ngram_loss),
            percent(row.share),
        )
        for row in evaluation.hardest[:HARDEST]
    ]
    return number_table("token", "count", "nats", "n-gram", "of the loss", rows=rows)


def _short(token: str) -> str:
    return shorten(shown_token(token), LONGEST_TOKEN)
