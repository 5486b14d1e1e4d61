"""Bidirectional: Schuster and Paliwal 1997."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.layers.cells import AnyRecurrent
from rnnkit.config.layers.layer import Layer, Shape


class Bidirectional(Layer):
    """One recurrent layer run forwards and backwards; its `return_sequences` is the inner one's."""

    recurrent: ClassVar[bool] = True

    layer: AnyRecurrent  # lstm, gru or simple_rnn
    merge_mode: Literal["concat", "sum", "mul", "ave"] = "concat"  # how both directions are joined

    @model_validator(mode="after")
    def _plain_inside(self) -> Bidirectional:
        if self.layer.name is not None:
            raise PydanticCustomError(
                "bidirectional",
                "name belongs to bidirectional, not to its layer",
                {"at": ("layer", self.layer.kind, "name")},
            )
        if self.layer.go_backwards:
            raise PydanticCustomError(
                "bidirectional",
                "it runs its layer backwards already: remove go_backwards",
                {"at": ("layer", self.layer.kind, "go_backwards")},
            )
        return self

    @property
    def return_sequences(self) -> bool | None:
        return self.layer.return_sequences

    @property
    def note(self) -> str:
        return f"{self.layer.kind} {self.layer.note}"

    def output_shape(self, shape: Shape) -> Shape:
        one = self.layer.output_shape(shape)
        width = self.layer.units * (2 if self.merge_mode == "concat" else 1)
        return (*one[:-1], width)

    def parameters(self, shape: Shape) -> int:
        return 2 * self.layer.parameters(shape)
