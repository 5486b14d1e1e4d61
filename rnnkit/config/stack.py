"""Stack: the layers of a model with every derived argument filled in, and what they read.

Shapes leave out the batch: (T, F) a sequence of vectors, (H,) one vector, (T,) a sequence of
integer ids.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Literal

from rnnkit.config.layers import Layer, TimeDistributed
from rnnkit.config.layers.layer import Shape
from rnnkit.problems import KeyPath, Problem


@dataclasses.dataclass(frozen=True)
class InputFacts:
    """What the data say about a model's input and output."""

    shape: Shape  # (T, F), or (T,) for integer ids; T is None when lengths differ
    integer: bool = False  # ids, for an embedding
    vocabulary: int | None = None  # largest id + 1
    outputs: int | None = None  # numbers that the task asks of the last layer: classes, tokens
    masked: bool = False  # the model must skip padded steps
    beside: Mapping[str, InputFacts] = dataclasses.field(default_factory=dict)  # other inputs
    # whose steps its first axis counts, where this is another input: those of the model's first
    # input; the same, each a sequence itself (T, S), as a word is of its letters; its own; or none,
    # where it is one vector (S,) or one row of ids (K,)
    time: Literal["shared", "nested", "own", "none"] = "shared"
    # the input's last steps, which the output is of: a stack may give an output at each; 0: at none
    answered: int = 0
    # what only checks ask for, and a run does not keep
    validated: bool = dataclasses.field(default=True, compare=False)  # there is a validation part
    steps: int = dataclasses.field(default=1, compare=False)  # T at least, where lengths differ
    # steps of the shortest sequence, where lengths differ; None: it is not known
    shortest: int | None = dataclasses.field(default=None, compare=False)
    notes: tuple[str, ...] = dataclasses.field(default=(), compare=False)  # on the data

    def outputs_of(self, shape: Shape) -> int:
        """Numbers that the last layer gives where it reads this: of a sequence, those of a step."""
        steps = self.answered if len(shape) == 2 and self.answered else 1
        return (self.outputs or 1) // steps


@dataclasses.dataclass(frozen=True)
class Misfit:
    """Something wrong, at a key path of the config."""

    path: KeyPath
    message: str
    at_key: bool = False  # point at the key itself rather than its value


@dataclasses.dataclass(frozen=True)
class LayerSummary:
    """One row of the layer table."""

    layer: Layer
    path: KeyPath  # of the layer in the config
    number: str  # `2`, or `2.1.3` for the third layer of the first branch of the second
    output_shape: Shape
    parameters: int
    trained: int  # of these an update moves

    @property
    def kind(self) -> str:
        return self.layer.kind

    @property
    def name(self) -> str:
        """Keras's name of the layer."""
        return layer_name(self.layer, self.number)

    @property
    def note(self) -> str:
        """The arguments worth seeing: units, activation, rate; and what does not move."""
        return f"{self.layer.note} {self.layer.pace}".strip()


@dataclasses.dataclass(frozen=True)
class Stack:
    """The stack with every derived argument filled in."""

    layers: tuple[Layer, ...]
    summaries: tuple[LayerSummary, ...]  # of every layer, those within others before these
    problems: tuple[Problem, ...]

    @property
    def last(self) -> Layer:
        """The layer that makes the output, out of what runs it at every step."""
        last = self.layers[-1]
        return last.layer if isinstance(last, TimeDistributed) else last

    @property
    def gives_logits(self) -> bool:
        """Whether the output is left as it is, so that where it is of classes it is logits."""
        return getattr(self.last, "activation", None) in {None, "linear"}

    @property
    def output_shape(self) -> Shape:
        return self.summaries[-1].output_shape

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.summaries)

    @property
    def trained(self) -> int:
        """How many of the parameters an update moves."""
        return sum(row.trained for row in self.summaries)


def layer_name(layer: Layer, number: str) -> str:
    """Keras's name of a layer: its own, or its kind and its number."""
    return layer.name or f"{layer.kind}_{number.replace('.', '_')}"


def shown(shape: Shape) -> str:
    """`(B, 28, 256)`; an unknown T stays `T`."""
    return f"({', '.join(['B', *('T' if n is None else str(n) for n in shape)])})"
