"""What is alike in layers that are made of layers, and how to reach those within."""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import model_validator
from pydantic.json_schema import JsonSchemaValue

from rnnkit.config.layers.layer import Layer, Shape

if TYPE_CHECKING:
    AnyLayer = Layer  # at run time the union of all layers, once they are all known


class Container(Layer, abc.ABC):
    """Branches of layers, joined where they end. `rnnkit.config.infer` follows them."""

    branches_key: ClassVar[str]  # its argument that may be written alone: `kind: [...]`

    @property
    @abc.abstractmethod
    def branches(self) -> Sequence[Sequence[Layer]]:
        """The layers of each branch, from its input to its end."""

    @abc.abstractmethod
    def with_branches(self, branches: Sequence[Sequence[Layer]]) -> Self:
        """The same with other layers."""

    @abc.abstractmethod
    def join(self, shape: Shape, ends: Sequence[Shape]) -> Shape | str:
        """The shape of its output; or, as the end of a sentence, why there is none.

        Args:
            shape: what it reads.
            ends: what each branch gives.
        """

    @property
    def named(self) -> str:
        """What it is told apart by, beside its layers."""
        return ""

    @property
    def reads_sequence(self) -> bool:
        return any(map(_wants_sequence, self.branches))

    @property
    def keeps_steps(self) -> bool:
        return all(layer.keeps_steps for branch in self.branches for layer in branch)

    def steps_for(self, outputs: int) -> int:
        return max(steps_for(outputs, branch) for branch in self.branches)

    @property
    def reads_ids(self) -> bool:
        return any(branch and branch[0].reads_ids for branch in self.branches)

    @model_validator(mode="before")
    @classmethod
    def _written_alone(cls, value: Any) -> Any:
        inner = value.get(cls.kind) if isinstance(value, Mapping) and len(value) == 1 else None
        return {cls.branches_key: inner} if isinstance(inner, list) else value

    @classmethod
    def short_forms(cls, arguments: JsonSchemaValue) -> list[JsonSchemaValue]:
        alone = arguments["required"] == [cls.branches_key]
        return [arguments["properties"][cls.branches_key]] if alone else []

    def output_shape(self, shape: Shape) -> Shape:
        raise NotImplementedError("what a branch reads may be another input: see join")

    def parameters(self, shape: Shape) -> int:
        return 0  # its layers' are counted as theirs


def steps_for(outputs: int, layers: Sequence[Layer]) -> int:
    """How many steps layers that follow one another must read to give this many."""
    for layer in reversed(layers):
        outputs = layer.steps_for(outputs)
    return outputs


def _wants_sequence(branch: Sequence[Layer]) -> bool:
    """Whether the first layer that does not read both reads a sequence."""
    demands = (layer for layer in branch if layer.reads_sequence or layer.input_rank)
    return next((layer.reads_sequence for layer in demands), False)


def in_words(layers: Iterable[Layer]) -> str:
    """`lstm 64, dense 10`; layers within others stand in brackets, `|` between branches."""
    return ", ".join(filter(None, map(_one_in_words, layers)))


def _one_in_words(layer: Layer) -> str:
    if not isinstance(layer, Container):
        return f"{layer.kind} {layer.note}".strip()
    within = " | ".join(map(in_words, layer.branches))
    named = f"{layer.kind} {layer.named}".strip()
    return f"{named} ({within})" if within else named


def changed(layers: Iterable[Layer], change: Callable[[Layer], Layer]) -> tuple[Layer, ...]:
    """The layers with a change made to each, those within others too."""
    return tuple(
        layer.with_branches([changed(branch, change) for branch in layer.branches])
        if isinstance(layer, Container)
        else change(layer)
        for layer in layers
    )
