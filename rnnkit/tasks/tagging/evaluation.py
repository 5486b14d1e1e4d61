"""How steps were tagged: what evaluation.json holds of tagging."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from rnnkit.reports.evaluation import Entry, Evaluation

BaselineName = Literal["majority", "token", "logistic"]
Verdict = Literal["better", "worse", "unclear"]


class TagScores(Entry):
    """One tag, or one type of span, against all others; an undefined number is 0."""

    name: str
    precision: float  # of those predicted as this tag, the share that is
    recall: float  # of those that are this tag, the share predicted so
    f1: float
    support: int  # rows, or spans, that are this


class Scores(Entry):
    """What a model and its baselines are compared by."""

    accuracy: float  # of rows
    macro_f1: float  # the mean over the tags that occur
    unknown_accuracy: float | None  # of the rows whose token is unknown, where there are some
    span_f1: float | None  # of whole spans, where the tags are BIO


class Mistaken(Entry):
    """Rows of one tag that were taken for another."""

    tag: str
    said: str
    rows: int


class HardToken(Entry):
    """A token whose tag is often missed."""

    token: str
    rows: int
    mistakes: int
    tag: str  # the commonest mistake: what it is,
    said: str  # and what it was taken for


class TaggingEvaluation(Evaluation):
    """How a model does on the rows of some sequences, beside plain baselines."""

    task: Literal["tagging"] = "tagging"
    rows: int
    sequences: int
    loss: float  # nats a row
    accuracy: float  # of rows
    accuracy_interval_95: tuple[float, float] | None  # of the sequences' luck; None: only one
    sequence_accuracy: float  # the share of sequences that are right from end to end
    macro_f1: float
    known_accuracy: float | None  # of tokens that the model knows, where it reads some
    unknown_accuracy: float | None  # of new ones, and those rarer than min_count
    unknown_rows: int
    span_f1: float | None
    spans: tuple[TagScores, ...]  # all of them, then each type; of BIO tags
    tags: tuple[TagScores, ...]  # C
    mistaken: tuple[Mistaken, ...]  # the most frequent first
    hardest: tuple[HardToken, ...]  # the tokens with the most mistakes
    baselines: dict[BaselineName, Scores]  # on the same rows; empty without the training data
    counted_rows: int | None  # training rows that the logistic regression learnt from
    notes: tuple[str, ...] = ()  # on the rows, as sentences

    @property
    def best_baseline(self) -> BaselineName | None:
        """The one with the highest accuracy."""
        if not self.baselines:
            return None
        return max(self.baselines, key=lambda name: self.baselines[name].accuracy)

    @property
    def verdict(self) -> Verdict:
        """Whether the model beats the best baseline by more than the luck of the sequences."""
        best = self.best_baseline
        if best is None or self.accuracy_interval_95 is None:
            return "unclear"
        low, high = self.accuracy_interval_95
        rival = self.baselines[best].accuracy
        return "better" if low > rival else "worse" if high < rival else "unclear"

    @property
    def baseline_numbers(self) -> Mapping[str, float | None]:
        best = self.best_baseline
        return {} if best is None else self.baselines[best].model_dump()
