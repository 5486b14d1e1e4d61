"""What convolutions and poolings share: a window that moves over the time steps."""

from __future__ import annotations

import abc
from typing import ClassVar

from rnnkit.config.layers.layer import Ahead, Flaw, Layer, Shape
from rnnkit.words import counted


class Windowed(Layer, abc.ABC):
    """Reads windows of steps, as Keras's `strides` and `padding` say."""

    input_rank: ClassVar[int | None] = 2
    size_key: ClassVar[str]  # the argument that says how many steps a window holds

    @property
    @abc.abstractmethod
    def span(self) -> int:
        """Steps from a window's first to its last, both included."""

    @property
    @abc.abstractmethod
    def step(self) -> int:
        """Steps from one window to the next."""

    @property
    @abc.abstractmethod
    def edges(self) -> str:
        """Keras's `padding`."""

    @abc.abstractmethod
    def width(self, features: int) -> int:
        """Features of an output."""

    def output_shape(self, shape: Shape) -> Shape:
        steps = shape[0]
        if steps is not None:
            lost = self.span - 1 if self.edges == "valid" else 0
            steps = max(0, -(-(steps - lost) // self.step))
        return steps, self.width(shape[-1] or 0)

    def steps_for(self, outputs: int) -> int:
        return (outputs - 1) * self.step + (self.span if self.edges == "valid" else 1)

    @property
    def keeps_steps(self) -> bool:
        return self.step == 1 and (self.edges != "valid" or self.span == 1)

    @property
    def looks_ahead(self) -> Ahead | None:
        if self.span == 1 or self.edges == "causal":
            return None
        return Ahead("it", "leave it out")

    def misfit(self, shape: Shape) -> Flaw | None:
        steps = shape[0]
        if steps is None or steps >= self.steps_for(1):
            return None
        size = getattr(self, self.size_key)
        reads = f"{self.size_key} (={size}) makes it read {self.span} steps at once"
        return Flaw(f"{reads}, but only {counted(steps, 'step')} can reach it", self.size_key)

    def masked_misfit(self, *, in_front: bool) -> Flaw | None:
        """Which steps a window reads must not follow from how many steps of padding there are."""
        if self.step > 1 and in_front:
            return Flaw(
                f"strides (={self.step}) would cut windows that depend on the padding in front of "
                "a sequence: set data: {padding: post}"
            )
        if self.step > 1 and self.edges == "same":
            return Flaw(
                "padding (='same') puts the windows elsewhere for each length, but here lengths "
                "differ: set padding: valid",
                "padding",
            )
        return None
