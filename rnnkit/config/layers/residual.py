"""Residual: layers whose output is added to what they read (He et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field

from rnnkit.config.layers.container import Container
from rnnkit.config.layers.layer import Layer, Shape

if TYPE_CHECKING:
    AnyLayer = Layer


class Residual(Container):
    """Keras's Add of the input and the layers' output: `residual: [lstm: ..., dropout: ...]`."""

    branches_key: ClassVar[str] = "layers"

    layers: Annotated[list[AnyLayer], Field(min_length=1)]  # those whose output is added

    @property
    def branches(self) -> Sequence[Sequence[Layer]]:
        return [self.layers]

    def with_branches(self, branches: Sequence[Sequence[Layer]]) -> Self:
        return self.model_copy(update={"layers": list(branches[0])})

    def join(self, shape: Shape, ends: Sequence[Shape]) -> Shape | str:
        if ends[0] == shape:
            return shape
        return f"must give what they read, (B, {', '.join(str(n or 'T') for n in shape)})"
