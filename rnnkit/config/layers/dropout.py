"""Dropout: Srivastava et al. 2014."""

from __future__ import annotations

from rnnkit.config.layers.layer import Layer, Shape
from rnnkit.config.section import Fraction


class Dropout(Layer):
    rate: Fraction  # the share of zeros

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0
