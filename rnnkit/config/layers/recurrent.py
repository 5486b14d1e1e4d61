"""The arguments that recurrent layers share, and what is alike in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import model_validator

from rnnkit.config.layers.layer import Ahead, Flaw, Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import (
    Activation,
    BiasInitializer,
    Constraint,
    Fraction,
    GateBiasInitializer,
    Initializer,
    PositiveInt,
    Regularizer,
    does_not_fit,
)


class Recurrent(Trainable):
    """The arguments that LSTM, GRU and SimpleRNN share."""

    recurrent: ClassVar[bool] = True
    input_rank: ClassVar[int | None] = 2
    gates: ClassVar[int]  # blocks of H columns in its weights
    states: ClassVar[tuple[str, ...]]  # that it carries from step to step, (B, H) each
    held: ClassVar[int]  # numbers a unit and step that training holds at once

    units: PositiveInt  # H
    activation: Activation = "tanh"  # of the candidate
    use_bias: bool = True  # add a bias
    kernel_initializer: Initializer = "glorot_uniform"  # of W, which reads x
    recurrent_initializer: Initializer = "orthogonal"  # of U, which reads h
    bias_initializer: BiasInitializer = "zeros"  # of b
    kernel_regularizer: Regularizer | None = None  # of W
    recurrent_regularizer: Regularizer | None = None  # of U
    bias_regularizer: Regularizer | None = None  # of b
    activity_regularizer: Regularizer | None = None  # of the output
    kernel_constraint: Constraint | None = None  # of W
    recurrent_constraint: Constraint | None = None  # of U
    bias_constraint: Constraint | None = None  # of b
    dropout: Fraction = 0.0  # of x, one mask for all steps
    recurrent_dropout: Fraction = 0.0  # of h, one mask for all steps
    return_sequences: bool | None = None  # None: whatever the next layers need
    go_backwards: bool = False  # read from the last step to the first
    unroll: bool = False  # a loop without a loop: for short sequences

    @property
    def looks_ahead(self) -> Ahead | None:
        return Ahead("go_backwards", "remove it", ("go_backwards",)) if self.go_backwards else None

    def masked_misfit(self, *, in_front: bool) -> Flaw | None:
        """Keras turns the steps round and not their mask."""
        if not (self.go_backwards and self.return_sequences):
            return None
        return Flaw(
            "go_backwards would give padded steps where real ones are looked for, and here "
            "lengths differ: use bidirectional",
            "go_backwards",
        )

    def output_shape(self, shape: Shape) -> Shape:
        return (shape[0], self.units) if self.return_sequences else (self.units,)

    def carried(self, shape: Shape) -> Mapping[str, int]:
        return dict.fromkeys(self.states, self.units)

    def parameters(self, shape: Shape) -> int:
        """Of kernel (F, G·H), recurrent kernel (H, G·H) and biases; G gates."""
        per_unit = (shape[-1] or 0) + self.units + (self.biases if self.use_bias else 0)
        return self.gates * self.units * per_unit

    @property
    def biases(self) -> int:
        """Vectors of biases, (G·H,) each."""
        return 1


class Gated(Recurrent):
    """The arguments that LSTM and GRU share."""

    recurrent_activation: Activation = "sigmoid"  # of the gates
    bias_initializer: GateBiasInitializer = "zeros"  # of b; chrono: gates that remember

    @property
    def chrono(self) -> float | None:
        """The longest memory, in steps, that the gates start with; None: Keras's biases."""
        start = self.bias_initializer
        return (
            start["chrono"]["max_length"] if isinstance(start, dict) and "chrono" in start else None
        )

    @model_validator(mode="after")
    def _chrono_fits(self) -> Self:
        if self.chrono is None:
            return self
        if self.chrono <= 2:  # gates draw from 1 to max_length - 1
            raise does_not_fit(
                f"chrono: max_length (={self.chrono}) must be greater than 2: it is the number "
                "of steps that the layer may have to remember",
                *("bias_initializer", "chrono", "max_length"),
            )
        if not self.use_bias:
            raise does_not_fit("chrono sets biases: remove use_bias: false", "use_bias")
        return self
