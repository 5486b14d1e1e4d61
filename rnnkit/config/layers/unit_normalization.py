"""UnitNormalization: every vector divided by its length."""

from __future__ import annotations

from rnnkit.config.layers.layer import Layer, Shape


class UnitNormalization(Layer):
    """Each step by itself, over its features."""

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0
