"""The layers that run another one, as Keras's Wrapper does."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.layers.layer import Layer


class Wrapper(Layer):
    layer: Layer  # the one that it runs

    @model_validator(mode="after")
    def _no_name_inside(self) -> Self:
        if self.layer.name is not None:
            raise PydanticCustomError(
                "wrapper",
                "name belongs to {kind}, not to its layer",
                {"kind": self.kind, "at": ("layer", self.layer.kind, "name")},
            )
        return self

    @property
    def note(self) -> str:
        return f"{self.layer.kind} {self.layer.note}".rstrip()
