"""Concatenate: another input of the model, joined to what passes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, Self

from rnnkit.config.layers.container import Container
from rnnkit.config.layers.layer import Layer, Shape

if TYPE_CHECKING:
    AnyLayer = Layer


class Concatenate(Container):
    """Keras's Concatenate of what passes and an input, after layers of that input's own.

    One vector beside a sequence is joined to every step of it.
    """

    branches_key: ClassVar[str] = "layers"

    input: str  # the name of the other input
    layers: list[AnyLayer] = []  # that it goes through first

    @property
    def branches(self) -> Sequence[Sequence[Layer]]:
        return [self.layers]

    def with_branches(self, branches: Sequence[Sequence[Layer]]) -> Self:
        return self.model_copy(update={"layers": list(branches[0])})

    @property
    def reads_sequence(self) -> bool:
        return False  # what passes goes through none of its layers

    @property
    def keeps_steps(self) -> bool:
        return True

    def steps_for(self, outputs: int) -> int:
        return outputs

    @property
    def reads_ids(self) -> bool:
        return False

    @property
    def named(self) -> str:
        return self.input

    @property
    def note(self) -> str:
        return self.input

    def join(self, shape: Shape, ends: Sequence[Shape]) -> Shape | str:
        [end] = ends
        if len(end) > len(shape):
            return (
                "give a sequence, but one vector passes here: end them with a recurrent layer, or "
                "join them where a sequence passes"
            )
        if len(end) == len(shape) == 2 and end[0] != shape[0]:
            return "give a sequence of another length: end them with a recurrent layer"
        return (*shape[:-1], (shape[-1] or 0) + (end[-1] or 0))
