"""What the normalizations share that learn a factor gamma and a shift beta for each feature."""

from __future__ import annotations

from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import BiasInitializer, Constraint, PositiveFloat, Regularizer


class Normalized(Trainable):
    epsilon: PositiveFloat = 1e-3  # keeps the divisor from 0
    center: bool = True  # learn beta, which is added
    scale: bool = True  # learn gamma, a factor
    beta_initializer: BiasInitializer = "zeros"  # of beta
    gamma_initializer: BiasInitializer = "ones"  # of gamma
    beta_regularizer: Regularizer | None = None  # of beta
    gamma_regularizer: Regularizer | None = None  # of gamma
    beta_constraint: Constraint | None = None  # of beta
    gamma_constraint: Constraint | None = None  # of gamma

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return (shape[-1] or 0) * (self.center + self.scale)
