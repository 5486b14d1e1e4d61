"""Dense: one matrix product, at every time step alike."""

from __future__ import annotations

from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import (
    Activation,
    BiasInitializer,
    Constraint,
    Initializer,
    PositiveInt,
    Regularizer,
)


class Dense(Trainable):
    units: PositiveInt | None = None  # None, for the last layer: as many as the task needs
    activation: Activation | None = None  # of the output
    use_bias: bool = True  # add a bias
    kernel_initializer: Initializer = "glorot_uniform"  # of W
    bias_initializer: BiasInitializer = "zeros"  # of b
    kernel_regularizer: Regularizer | None = None  # of W
    bias_regularizer: Regularizer | None = None  # of b
    activity_regularizer: Regularizer | None = None  # of the output
    kernel_constraint: Constraint | None = None  # of W
    bias_constraint: Constraint | None = None  # of b

    def output_shape(self, shape: Shape) -> Shape:
        return (*shape[:-1], self.units or 1)

    def parameters(self, shape: Shape) -> int:
        return ((shape[-1] or 0) + self.use_bias) * (self.units or 1)
