"""The layers that run another one, as Keras's Wrapper does."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from rnnkit.config.layers.layer import Layer
from rnnkit.config.layers.trainable import KEYS, Trainable
from rnnkit.config.section import does_not_fit


class Wrapper(Trainable):
    layer: Layer  # the one that it runs

    @model_validator(mode="after")
    def _nothing_of_its_own_inside(self) -> Self:
        fields = type(self).model_fields
        for key in ("name", *KEYS):
            if getattr(self.layer, key, fields[key].default) != fields[key].default:
                text = f"{key} belongs to {self.kind}, not to its layer"
                raise does_not_fit(text, "layer", self.layer.kind, key)
        return self

    @property
    def note(self) -> str:
        return f"{self.layer.kind} {self.layer.note}".rstrip()
