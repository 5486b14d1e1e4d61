"""A resolved stack of layer specs -> a functional keras.Model.

The same stack is built twice: with rnnkit's kernels to train, and with Keras's own layers to be
saved, so that whoever opens `model.keras` needs no rnnkit. Both have the same weights in the same
order.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit import layers as kernels
from rnnkit.config.layers import AttentionPooling1D, Concatenate, Layer, Residual
from rnnkit.config.layers.container import Container
from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.layers.trainable import Trainable
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.stack import InputFacts, layer_name
from rnnkit.data.batch import INPUT, Batch
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.layers import counted_rows
from rnnkit.models.attention import attention_pooling
from rnnkit.models.carried import windows_carried
from rnnkit.models.chrono import start_chrono
from rnnkit.models.masks import called, mask_of, with_mask
from rnnkit.runtime import keras, tf

_GETTERS = {
    "initializer": keras.initializers.get,
    "regularizer": keras.regularizers.get,
    "constraint": keras.constraints.get,
}


def build_model(
    stack: Sequence[Layer],
    facts: InputFacts,
    *,
    use_kernels: bool,
    dtype_policy: str = "float32",
    name: str = "model",
    carry_state: bool = False,
) -> keras.Model:
    """Build the model of a stack, with fresh weights.

    Weights are drawn from Keras's global generator: call `keras.utils.set_random_seed` first.

    Args:
        stack: layers whose derived arguments are filled in (`infer_stack(...).layers`).
        facts: the input's shape, (T, F) or (T,) ids; where there are others beside it, the model
            takes a dict, {"input": x, name: another}.
        use_kernels: rnnkit's recurrent layers, dropout and noise, or Keras's own.
        dtype_policy: Keras's policy; under a mixed one the last layer computes in float32.
        carry_state: the model is [x, *states] -> [y, *states]: it takes the states, (B, H) each,
            that its layers start from, in their order, and gives back those that they end in. Its
            weights are the same.
    """
    builder = _Builder(facts, use_kernels, dtype_policy, carry_state)
    *body, last = stack
    x = builder.chain(body, builder.begun[INPUT])
    if each_step := bool(facts.answered) and len(x.shape) == 3:
        before = x.shape[1] - facts.answered
        x = keras.layers.Cropping1D((before, 0), name="cropping", dtype=dtype_policy)(x)
    x = builder.layer(last, str(len(stack)), x, policy="float32")
    if each_step:
        x = keras.layers.Flatten(name="answers", dtype="float32")(x)
    if carry_state:
        taken = [builder.inputs[INPUT], *builder.before]
        return keras.Model(taken, [x, *builder.after], name=name)
    return keras.Model(builder.inputs if facts.beside else builder.inputs[INPUT], x, name=name)


class _Builder:
    """Calls layer after layer; the arguments are those of `build_model`."""

    def __init__(
        self, facts: InputFacts, use_kernels: bool, dtype_policy: str, carry_state: bool
    ) -> None:
        self.use_kernels = use_kernels
        self.policy = dtype_policy
        self.carry_state = carry_state
        self.facts = {INPUT: facts, **facts.beside}
        self.inputs = {
            name: keras.Input(one.shape, dtype="int32" if one.integer else "float32", name=name)
            for name, one in self.facts.items()
        }
        self.begun = {name: self._begun(name) for name in self.facts}
        self.before: list[keras.KerasTensor] = []  # states that the model takes
        self.after: list[keras.KerasTensor] = []  # and gives

    def _begun(self, name: str) -> keras.KerasTensor:
        """An input, its padded steps masked."""
        x, facts = self.inputs[name], self.facts[name]
        if not facts.masked or facts.integer:
            return x
        layer = "masking" if name == INPUT else f"masking_{name}"
        return keras.layers.Masking(PADDING_VALUE, name=layer)(x)

    def chain(
        self, specs: Sequence[Layer], x: keras.KerasTensor, prefix: str = ""
    ) -> keras.KerasTensor:
        for number, spec in enumerate(specs, start=1):
            x = self.layer(spec, f"{prefix}{number}", x, policy=self.policy)
        return x

    def layer(
        self, spec: Layer, number: str, x: keras.KerasTensor, *, policy: str
    ) -> keras.KerasTensor:
        common = {"dtype": policy, "name": layer_name(spec, number)}
        if isinstance(spec, Container):
            return self._join(spec, number, x, **common)
        carried = spec.carried(x.shape[1:]) if self.carry_state else {}
        if carried:
            return self._carrying(spec, x, carried, **common)
        layer = self._made(spec, x, **common)
        x = called(layer, spec, x)
        start_chrono(layer, spec)
        _pace(layer, spec)
        return x

    def _made(self, spec: Layer, x: keras.KerasTensor, **common: Any) -> keras.layers.Layer:
        if isinstance(spec, AttentionPooling1D):
            return attention_pooling(spec, x, **common)
        return _layer(spec, x.shape[1:], self.use_kernels, **common)

    def _carrying(
        self, spec: Layer, x: keras.KerasTensor, carried: Mapping[str, int], **common: Any
    ) -> keras.KerasTensor:
        """A layer that begins with a state, and gives the one that it ends in."""
        states = [
            keras.Input((width,), name=f"{common['name']}_{part}")
            for part, width in carried.items()
        ]
        if isinstance(spec, Recurrent):
            layer = self._made(spec, x, return_state=True, **common)
            x, *ends = layer(x, initial_state=states)
            start_chrono(layer, spec)
        else:
            whole = spec.model_copy(update={"padding": "valid"})
            layer = self._made(whole, x, **common)
            x, *ends = windows_carried(layer, x, *states)
        _pace(layer, spec)
        self.before += states
        self.after += ends
        return x

    def _join(
        self, spec: Container, number: str, x: keras.KerasTensor, **common: Any
    ) -> keras.KerasTensor:
        if isinstance(spec, Concatenate):
            end = self._branch(spec, number, common["name"])
            end = self._beside(end, x, self.facts[spec.input], common["name"])
            joined = keras.layers.Concatenate(**common)([x, end])
        elif isinstance(spec, Residual):
            end = self.chain(spec.layers, x, f"{number}.")
            joined = keras.layers.Add(**common)([x, end])
        else:
            ends = [
                self.chain(branch, x, f"{number}.{place}.")
                for place, branch in enumerate(spec.branches, start=1)
            ]
            joined, x = keras.layers.Concatenate(**common)(ends), ends[0]
        return with_mask(joined, mask_of(x) if len(joined.shape) == 3 else None)

    def _branch(self, spec: Concatenate, number: str, name: str) -> keras.KerasTensor:
        """What the layers of another input give; where its steps are sequences, at every step."""
        x, facts = self.begun[spec.input], self.facts[spec.input]
        if facts.time != "nested":
            return self.chain(spec.layers, x, f"{number}.")
        step = keras.Input(x.shape[2:], dtype=x.dtype, name=f"{name}_step")
        each = keras.Model(step, self.chain(spec.layers, step, f"{number}."), name=f"{name}_each")
        place = kernels if self.use_kernels else keras.layers
        return place.TimeDistributed(each, name=f"{name}_every_step")(x)

    def _beside(
        self, end: keras.KerasTensor, x: keras.KerasTensor, facts: InputFacts, name: str
    ) -> keras.KerasTensor:
        """What another input gives, in a form that stands beside x."""
        if facts.time == "none" and len(end.shape) == 3:
            end = keras.layers.Flatten(name=f"{name}_flat")(end)
        if len(x.shape) == 3 and len(end.shape) == 2:  # to every step, however many there are
            steps = keras.ops.cast(keras.ops.zeros_like(x[:, :, :1]), end.dtype)
            return keras.ops.expand_dims(end, 1) + steps
        return end


def initial_state(model: keras.Model, rows: int) -> tuple[NDArray[np.float32], ...]:
    """Zeros for every state that the model carries, (B, H) each; () where it carries none."""
    if isinstance(model.input, dict):  # several inputs, of which none is a state
        return ()
    return tuple(np.zeros((rows, state.shape[-1]), np.float32) for state in model.inputs[1:])


def call_model(
    model: keras.Model, batch: Batch, *, training: bool
) -> tuple[tf.Tensor, tuple[tf.Tensor, ...]]:
    """The outputs for a batch, and the state that the model ended in where it carries one."""
    with counted_rows(batch.valid):
        if not batch.state:
            return model(batch.x, training=training), ()
        y_pred, *state = model([batch.x, *batch.state], training=training)
    # as the state was taken: in another dtype the next batch would compile anew
    return y_pred, tuple(tf.cast(part, tf.float32) for part in state)


def _layer(spec: Layer, shape: Shape, use_kernels: bool, **common: Any) -> keras.layers.Layer:
    given = spec.keras_arguments(shape).items()
    arguments = {key: _keras_value(key, value) for key, value in given if value is not None}
    arguments |= common
    if isinstance(spec, Wrapper):
        inner = f"{common['name']}_{spec.layer.kind}"
        arguments["layer"] = _layer(
            spec.layer, shape, use_kernels, dtype=common["dtype"], name=inner
        )
    return _layer_class(spec, use_kernels)(**arguments)


def _pace(layer: keras.layers.Layer, spec: Layer) -> None:
    """Say of a layer that has its weights whether these move, and how far."""
    if isinstance(spec, Trainable):
        layer.trainable = spec.trainable
        if spec.learning_rate_factor != 1:
            layer.learning_rate_factor = spec.learning_rate_factor


def _layer_class(spec: Layer, use_kernels: bool) -> type[keras.layers.Layer]:
    """rnnkit's own class, rnnkit/layers/<kind>.py, where there is one and it is wanted."""
    module = f"{kernels.__name__}.{spec.kind}"
    own = use_kernels and importlib.util.find_spec(module) is not None
    place = importlib.import_module(module) if own else keras.layers
    found: type[keras.layers.Layer] = getattr(place, spec.keras_name)
    return found


def _keras_value(key: str, value: Any) -> Any:
    """`{orthogonal: {gain: 0.5}}` -> the Keras object; plain names are left to Keras."""
    if not isinstance(value, dict):
        return value
    [(name, arguments)] = value.items()
    if name == "chrono":  # which Keras does not know: start_chrono sets the values
        return "zeros"
    getter = _GETTERS[key.rpartition("_")[2]]
    return getter({"class_name": name, "config": arguments})


def fallbacks(model: keras.Model) -> list[str]:
    """One sentence for each layer that runs Keras's own code instead of rnnkit's kernels."""
    return [
        f"{layer.name} runs Keras's own code: {layer.fallback_reason}"
        for layer in model._flatten_layers()
        if getattr(layer, "fallback_reason", None)
    ]
