"""A model's probabilities of one part -> its evaluation, its plots and the list of its mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rnnkit.data.labelled.dataset import Part
from rnnkit.reports.evaluation import Judged
from rnnkit.reports.plots.confusion import plot_confusion
from rnnkit.tasks.classification.calibration import reliability
from rnnkit.tasks.classification.decision import Decision
from rnnkit.tasks.classification.evaluation import ClassificationEvaluation
from rnnkit.tasks.classification.metrics import classification_report, predicted_classes
from rnnkit.tasks.classification.mistakes import mistakes_csv, mistakes_of
from rnnkit.tasks.classification.ngrams import judge_ngrams
from rnnkit.tasks.classification.plots.calibration import plot_calibration
from rnnkit.tasks.classification.plots.curves import plot_precision_recall, plot_roc
from rnnkit.tasks.classification.plots.mistakes import plot_mistakes
from rnnkit.tasks.classification.ranked import ranked_classes

LISTED = 20  # mistakes in evaluation.json; mistakes.csv has all


def judge_answers(
    part: Part,
    given: npt.NDArray[np.floating],
    classes: tuple[str, ...],
    *,
    decision: Decision,
    train_counts: npt.NDArray[np.integer] | None,
    train: Part | None,
    data: str,
    loss: float,
    metrics: Mapping[str, float],
    notes: tuple[str, ...],
) -> Judged[ClassificationEvaluation]:
    """Compare what a model says of a part with the truth.

    Args:
        part: N examples.
        given: (N, C) probabilities, as the model gives them.
        classes: the C names.
        decision: how these become answers.
        train_counts: (C,) training examples of each class, where they are there.
        train: the training part, from which n-grams learn where it holds texts.
        data: what the part is called.
        loss: of the model, as it was trained.
        metrics: of those of its training the ones that need its outputs.
        notes: what the numbers must be read with.
    """
    probabilities, threshold = decision.calibrated(given), decision.threshold
    report = classification_report(
        part.y, probabilities, classes, train_counts=train_counts, threshold=threshold
    )
    predicted, sure = predicted_classes(probabilities, len(classes), threshold=threshold)
    mistakes = mistakes_of(part, predicted, sure, classes)
    ranked, agreement = ranked_classes(part.y, probabilities), reliability(part.y, probabilities)
    before = None if decision.temperature == 1 else reliability(part.y, given)

    def plot(folder: Path, suffix: str) -> None:
        plot_confusion(report.confusion, classes, folder / f"confusion{suffix}.svg")
        if ranked:
            curves = {classes[number]: one for number, one in ranked.items()}
            plot_roc(curves, folder / f"roc{suffix}.svg", threshold=threshold)
            path = folder / f"precision_recall{suffix}.svg"
            plot_precision_recall(curves, path, threshold=threshold)
        plot_calibration(agreement, folder / f"calibration{suffix}.svg", before=before)
        if part.is_image:
            path = folder / f"mistakes{suffix}.svg"
            plot_mistakes(part.pictures, part.y, predicted, sure, classes, part.ids, path)

    evaluation = ClassificationEvaluation.of(
        report,
        data=data,
        loss=loss,
        metrics=metrics,
        auc=_mean(one.roc_area for one in ranked.values()),
        average_precision=_mean(one.average_precision for one in ranked.values()),
        expected_calibration_error=agreement.error,
        uncalibrated_error=None if before is None else before.error,
        decision=decision,
        mistakes=mistakes[:LISTED],
        ngrams=None if train is None else judge_ngrams(train, part, predicted, classes),
        notes=notes,
    )
    return Judged(evaluation, plot, {"mistakes": mistakes_csv(mistakes)})


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return float(np.mean(found)) if found else None
