"""How classes were told apart: what evaluation.json holds of classification."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from rnnkit.reports.evaluation import Evaluation
from rnnkit.tasks.classification.metrics import ClassificationReport, ClassScores
from rnnkit.words import counted

SIGNIFICANT = 0.05


class Majority(BaseModel):
    """Always answering the training part's most frequent class, on the same examples."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    class_: str = Field(validation_alias="class", serialization_alias="class")
    accuracy: float


class NGrams(BaseModel):
    """A logistic regression on the n-grams of the training part's texts, on the same examples."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str  # what they are, as in words 1-2
    texts: int  # that it learnt from
    accuracy: float
    macro_f1: float
    weighted_f1: float
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
    macro_f1: float  # the mean over the classes; an undefined F1 counts as 0
    weighted_f1: float  # the mean over the examples of their class's F1
    baseline: Majority
    ngrams: NGrams | None = None  # of texts, where the training part is there
    classes: tuple[ClassScores, ...]  # C
    confusion: tuple[tuple[int, ...], ...]  # (C, C), a row a true class, a column a predicted one

    @classmethod
    def of(
        cls,
        report: ClassificationReport,
        *,
        data: str,
        loss: float,
        metrics: Mapping[str, float],
        ngrams: NGrams | None = None,
    ) -> ClassificationEvaluation:
        """The evaluation of a report, with the loss and the metrics of the training's steps."""
        return cls(
            data=data,
            loss=loss,
            accuracy=report.accuracy,
            top_3_accuracy=metrics.get("top_3_accuracy"),
            top_5_accuracy=metrics.get("top_5_accuracy"),
            examples=report.examples,
            accuracy_interval_95=report.accuracy_interval,
            macro_f1=report.macro_f1,
            weighted_f1=report.weighted_f1,
            baseline=Majority.model_validate(
                {"class": report.baseline_name, "accuracy": report.baseline.accuracy}
            ),
            ngrams=ngrams,
            classes=report.per_class,
            confusion=tuple(map(tuple, report.confusion.tolist())),
        )

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
