"""BatchNormalization: Ioffe and Szegedy 2015."""

from __future__ import annotations

from typing import ClassVar

from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.normalized import Normalized
from rnnkit.config.section import BiasInitializer, Fraction


class BatchNormalization(Normalized):
    """Each feature over all real steps of a batch; of what is new, by moving averages of these."""

    stateful: ClassVar[bool] = True

    momentum: Fraction = 0.99  # what a moving average keeps of itself at each batch
    moving_mean_initializer: BiasInitializer = "zeros"  # of the mean's
    moving_variance_initializer: BiasInitializer = "ones"  # of the variance's

    def parameters(self, shape: Shape) -> int:
        return super().parameters(shape) + self._averages(shape)

    def trained(self, shape: Shape) -> int:
        return max(0, super().trained(shape) - self._averages(shape))

    def _averages(self, shape: Shape) -> int:
        return 2 * (shape[-1] or 0)
