"""Parallel: branches that read the same, their outputs side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field

from rnnkit.config.layers.container import Container
from rnnkit.config.layers.layer import Layer, Shape

if TYPE_CHECKING:
    AnyLayer = Layer


class Parallel(Container):
    """Keras's Concatenate over the branches' outputs: `parallel: [[lstm: ...], [dense: ...]]`."""

    branches_key: ClassVar[str] = "layers"

    layers: Annotated[
        list[Annotated[list[AnyLayer], Field(min_length=1)]], Field(min_length=2)
    ]  # the branches

    @property
    def branches(self) -> Sequence[Sequence[Layer]]:
        return self.layers

    def with_branches(self, branches: Sequence[Sequence[Layer]]) -> Self:
        return self.model_copy(update={"layers": [list(branch) for branch in branches]})

    @property
    def note(self) -> str:
        return f"{len(self.layers)} branches"

    def join(self, shape: Shape, ends: Sequence[Shape]) -> Shape | str:
        if len({end[:-1] for end in ends}) > 1:
            return (
                "must end alike: each with a sequence of the same length, or each with one vector"
            )
        return (*ends[0][:-1], sum(end[-1] or 0 for end in ends))
