"""Pooling over time: of windows of steps, and of all steps."""

from __future__ import annotations

from typing import ClassVar, Literal

from rnnkit.config.layers.layer import Ahead, Flaw, Layer, Shape
from rnnkit.config.layers.windowed import Windowed
from rnnkit.config.section import PositiveInt


class _Pooling1D(Windowed):
    size_key: ClassVar[str] = "pool_size"

    pool_size: PositiveInt = 2  # steps that a window holds
    strides: PositiveInt | None = None  # steps from one window to the next; None: pool_size
    padding: Literal["valid", "same"] = "valid"  # same: windows over the edges too

    @property
    def span(self) -> int:
        return self.pool_size

    @property
    def step(self) -> int:
        return self.strides or self.pool_size

    @property
    def edges(self) -> str:
        return self.padding

    @property
    def note(self) -> str:
        return str(self.pool_size)

    def width(self, features: int) -> int:
        return features

    def parameters(self, shape: Shape) -> int:
        return 0

    def masked_misfit(self, *, in_front: bool) -> Flaw | None:
        if self.padding == "same":
            return Flaw(
                "padding (='same') would pool padded steps, but here lengths differ: set padding: "
                "valid",
                "padding",
            )
        return super().masked_misfit(in_front=in_front)


class MaxPooling1D(_Pooling1D):
    """The largest of each window, feature by feature."""


class AveragePooling1D(_Pooling1D):
    """The mean of each window, feature by feature."""


class _GlobalPooling1D(Layer):
    input_rank: ClassVar[int | None] = 2

    @property
    def looks_ahead(self) -> Ahead | None:
        return Ahead("it", "remove it")

    def output_shape(self, shape: Shape) -> Shape:
        return shape[1:]

    def parameters(self, shape: Shape) -> int:
        return 0


class GlobalMaxPooling1D(_GlobalPooling1D):
    """The largest of all steps, feature by feature."""


class GlobalAveragePooling1D(_GlobalPooling1D):
    """The mean of all steps, feature by feature."""
