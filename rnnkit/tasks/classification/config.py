"""`task: classification`: one label for a whole sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.section import Section, does_not_fit
from rnnkit.config.stack import InputFacts, Misfit, Stack
from rnnkit.config.training import TrainingConfig
from rnnkit.data.labelled.section import ClassWeight, LabelledData
from rnnkit.problems import KeyPath

Metric = Literal[
    "accuracy", "top_3_accuracy", "top_5_accuracy", "precision", "recall", "f1_score", "auc"
]


Share = Annotated[float, Field(gt=0, le=1)]


class ClassificationTraining(TrainingConfig):
    """`training:` for classification."""

    loss: Literal["sparse_categorical_crossentropy", "binary_crossentropy"] | None = (
        None  # None: by the output's width
    )
    metrics: list[Metric] = ["accuracy"]  # of each epoch; of several classes their mean
    class_weight: ClassWeight | None = None  # what an example of a class counts

    def loss_for(self, units: int) -> str:
        """The loss the config names, or the one that an output of this width calls for."""
        derived = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
        return self.loss or derived


class Threshold(Section):
    """`threshold:`; one aim, which the threshold meets on the validation part."""

    maximize: Literal["f1", "accuracy", "balanced_accuracy"] | None = None  # the most of it
    minimum_precision: Share | None = None  # and then the most recall
    minimum_recall: Share | None = None  # and then the most precision

    @model_validator(mode="after")
    def _one_aim(self) -> Threshold:
        if sum(value is not None for value in self.model_dump().values()) != 1:
            raise does_not_fit(
                "threshold: give one aim: maximize, minimum_precision or minimum_recall, as in "
                "{maximize: f1}"
            )
        return self


class DecisionConfig(Section):
    """`decision:`; what is answered, once the model has said how probable each class is."""

    positive: str | int | None = None  # of two classes, the one to be found; None: the last
    threshold: Threshold | None = None  # of two classes; None: the more probable one is answered
    temperature: bool = False  # divide the logits by what makes validation's probabilities true

    @property
    def chooses(self) -> bool:
        """Whether something is chosen on the validation part."""
        return self.threshold is not None or self.temperature


class ClassificationConfig(Config):
    smoke_limit: ClassVar[int] = 64  # of each part

    task: Literal["classification"]
    data: LabelledData
    training: ClassificationTraining
    decision: DecisionConfig = DecisionConfig()  # from probabilities to answers

    def output_problems(self, stack: Stack, facts: InputFacts) -> Iterator[Misfit]:
        yield from super().output_problems(stack, facts)
        given = self.decision.model_dump(exclude_defaults=True)
        if facts.outputs != 2:
            for key in given.keys() & {"positive", "threshold"}:
                message = f"decision: {key} is for two classes; the data have {facts.outputs}"
                yield Misfit(("decision", key), message, at_key=True)
        if not facts.validated:
            for key in given.keys() & {"threshold", "temperature"}:
                message = (
                    f"decision: {key} is chosen on validation examples, and there are none: set "
                    "data: {split: {validation: 0.1}}"
                )
                yield Misfit(("decision", key), message, at_key=True)

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        units, classes, named = last.units or 1, facts.outputs or 0, self.training.loss
        loss = self.training.loss_for(units)
        if named == "binary_crossentropy" and classes > 2:
            loss = "sparse_categorical_crossentropy"
            message = f"training: loss (='{named}') is for 2 classes, not {classes}: use {loss}"
            yield Misfit(("training", "loss"), message)
        binary = loss == "binary_crossentropy" and classes <= 2
        output = "sigmoid" if binary else "softmax"
        wanted = 1 if binary else classes
        if units != wanted:
            reason = f"before {loss} must be 1: set units: 1"
            if not binary:
                reason = f"for {classes} classes must be {classes}: leave `units` out"
            message = f"dense: units (={units}) {reason}, with activation: {output}"
            yield Misfit((*path, "units"), message)
        elif last.activation not in {None, "linear", output}:
            message = (
                f"dense: activation (='{last.activation}') before {loss} must be {output} or linear"
            )
            yield Misfit((*path, "activation"), message)
