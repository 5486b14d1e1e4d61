"""Embedding: integer ids to vectors."""

from __future__ import annotations

from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import Constraint, Initializer, PositiveInt, Regularizer


class Embedding(Trainable):
    input_dim: PositiveInt | None = None  # None: the largest id in the data, plus one
    output_dim: PositiveInt  # numbers an id
    embeddings_initializer: Initializer = "uniform"  # of the table
    embeddings_regularizer: Regularizer | None = None  # of the table
    embeddings_constraint: Constraint | None = None  # of the table
    mask_zero: bool | None = None  # None: when lengths differ; id 0 is then the padding

    @property
    def reads_ids(self) -> bool:
        return True

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape, self.output_dim)

    def parameters(self, shape: Shape) -> int:
        return (self.input_dim or 0) * self.output_dim
