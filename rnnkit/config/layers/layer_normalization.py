"""LayerNormalization: Ba et al. 2016."""

from __future__ import annotations

from rnnkit.config.layers.layer import Layer, Shape
from rnnkit.config.section import BiasInitializer, Constraint, PositiveFloat, Regularizer


class LayerNormalization(Layer):
    epsilon: PositiveFloat = 1e-3
    center: bool = True
    scale: bool = True
    beta_initializer: BiasInitializer = "zeros"
    gamma_initializer: BiasInitializer = "ones"
    beta_regularizer: Regularizer | None = None
    gamma_regularizer: Regularizer | None = None
    beta_constraint: Constraint | None = None
    gamma_constraint: Constraint | None = None

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return (shape[-1] or 0) * (self.center + self.scale)
