"""GaussianNoise: normal noise on what passes, while training alone."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rnnkit.config.layers.layer import Layer, Shape


class GaussianNoise(Layer):
    stddev: Annotated[float, Field(ge=0, le=1)]  # of the noise

    @property
    def note(self) -> str:
        return str(self.stddev)

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        return 0
