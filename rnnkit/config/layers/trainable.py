"""What layers with weights share: whether training moves these, and how far."""

from __future__ import annotations

from typing import Any, Self

from pydantic import model_validator

from rnnkit.config.layers.layer import Layer, Shape
from rnnkit.config.section import PositiveFloat, does_not_fit

FROZEN = "frozen"
KEYS = ("trainable", "learning_rate_factor")


class Trainable(Layer):
    trainable: bool = True  # false: its weights stay as they are at the start
    learning_rate_factor: PositiveFloat = 1.0  # of every update of its weights

    @property
    def pace(self) -> str:
        if not self.trainable:
            return FROZEN
        factor = self.learning_rate_factor
        return "" if factor == 1 else f"learning rate × {factor:g}"

    def trained(self, shape: Shape) -> int:
        return self.parameters(shape) if self.trainable else 0

    def keras_arguments(self, shape: Shape) -> dict[str, Any]:
        """Without what is set on the layer once it has weights: `rnnkit.models.build`."""
        arguments = super().keras_arguments(shape)
        return {key: value for key, value in arguments.items() if key not in KEYS}

    @model_validator(mode="after")
    def _moves_or_not(self) -> Self:
        if not self.trainable and self.learning_rate_factor != 1:
            raise does_not_fit(
                f"learning_rate_factor (={self.learning_rate_factor}) moves nothing under "
                "trainable: false: remove one of them",
                "learning_rate_factor",
            )
        return self
