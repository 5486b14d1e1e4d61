"""TimeDistributed: one layer for every time step."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from pydantic import model_validator

from rnnkit.config.layers.dense import Dense
from rnnkit.config.layers.dropout import Dropout
from rnnkit.config.layers.gaussian_noise import GaussianNoise
from rnnkit.config.layers.layer import Layer, Shape, union_of
from rnnkit.config.layers.layer_normalization import LayerNormalization
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.section import does_not_fit

if TYPE_CHECKING:
    AnyOfOneStep = Layer
else:
    AnyOfOneStep = union_of((Dense, Dropout, GaussianNoise, LayerNormalization))


class TimeDistributed(Wrapper):
    """A layer that reads one vector, (F,), run at every step of (T, F) with the same weights."""

    input_rank: ClassVar[int | None] = 2

    layer: AnyOfOneStep  # what reads one step: dense, dropout ...

    @model_validator(mode="after")
    def _nothing_lost(self) -> TimeDistributed:
        if getattr(self.layer, "activity_regularizer", None) is not None:
            raise does_not_fit(
                "activity_regularizer does nothing in time_distributed: write "
                f"{self.layer.kind} alone, which works at every step as well",
                *("layer", self.layer.kind, "activity_regularizer"),
            )
        return self

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], *self.layer.output_shape(shape[1:]))

    def parameters(self, shape: Shape) -> int:
        return self.layer.parameters(shape[1:])
