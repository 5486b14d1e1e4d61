"""Stack: the layers of a model with every derived argument filled in, and what they read.

Shapes leave out the batch: (T, F) a sequence of vectors, (H,) one vector, (T,) a sequence of
integer ids.
"""

from __future__ import annotations

import dataclasses

from rnnkit.config.layers import Embedding, Layer, TimeDistributed
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
    # what only checks ask for, and a run does not keep
    validated: bool = dataclasses.field(default=True, compare=False)  # there is a validation part
    steps: int = dataclasses.field(default=1, compare=False)  # T at least, where lengths differ
    shortest: int | None = dataclasses.field(
        default=None, compare=False
    )  # steps, where they differ
    notes: tuple[str, ...] = dataclasses.field(default=(), compare=False)  # on the data


def skips_padding(first: Layer, facts: InputFacts) -> bool:
    """Whether a model whose first layer this is skips padded steps."""
    return bool(first.mask_zero) if isinstance(first, Embedding) else facts.masked


@dataclasses.dataclass(frozen=True)
class Misfit:
    """Something wrong, at a key path of the config."""

    path: KeyPath
    message: str
    at_key: bool = False  # point at the key itself rather than its value


@dataclasses.dataclass(frozen=True)
class LayerSummary:
    """One row of the layer table."""

    kind: str
    name: str
    output_shape: Shape
    parameters: int
    note: str  # the arguments worth seeing: units, activation, rate


@dataclasses.dataclass(frozen=True)
class Stack:
    """The stack with every derived argument filled in."""

    layers: tuple[Layer, ...]
    summaries: tuple[LayerSummary, ...]
    problems: tuple[Problem, ...]

    @property
    def last(self) -> Layer:
        """The layer that makes the output, out of what runs it at every step."""
        last = self.layers[-1]
        return last.layer if isinstance(last, TimeDistributed) else last

    @property
    def output_shape(self) -> Shape:
        return self.summaries[-1].output_shape

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.summaries)


def shown(shape: Shape) -> str:
    """`(B, 28, 256)`; an unknown T stays `T`."""
    return f"({', '.join(['B', *('T' if n is None else str(n) for n in shape)])})"
