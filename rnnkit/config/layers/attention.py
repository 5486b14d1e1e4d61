"""Attention over the steps of one sequence: of every step to all, and of all in one vector."""

from __future__ import annotations

from typing import Any, ClassVar

from rnnkit.config.layers.layer import Ahead, Shape
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.section import (
    Activation,
    BiasInitializer,
    Constraint,
    Fraction,
    Initializer,
    PositiveInt,
    Regularizer,
)


class MultiHeadAttention(Trainable):
    """Every step asks all steps of the same sequence: Vaswani et al. 2017."""

    input_rank: ClassVar[int | None] = 2
    stepwise: ClassVar[bool] = False

    num_heads: PositiveInt  # attentions side by side
    key_dim: PositiveInt  # numbers of a query and of a key, in each head
    value_dim: PositiveInt | None = None  # numbers of a value, in each head; None: key_dim
    dropout: Fraction = 0.0  # of the shares of attention
    use_bias: bool = True  # add biases
    use_causal_mask: bool = False  # a step asks only itself and those before it
    kernel_initializer: Initializer = "glorot_uniform"  # of the projections
    bias_initializer: BiasInitializer = "zeros"  # of their biases
    kernel_regularizer: Regularizer | None = None  # of the projections
    bias_regularizer: Regularizer | None = None  # of their biases
    activity_regularizer: Regularizer | None = None  # of the output
    kernel_constraint: Constraint | None = None  # of the projections
    bias_constraint: Constraint | None = None  # of their biases

    @property
    def note(self) -> str:
        return f"{self.num_heads} x {self.key_dim}"

    @property
    def looks_ahead(self) -> Ahead | None:
        return None if self.use_causal_mask else Ahead("it", "set use_causal_mask: true")

    def keras_arguments(self, shape: Shape) -> dict[str, Any]:
        arguments = super().keras_arguments(shape)
        del arguments["use_causal_mask"]  # of the call
        return arguments

    def output_shape(self, shape: Shape) -> Shape:
        return shape

    def parameters(self, shape: Shape) -> int:
        """Of the projections of queries, keys and values (F, heads, dim), and of the output."""
        features, bias = shape[-1] or 0, int(self.use_bias)
        keys, values = self.key_dim, self.value_dim or self.key_dim
        inwards = self.num_heads * (features + bias) * (2 * keys + values)
        return inwards + features * (self.num_heads * values + bias)


class AttentionPooling1D(Trainable):
    """The mean of all steps, each by a learned weight: Yang et al. 2016, equations 5 to 7.

    The weights are softmax(u_t . v) over the steps, u_t = activation(x_t W + b). In `model.keras`
    it is a small model of Keras's Dense and Softmax.
    """

    input_rank: ClassVar[int | None] = 2

    units: PositiveInt  # numbers of u_t
    activation: Activation = "tanh"  # of u_t

    @property
    def looks_ahead(self) -> Ahead | None:
        return Ahead("it", "remove it")

    def output_shape(self, shape: Shape) -> Shape:
        return shape[1:]

    def parameters(self, shape: Shape) -> int:
        return self.units * ((shape[-1] or 0) + 2)
