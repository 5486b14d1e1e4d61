"""The evaluation of a classification run -> what its model card says."""

from __future__ import annotations

from collections.abc import Iterator

from rnnkit.data.card import DataCard
from rnnkit.reports.card import Grid
from rnnkit.reports.findings import Findings
from rnnkit.tasks.classification.evaluation import SIGNIFICANT, ClassificationEvaluation
from rnnkit.tasks.classification.metrics import wilson_interval
from rnnkit.tasks.classification.view import evaluated, remarks, scores, verdict
from rnnkit.words import brief, counted, fraction, named, percent, quoted

WORST = 5  # classes that are described
WIDE = 0.4  # the 95 % interval of a recall of fewer than about 20 examples
OFF = 0.1  # a calibration error


def findings(evaluation: ClassificationEvaluation, card: DataCard) -> Findings:
    """What it tells apart, beside what, where it fails, and what that speaks against."""
    report, ngrams = evaluation.report, evaluation.ngrams
    heads = ("", "this model", "baseline", *(["n-grams"] if ngrams else []))
    error = evaluation.expected_calibration_error
    return Findings(
        does=f"Tells {len(report.classes)} classes apart: {quoted(report.classes)}.",
        judged=evaluated(evaluation),
        scores=Grid(heads, tuple(map(tuple, scores(evaluation)))),
        verdict=[
            verdict(report),
            *([ngrams.sentence] if ngrams else []),
            *_calibrated(error),
            *remarks(evaluation),
        ],
        fails=[*_worst(evaluation), *_surest(evaluation)],
        unfit=[
            *_not_better(evaluation),
            *_not_found(evaluation),
            *_not_known(evaluation, card),
            *_not_calibrated(error),
            f"What is none of its {len(report.classes)} classes: it answers one of them all the "
            "same.",
        ],
    )


def _calibrated(error: float | None) -> Iterator[str]:
    if error is not None:
        yield (
            f"Its probabilities are off by {fraction(error)} on average (expected calibration "
            "error)."
        )


def _worst(evaluation: ClassificationEvaluation) -> Iterator[str]:
    """The classes of which it finds less than of all examples."""
    classes, confusion = evaluation.classes, evaluation.report.confusion
    below = [
        number
        for number, one in enumerate(classes)
        if one.support and one.recall < evaluation.accuracy
    ]
    for number in sorted(below, key=lambda number: classes[number].recall)[:WORST]:
        one, mistakes = classes[number], confusion[number].copy()
        mistakes[number] = 0
        said = int(mistakes.argmax())
        yield (
            f"'{brief(one.name)}': of {one.support:,} it found {percent(one.recall)}, most often "
            f"taken for '{brief(classes[said].name)}' ({mistakes[said]:,})."
        )


def _surest(evaluation: ClassificationEvaluation) -> Iterator[str]:
    for one in evaluation.mistakes[:1]:
        yield (
            f"Its surest mistake: it gave '{brief(one.predicted)}' {percent(one.probability)} for "
            f"example {brief(one.example)}, which is '{brief(one.true)}'."
        )


def _not_better(evaluation: ClassificationEvaluation) -> Iterator[str]:
    report, ngrams = evaluation.report, evaluation.ngrams
    low, high = report.accuracy_interval
    if low <= report.baseline.accuracy:
        yield (
            f"Telling these classes apart: its accuracy of {fraction(report.accuracy)} (95 % "
            f"interval {fraction(low)} to {fraction(high)}) is {report.verdict}, which always "
            f"answers '{brief(report.baseline_name)}' ({fraction(report.baseline.accuracy)})."
        )
    elif ngrams and (ngrams.p_value >= SIGNIFICANT or ngrams.only_network < ngrams.only_ngrams):
        yield f"Taking the place of counted n-grams: {ngrams.sentence}"


def _not_found(evaluation: ClassificationEvaluation) -> Iterator[str]:
    """Classes of which it finds no more than guessing would."""
    chance = 1 / len(evaluation.classes)
    poor = [one for one in evaluation.classes if one.support and one.recall <= chance]
    for one in sorted(poor, key=lambda one: one.recall)[:WORST]:
        yield (
            f"Finding '{brief(one.name)}': of {counted(one.support, 'example')} it found "
            f"{percent(one.recall)}; guessing finds {percent(chance)}."
        )
    if (more := len(poor) - WORST) > 0:
        yield f"Finding {more:,} other classes, of which guessing finds as many."


def _not_known(evaluation: ClassificationEvaluation, card: DataCard) -> Iterator[str]:
    """Classes with too few examples to know how often they are found."""
    trained = dict(zip(card.classes or (), card.parts[0].classes or (), strict=False))
    few = []
    for one in evaluation.classes:
        low, high = wilson_interval(round(one.recall * one.support), max(one.support, 1))
        if not one.support or high - low > WIDE:
            few.append(f"'{brief(one.name)}' ({one.support:,} of {trained.get(one.name, 0):,})")
    if few:
        yield (
            f"Relying on the scores of classes with few examples (judged, of trained): "
            f"{named(few)}."
        )


def _not_calibrated(error: float | None) -> Iterator[str]:
    if error is not None and error > OFF:
        yield f"Acting on its probabilities: on average they are off by {fraction(error)}."
