"""`task: classification`: one label for a whole sequence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.document import KeyPath
from rnnkit.config.images import Order
from rnnkit.config.layers import Dense
from rnnkit.config.root import Config
from rnnkit.config.section import PositiveFloat, PositiveInt, Section
from rnnkit.config.shares import Shares
from rnnkit.config.stack import InputFacts, Misfit
from rnnkit.config.training import TrainingConfig

SMOKE_EXAMPLES = 64  # of each part

ClassWeight = Literal["balanced"] | dict[str | int, PositiveFloat]


class Split(Shares):
    """Which examples train, validate and test."""

    column: str | None = None  # a column of the table that says train, validation or test
    stratify: bool = True  # shares keep each class's proportion


class ClassificationData(Section):
    """`data:` for classification: arrays of (N, T, F) or (N, T), or a table.

    A table is wide (a row an example, its feature columns in time order) or, when `id` is given,
    long (a row a time step; the rows of one `id` are one example).
    """

    source: Annotated[str, Field(min_length=1)]  # embedded, or .npz .csv .parquet .jsonl
    order: Order = "rows"  # images: how they are read; permuted draws one order from the seed
    label: str | None = None  # table: the column with the class, integer or text
    features: list[str] | None = None  # table: None takes every other column
    features_per_step: PositiveInt = 1  # wide: T = columns / features_per_step
    id: str | None = None  # long: the column that names the example
    time: str | None = None  # long: the column to sort by; None keeps the rows' order
    max_length: PositiveInt | None = None  # longer sequences are cut; None: the longest in train
    padding: Literal["pre", "post"] = "post"  # cuDNN needs post
    truncating: Literal["pre", "post"] = "pre"
    scale: Literal["none", "pixels", "standard", "min_max", "robust"] = "none"  # pixels: x / 255
    split: Split = Split()
    limit: PositiveInt | None = None  # a seeded subset: at most this many examples of each part

    @model_validator(mode="after")
    def _table_options_fit(self) -> ClassificationData:
        if self.time is not None and self.id is None:
            raise PydanticCustomError(
                "data",
                "time sorts the rows of a long table: it needs `id` as well",
                {"at": ("time",)},
            )
        return self


class ClassificationTraining(TrainingConfig):
    """`training:` for classification."""

    loss: Literal["sparse_categorical_crossentropy", "binary_crossentropy"] | None = None
    metrics: list[Literal["accuracy", "top_3_accuracy", "top_5_accuracy"]] = ["accuracy"]
    class_weight: ClassWeight | None = None

    def loss_for(self, units: int) -> str:
        """The loss the config names, or the one that an output of this width calls for."""
        derived = "binary_crossentropy" if units == 1 else "sparse_categorical_crossentropy"
        return self.loss or derived


class ClassificationConfig(Config):
    task: Literal["classification"]
    data: ClassificationData
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
