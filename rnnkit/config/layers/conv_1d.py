"""Conv1D: a window of steps times a kernel, at every place of the sequence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import model_validator

from rnnkit.config.layers.layer import Ahead, Flaw, Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.layers.windowed import Windowed
from rnnkit.config.section import (
    Activation,
    BiasInitializer,
    Constraint,
    Initializer,
    PositiveInt,
    Regularizer,
    does_not_fit,
)


class Conv1D(Trainable, Windowed):
    size_key: ClassVar[str] = "kernel_size"

    filters: PositiveInt  # features of the output
    kernel_size: PositiveInt  # steps that a window holds
    strides: PositiveInt = 1  # steps from one window to the next
    padding: Literal["valid", "same", "causal"] = "valid"  # causal: a window ends at its step
    dilation_rate: PositiveInt = 1  # steps between those that a window holds
    groups: PositiveInt = 1  # of features, each read by its own filters
    activation: Activation | None = None  # of the output
    use_bias: bool = True  # add a bias
    kernel_initializer: Initializer = "glorot_uniform"  # of W
    bias_initializer: BiasInitializer = "zeros"  # of b
    kernel_regularizer: Regularizer | None = None  # of W
    bias_regularizer: Regularizer | None = None  # of b
    activity_regularizer: Regularizer | None = None  # of the output
    kernel_constraint: Constraint | None = None  # of W
    bias_constraint: Constraint | None = None  # of b

    @model_validator(mode="after")
    def _fits_itself(self) -> Conv1D:
        if self.strides > 1 and self.dilation_rate > 1:
            raise does_not_fit(
                f"strides (={self.strides}) and dilation_rate (={self.dilation_rate}) cannot both "
                "be above 1",
                "dilation_rate",
            )
        if self.filters % self.groups:
            text = f"filters (={self.filters}) must be a multiple of groups (={self.groups})"
            raise does_not_fit(text, "filters")
        return self

    @property
    def span(self) -> int:
        return (self.kernel_size - 1) * self.dilation_rate + 1

    @property
    def step(self) -> int:
        return self.strides

    @property
    def edges(self) -> str:
        return self.padding

    @property
    def looks_ahead(self) -> Ahead | None:
        if super().looks_ahead is None:
            return None
        return Ahead(f"padding (='{self.padding}')", "set padding: causal", ("padding",))

    @property
    def note(self) -> str:
        return f"{self.filters} x {self.kernel_size} {self.activation or ''}".rstrip()

    def width(self, features: int) -> int:
        return self.filters

    def carried(self, shape: Shape) -> Mapping[str, int]:
        return {"steps": (self.span - 1) * (shape[-1] or 0)} if self.span > 1 else {}

    def misfit(self, shape: Shape) -> Flaw | None:
        features = shape[-1] or 0
        if features % self.groups:
            message = f"groups (={self.groups}) must divide the {features} features that reach it"
            return Flaw(message, "groups")
        return super().misfit(shape)

    def parameters(self, shape: Shape) -> int:
        each = self.kernel_size * ((shape[-1] or 0) // self.groups) + self.use_bias
        return each * self.filters
