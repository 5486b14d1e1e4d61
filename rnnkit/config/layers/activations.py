"""Activations as layers: of those that other layers name, and of those that take arguments."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from rnnkit.config import section
from rnnkit.config.layers.layer import Layer, Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import Constraint, Initializer, Regularizer


class _Elementwise(Layer):
    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0


class Activation(_Elementwise):
    """The activation that other layers take as an argument, after a layer that has none."""

    activation: section.Activation  # of what passes


class LeakyReLU(_Elementwise):
    """x, or where it is negative a share of it: Maas et al. 2013."""

    kind: ClassVar[str] = "leaky_relu"

    negative_slope: Annotated[float, Field(ge=0)] = 0.3  # of what is negative

    @property
    def note(self) -> str:
        return str(self.negative_slope)


class PReLU(Trainable, _Elementwise):
    """LeakyReLU that learns its slope: He et al. 2015. One a feature, the same at every step."""

    kind: ClassVar[str] = "prelu"

    alpha_initializer: Initializer = "zeros"  # of the slopes
    alpha_regularizer: Regularizer | None = None  # of the slopes
    alpha_constraint: Constraint | None = None  # of the slopes

    def parameters(self, shape: Shape) -> int:
        return shape[-1] or 0

    def keras_arguments(self, shape: Shape) -> dict[str, Any]:
        return {**super().keras_arguments(shape), "shared_axes": [1] if len(shape) == 2 else None}
