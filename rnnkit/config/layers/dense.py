"""Dense: one matrix product, at every time step alike."""

from __future__ import annotations

from rnnkit.config.layers.layer import Layer, Shape
from rnnkit.config.section import (
    Activation,
    BiasInitializer,
    Constraint,
    Initializer,
    PositiveInt,
    Regularizer,
)


class Dense(Layer):
    units: PositiveInt | None = None  # None, for the last layer: as many as the task needs
    activation: Activation | None = None
    use_bias: bool = True
    kernel_initializer: Initializer = "glorot_uniform"
    bias_initializer: BiasInitializer = "zeros"
    kernel_regularizer: Regularizer | None = None
    bias_regularizer: Regularizer | None = None
    activity_regularizer: Regularizer | None = None
    kernel_constraint: Constraint | None = None
    bias_constraint: Constraint | None = None

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units or 1)

    def parameters(self, shape: Shape) -> int:
        return ((shape[-1] or 0) + self.use_bias) * (self.units or 1)
