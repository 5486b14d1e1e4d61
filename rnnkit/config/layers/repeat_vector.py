"""RepeatVector: one vector -> a sequence of it."""

from __future__ import annotations

from typing import ClassVar

from rnnkit.config.layers.layer import Ahead, Layer, Shape
from rnnkit.config.section import PositiveInt


class RepeatVector(Layer):
    input_rank: ClassVar[int | None] = 1

    n: PositiveInt  # steps of the sequence

    @property
    def note(self) -> str:
        return str(self.n)

    @property
    def looks_ahead(self) -> Ahead | None:
        return Ahead("the vector that it repeats", "remove it")

    @property
    def keeps_steps(self) -> bool:
        return False

    def steps_for(self, outputs: int) -> int:
        return 1

    def output_shape(self, shape: Shape) -> Shape:
        return (self.n, *shape)

    def parameters(self, shape: Shape) -> int:
        return 0
