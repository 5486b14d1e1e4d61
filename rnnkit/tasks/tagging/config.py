"""`task: tagging`: a label for every step of a sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.stack import InputFacts, Misfit
from rnnkit.config.training import TrainingConfig
from rnnkit.data.labelled.section import ClassWeight
from rnnkit.data.tagged.section import TaggedData
from rnnkit.problems import KeyPath


class TaggingTraining(TrainingConfig):
    """`training:` for tagging."""

    loss: Literal["sparse_categorical_crossentropy"] = "sparse_categorical_crossentropy"  # a step
    metrics: list[Literal["accuracy"]] = ["accuracy"]  # of steps
    class_weight: ClassWeight | None = None  # what a step counts whose tag it is


class TaggingConfig(Config):
    sequence_output: ClassVar[bool] = True
    smoke_limit: ClassVar[int] = 64  # of each part

    task: Literal["tagging"]
    data: TaggedData
    training: TaggingTraining

    def dense_problems(self, last: Dense, path: KeyPath, facts: InputFacts) -> Iterator[Misfit]:
        if last.units != facts.outputs:
            message = f"dense: units (={last.units}) must be the {facts.outputs} tags: leave it out"
            yield Misfit((*path, "units"), message)
        if last.activation not in {None, "linear", "softmax"}:
            message = f"dense: activation (='{last.activation}') must be softmax or linear"
            yield Misfit((*path, "activation"), message)
