"""Bidirectional: Schuster and Paliwal 1997."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from rnnkit.config.layers.cells import AnyRecurrent
from rnnkit.config.layers.layer import Ahead, Shape
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.section import does_not_fit


class Bidirectional(Wrapper):
    """One recurrent layer run forwards and backwards; its `return_sequences` is the inner one's."""

    recurrent: ClassVar[bool] = True
    input_rank: ClassVar[int | None] = 2

    layer: AnyRecurrent  # lstm, gru or simple_rnn
    merge_mode: Literal["concat", "sum", "mul", "ave"] = "concat"  # how both directions are joined

    @model_validator(mode="after")
    def _forwards_inside(self) -> Bidirectional:
        if self.layer.go_backwards:
            text = "it runs its layer backwards already: remove go_backwards"
            raise does_not_fit(text, "layer", self.layer.kind, "go_backwards")
        return self

    @property
    def looks_ahead(self) -> Ahead | None:
        return Ahead("it", f"use its layer alone, {self.layer.kind}")

    def output_shape(self, shape: Shape) -> Shape:
        one = self.layer.output_shape(shape)
        width = self.layer.units * (2 if self.merge_mode == "concat" else 1)
        return (*one[:-1], width)

    def parameters(self, shape: Shape) -> int:
        return 2 * self.layer.parameters(shape)
