"""The evaluation of a next_token run -> what its model card says."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings
from rnnkit.tasks.next_token.evaluation import NextTokenEvaluation
from rnnkit.tasks.next_token.token_table import shown_token
from rnnkit.tasks.next_token.view import HEADS, NOUNS, head, memorisation, rows, verdict
from rnnkit.words import counted, fraction, measured, percent

WORST = 5  # tokens that are named
COPIED = 0.05  # more runs of a sample than of held-back text that stand in the training text


def findings(evaluation: NextTokenEvaluation) -> Findings:
    """What it predicts, beside what, where it fails, and what that speaks against."""
    noun = NOUNS[evaluation.level]
    kind = "running text" if evaluation.kind == "text" else "sequences"
    sample = evaluation.sample
    return Findings(
        does=f"Predicts the next {noun} of {kind}, and writes such by it.",
        judged=head(evaluation),
        scores=Grid(("", *HEADS), tuple(rows(evaluation))),
        verdict=[verdict(evaluation), *([memorisation(evaluation, sample)] if sample else [])],
        fails=[*_begins(evaluation), *_hardest(evaluation)],
        unfit=[
            *_not_better(evaluation),
            *_copies(evaluation),
            f"Answers that must be true: its likeliest {noun} was right in "
            f"{percent(evaluation.accuracy)} of {counted(evaluation.tokens, 'case')}.",
        ],
    )


def _begins(evaluation: NextTokenEvaluation) -> Iterator[str]:
    """How much more it costs where there is little past."""
    noun = NOUNS[evaluation.level]
    for one in evaluation.positions[:1]:
        if one.loss > evaluation.loss:
            yield (
                f"After 1 {noun} it needs {measured(one.loss)} nats; over all "
                f"{measured(evaluation.loss)}."
            )


def _hardest(evaluation: NextTokenEvaluation) -> Iterator[str]:
    noun = NOUNS[evaluation.level]
    for one in evaluation.hardest[:WORST]:
        yield (
            f"The {noun} {shown_token(one.token)} costs {measured(one.loss)} nats (n-gram "
            f"{measured(one.ngram_loss)}) and is {percent(one.share)} of its loss, in "
            f"{counted(one.count, 'case')}."
        )


def _not_better(evaluation: NextTokenEvaluation) -> Iterator[str]:
    if evaluation.verdict != "better":
        yield (
            f"Predicting in place of the {evaluation.best_baseline} baseline, which needs "
            f"{measured(evaluation.rival.loss)} nats a {NOUNS[evaluation.level]}: it needs "
            f"{measured(evaluation.loss)} itself; accuracy {fraction(evaluation.accuracy)} against "
            f"{fraction(evaluation.rival.accuracy)}."
        )


def _copies(evaluation: NextTokenEvaluation) -> Iterator[str]:
    sample = evaluation.sample
    if sample is not None and sample.copied > sample.copied_held_back + COPIED:
        yield (
            f"Text that must be new: {percent(sample.copied)} of the runs of {sample.run} "
            f"{NOUNS[evaluation.level]}s that it drew stand in the training text; of held-back "
            f"text {percent(sample.copied_held_back)} do."
        )
