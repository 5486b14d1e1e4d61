"""Embedding: integer ids to vectors."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from rnnkit.config.layers.layer import Flaw, Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import Constraint, Initializer, PositiveInt, Regularizer, does_not_fit
from rnnkit.errors import DataError


class Embedding(Trainable):
    input_dim: PositiveInt | None = None  # None: the largest id in the data, plus one
    output_dim: PositiveInt | None = None  # numbers an id; None: as many as `vectors` has
    vectors: str | None = None  # a text file of word vectors, with which its rows begin
    embeddings_initializer: Initializer = "uniform"  # of the table
    embeddings_regularizer: Regularizer | None = None  # of the table
    embeddings_constraint: Constraint | None = None  # of the table
    mask_zero: bool | None = None  # None: when lengths differ; id 0 is then the padding

    @property
    def reads_ids(self) -> bool:
        return True

    def masked_misfit(self, *, in_front: bool) -> Flaw | None:
        if self.mask_zero:
            return None
        return Flaw(
            "mask_zero: false would read padding as tokens, as many of them as the other examples "
            "of a batch ask for: remove it",
            "mask_zero",
        )

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim or 1)

    def parameters(self, shape: Shape) -> int:
        return (self.input_dim or 0) * (self.output_dim or 1)

    def keras_arguments(self, shape: Shape) -> dict[str, Any]:
        arguments = super().keras_arguments(shape)
        del arguments["vectors"]  # which is set once there are rows: rnnkit.workflows.begin
        return arguments

    @model_validator(mode="after")
    def _as_wide_as_its_vectors(self) -> Self:
        if self.output_dim is not None:
            return self
        if self.vectors is None:
            message = "missing key 'output_dim', or 'vectors', a file that says it"
            raise does_not_fit(message)
        from rnnkit.word_vectors import (
            width_of,
        )  # with numpy, which other configs need not wait for

        try:
            return self.model_copy(update={"output_dim": width_of(self.vectors)})
        except DataError as error:
            raise does_not_fit(str(error), "vectors") from None
