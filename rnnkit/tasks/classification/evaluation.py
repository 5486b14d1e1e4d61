"""How classes were told apart: what evaluation.json holds of classification."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from pydantic import Field

from rnnkit.reports.evaluation import Entry, Evaluation
from rnnkit.tasks.classification.decision import Decision
from rnnkit.tasks.classification.metrics import ClassificationReport, ClassScores
from rnnkit.tasks.classification.mistakes import Mistake
from rnnkit.words import counted

SIGNIFICANT = 0.05


class Majority(Entry):
    """Always answering the training part's most frequent class, on the same examples."""

    class_: str = Field(validation_alias="class", serialization_alias="class")
    accuracy: float


class NGrams(Entry):
    """A logistic regression on the n-grams of the training part's texts, on the same examples."""

    kind: str  # what they are, as in words 1-2
    texts: int  # that it learnt from
    accuracy: float
    confusion: tuple[tuple[int, ...], ...]  # (C, C), as that of the network
    only_network: int  # examples that only the network got right
    only_ngrams: int  # those that only the n-grams got right
    p_value: float  # that the two are equally good: McNemar's exact test

    @property
    def sentence(self) -> str:
        """Who wins, and whether that could be chance."""
        gain = self.only_network - self.only_ngrams
        if not gain:
            return f"This network and n-grams ({self.kind}) are right equally often."
        better, worse = ("this network", f"n-grams ({self.kind})")[:: 1 if gain > 0 else -1]
        p = f"p = {self.p_value:.2g}" if self.p_value >= 0.001 else "p < 0.001"
        what = f"by {counted(abs(gain), 'example')} ({p}, McNemar's exact test)"
        if self.p_value < SIGNIFICANT:
            is_better = "is better" if gain > 0 else "are better"
            return f"{better[0].upper()}{better[1:]} {is_better} than {worse} {what}."
        return (
            f"Between this network and n-grams ({self.kind}) there is no difference beyond chance: "
            f"{better} {'is' if gain > 0 else 'are'} ahead {what}."
        )


class ClassificationEvaluation(Evaluation):
    """How a model does on N examples of C classes, beside the majority class."""

    task: Literal["classification"] = "classification"
    loss: float
    accuracy: float
    top_3_accuracy: float | None = None  # these two where the config asks for them
    top_5_accuracy: float | None = None
    examples: int  # N
    accuracy_interval_95: tuple[float, float]  # Wilson's
    precision: float  # of two classes the positive one's, of more their mean; so are these two
    recall: float
    f1_score: float
    auc: float | None = None  # the area under the ROC, exact; None: the part holds one class alone
    average_precision: float | None = None  # of the same classes
    expected_calibration_error: float | None = None  # in 15 bins, of calibrated probabilities
    uncalibrated_error: float | None = None  # the same before the temperature, where there is one
    macro_f1: float  # the mean over the classes; an undefined F1 counts as 0
    weighted_f1: float  # the mean over the examples of their class's F1
    baseline: Majority
    ngrams: NGrams | None = None  # of texts, where the training part is there
    classes: tuple[ClassScores, ...]  # C
    confusion: tuple[tuple[int, ...], ...]  # (C, C), a row a true class, a column a predicted one
    positive: str | None = None  # of two classes
    decision: Decision = Decision()  # how probabilities became answers
    mistakes: tuple[Mistake, ...] = ()  # the surest; mistakes.csv has all
    notes: tuple[str, ...] = ()  # what these numbers must be read with

    @classmethod
    def of(
        cls,
        report: ClassificationReport,
        *,
        data: str,
        loss: float,
        metrics: Mapping[str, float],
        **found: Any,
    ) -> ClassificationEvaluation:
        """The evaluation of a report, with the loss and the metrics of the training's steps.

        Args:
            report: what was answered, and what was true.
            data: the part, or the file.
            loss: of the model as it was trained.
            metrics: of them what a report does not have.
            found: the other fields.
        """
        summarised = report.summarised
        return cls(
            data=data,
            loss=loss,
            accuracy=report.accuracy,
            top_3_accuracy=metrics.get("top_3_accuracy"),
            top_5_accuracy=metrics.get("top_5_accuracy"),
            examples=report.examples,
            accuracy_interval_95=report.accuracy_interval,
            precision=summarised.precision,
            recall=summarised.recall,
            f1_score=summarised.f1,
            macro_f1=report.macro_f1,
            weighted_f1=report.weighted_f1,
            baseline=Majority.model_validate(
                {"class": report.baseline_name, "accuracy": report.baseline.accuracy}
            ),
            classes=report.per_class,
            confusion=tuple(map(tuple, report.confusion.tolist())),
            positive=report.classes[1] if len(report.classes) == 2 else None,
            **found,
        )

    @functools.cached_property
    def ngrams_report(self) -> ClassificationReport | None:
        """As `report`, of the n-grams."""
        if self.ngrams is None:
            return None
        confusion = np.asarray(self.ngrams.confusion, dtype=np.int64)
        return ClassificationReport(self.report.classes, confusion, self.report.baseline_class)

    @functools.cached_property
    def report(self) -> ClassificationReport:
        """All that follows from the confusion matrix."""
        names = tuple(scores.name for scores in self.classes)
        confusion = np.asarray(self.confusion, dtype=np.int64)
        return ClassificationReport(names, confusion, names.index(self.baseline.class_))

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        best = self.baseline.accuracy
        return {"accuracy": best if self.ngrams is None else max(best, self.ngrams.accuracy)}
