"""The evaluation of a tagging run -> what its model card says."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings
from rnnkit.tasks.tagging.evaluation import TaggingEvaluation
from rnnkit.tasks.tagging.view import NAMES, by_f1, head, scores, verdict
from rnnkit.words import brief, counted, fraction, percent, quoted

WORST = 5  # tags and tokens that are named
FEW = 20  # rows of a tag, of which fewer say next to nothing


def findings(evaluation: TaggingEvaluation) -> Findings:
    """What it tags, beside what, where it fails, and what that speaks against."""
    heads, rows = scores(evaluation)
    tags = [one.name for one in evaluation.tags]
    return Findings(
        does=f"Gives every step of a sequence one of {len(tags)} tags: {quoted(tags)}.",
        judged=head(evaluation),
        scores=Grid(heads, tuple(rows)),
        verdict=[verdict(evaluation)],
        fails=[*_worst_tags(evaluation), *_worst_tokens(evaluation)],
        unfit=[
            *_not_better(evaluation),
            *_not_found(evaluation),
            *_new_tokens(evaluation),
            *_few(evaluation),
            f"What has none of its {len(tags)} tags: it gives one of them all the same.",
        ],
    )


def _worst_tags(evaluation: TaggingEvaluation) -> Iterator[str]:
    taken = {one.tag: one for one in reversed(evaluation.mistaken)}
    for one in [tag for tag in by_f1(evaluation) if tag.support and tag.f1 < 1][:WORST]:
        most = taken.get(one.name)
        said = f", most often taken for '{brief(most.said)}' ({most.rows:,})" if most else ""
        yield (
            f"'{brief(one.name)}': F1 {fraction(one.f1)}; of {counted(one.support, 'row')} it "
            f"found {percent(one.recall)}{said}."
        )


def _worst_tokens(evaluation: TaggingEvaluation) -> Iterator[str]:
    for one in evaluation.hardest[:WORST]:
        yield (
            f"The token '{brief(one.token)}': {one.mistakes:,} of {counted(one.rows, 'row')} wrong,"
            f" most often '{brief(one.tag)}' as '{brief(one.said)}'."
        )


def _not_better(evaluation: TaggingEvaluation) -> Iterator[str]:
    best = evaluation.best_baseline
    if best is not None and evaluation.verdict != "better":
        interval = evaluation.accuracy_interval_95
        ends = (
            f"95 % interval {' to '.join(map(fraction, interval))}" if interval else "no interval"
        )
        yield (
            f"Tagging in place of '{NAMES[best]}', whose accuracy is "
            f"{fraction(evaluation.baselines[best].accuracy)}: its own is "
            f"{fraction(evaluation.accuracy)} ({ends})."
        )


def _not_found(evaluation: TaggingEvaluation) -> Iterator[str]:
    chance = 1 / len(evaluation.tags)
    for one in [tag for tag in evaluation.tags if tag.support >= FEW and tag.recall <= chance]:
        yield (
            f"Finding '{brief(one.name)}': of {counted(one.support, 'row')} it found "
            f"{percent(one.recall)}; guessing finds {percent(chance)}."
        )


def _new_tokens(evaluation: TaggingEvaluation) -> Iterator[str]:
    """Text full of tokens that it does not know, where it tags those worse."""
    known, unknown = evaluation.known_accuracy, evaluation.unknown_accuracy
    if known is not None and unknown is not None and unknown < known:
        yield (
            f"Text of which more than {percent(evaluation.unknown_rows / evaluation.rows)} of the "
            f"tokens are new to it: of those {percent(unknown)} were right, of known ones "
            f"{percent(known)}."
        )


def _few(evaluation: TaggingEvaluation) -> Iterator[str]:
    few = [f"'{brief(one.name)}' ({one.support:,})" for one in evaluation.tags if one.support < FEW]
    if few:
        shown = ", ".join(few[: 2 * WORST])
        more = f" and {len(few) - 2 * WORST:,} more" if len(few) > 2 * WORST else ""
        yield f"Relying on the scores of tags with fewer than {FEW} rows: {shown}{more}."
