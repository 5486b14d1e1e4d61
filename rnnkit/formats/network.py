"""A run's model of Keras's own layers -> a function of named inputs, as every format holds it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts, Stack
from rnnkit.layers import TimeDistributed
from rnnkit.models.build import build_model
from rnnkit.runtime import keras, tf

OUTPUT = "output"
NEXT = "next_"  # before the name of a state that is given back

Arrays = Mapping[str, NDArray[Any]]
Ask = Callable[[Arrays], Arrays]  # inputs by name -> outputs by name


@dataclasses.dataclass(frozen=True)
class Port:
    """One input or output.

    Args:
        name: how it is called in every format.
        shape: with B first; None where it varies.
        dtype: float32 or int32.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str


@dataclasses.dataclass(frozen=True, eq=False)
class Network:
    """A functional model that takes inputs, then states, and gives an output, then states.

    Args:
        model: of Keras's own layers, with the run's weights.
    """

    model: keras.Model

    @functools.cached_property
    def inputs(self) -> tuple[Port, ...]:
        return tuple(Port(x.name, tuple(x.shape), str(x.dtype)) for x in self.model.inputs)

    @functools.cached_property
    def outputs(self) -> tuple[Port, ...]:
        """The first is the output; one for each state follows."""
        names = [OUTPUT, *(NEXT + state.name for state in self.states)]
        pairs = zip(names, self.model.outputs, strict=True)
        return tuple(Port(name, tuple(y.shape), str(y.dtype)) for name, y in pairs)

    @property
    def states(self) -> tuple[Port, ...]:
        """The inputs that a call gives back, as it leaves them."""
        count = len(self.model.outputs) - 1
        return self.inputs[len(self.inputs) - count :]

    def zeros(self, rows: int) -> dict[str, NDArray[np.float32]]:
        """The states that a sequence starts from."""
        return {one.name: np.zeros((rows, one.shape[1] or 0), np.float32) for one in self.states}

    def call(
        self, values: Mapping[str, tf.Tensor], *, constant: bool = False
    ) -> dict[str, tf.Tensor]:
        """The model outside of training: tensors by name in, tensors by name out.

        Args:
            values: by the names of `inputs`.
            constant: whether its weights are numbers of the graph, not variables.
        """
        x = dict(values) if isinstance(self.model.input, dict) else self._in_order(values)
        if constant:
            with tf.init_scope():  # outside of what is traced, where variables have values
                numbers = [
                    [one.numpy() for one in part]
                    for part in (self.model.trainable_variables, self.model.non_trainable_variables)
                ]
            weights = [list(map(tf.constant, part)) for part in numbers]
            given, _ = self.model.stateless_call(*weights, x, training=False)
        else:
            given = self.model(x, training=False)
        outputs = keras.tree.flatten(given)
        return dict(zip((port.name for port in self.outputs), outputs, strict=True))

    def _in_order(self, values: Mapping[str, tf.Tensor]) -> Any:
        ordered = [values[port.name] for port in self.inputs]
        return ordered if len(ordered) > 1 else ordered[0]


def network_of(
    stack: Stack, facts: InputFacts, weights: list[NDArray[Any]], *, carried: bool, name: str
) -> Network:
    """Build it; it takes sequences of any length where nothing in it asks for one.

    Args:
        stack: the run's layers.
        facts: of the run's data.
        weights: of the trained model, `get_weights()`.
        carried: whether it takes and gives the states of its layers.
        name: of the model.
    """
    model = build_model(
        stack.layers, facts if facts.answered else _any_length(facts),
        use_kernels=False, carry_state=carried, name=name,
    )  # fmt: skip
    model.set_weights(weights)
    return Network(portable(model))


def portable(model: keras.Model) -> keras.Model:
    """The model without what depends on this machine, and right for sequences of any length."""
    for layer in model._flatten_layers():
        if hasattr(layer, "use_cudnn"):  # else a GPU's own operations come into what is exported
            layer.use_cudnn = False
        if isinstance(layer, keras.layers.RNN):  # draws its masks even where it does not need them
            layer.cell.dropout = layer.cell.recurrent_dropout = 0
        if type(layer) is keras.layers.TimeDistributed:  # whose loop is wrong where T varies
            layer.__class__ = TimeDistributed
    return model


def _any_length(facts: InputFacts) -> InputFacts:
    beside = {name: _any_length(one) for name, one in facts.beside.items()}
    shape = facts.shape if facts.time == "none" else (None, *facts.shape[1:])
    return dataclasses.replace(facts, shape=shape, beside=beside)
