"""`task: classification`: one label for a whole sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Misfit
from rnnkit.config.training import TrainingConfig
from rnnkit.data.labelled.section import ClassWeight, LabelledData
from rnnkit.problems import KeyPath

SMOKE_EXAMPLES = 64  # of each part

Metric = Literal[
    "accuracy", "top_3_accuracy", "top_5_accuracy", "precision", "recall", "f1_score", "auc"
]


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


class ClassificationConfig(Config):
    task: Literal["classification"]
    data: LabelledData
    training: ClassificationTraining

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

    def smoke_overrides(self) -> dict[str, object]:
        limit = min(self.data.limit or SMOKE_EXAMPLES, SMOKE_EXAMPLES)
        return {**super().smoke_overrides(), "data.limit": limit}
