"""A resolved stack of layer specs -> a functional keras.Model.

The same stack is built twice: with rnnkit's kernels to train, and with Keras's own layers to be
saved, so that whoever opens `model.keras` needs no rnnkit. Both have the same weights in the same
order.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit import layers as kernels
from rnnkit.config.layers import Layer
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import Batch
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.models.carried import windows_carried
from rnnkit.models.chrono import start_chrono
from rnnkit.models.real_steps import RealSteps
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
        facts: the input's shape, (T, F) or (T,) ids.
        use_kernels: rnnkit's recurrent layers, dropout and noise, or Keras's own.
        dtype_policy: Keras's policy; under a mixed one the last layer computes in float32.
        carry_state: the model is [x, *states] -> [y, *states]: it takes the states, (B, H) each,
            that its layers start from, in their order, and gives back those that they end in. Its
            weights are the same.
    """
    inputs = keras.Input(facts.shape, dtype="int32" if facts.integer else "float32", name="input")
    x = inputs
    before: list[keras.KerasTensor] = []
    after: list[keras.KerasTensor] = []
    if facts.masked and not facts.integer:
        x = keras.layers.Masking(PADDING_VALUE, name="masking")(x)
    steps = RealSteps(inputs, stack, facts)
    for number, spec in enumerate(stack, start=1):
        policy = "float32" if number == len(stack) else dtype_policy
        common = {"dtype": policy, "name": spec.name or f"{spec.kind}_{number}"}
        carried = spec.carried(x.shape[1:]) if carry_state else {}
        states = [
            keras.Input((width,), name=f"{common['name']}_{part}")
            for part, width in carried.items()
        ]
        before += states
        if states and isinstance(spec, Recurrent):
            layer = _layer(spec, use_kernels, return_state=True, **common)
            x, *ends = layer(x, initial_state=states)
            after += ends
        elif states:
            whole = spec.model_copy(update={"padding": "valid"})
            layer = _layer(whole, use_kernels, **common)
            x, end = windows_carried(layer, x, *states)
            after.append(end)
        else:
            layer = _layer(spec, use_kernels, **common)
            x = steps.call(layer, spec, x)
        start_chrono(layer, spec)
    if carry_state:
        return keras.Model([inputs, *before], [x, *after], name=name)
    return keras.Model(inputs, x, name=name)


def initial_state(model: keras.Model, rows: int) -> tuple[NDArray[np.float32], ...]:
    """Zeros for every state that the model carries, (B, H) each; () where it carries none."""
    return tuple(np.zeros((rows, state.shape[-1]), np.float32) for state in model.inputs[1:])


def call_model(
    model: keras.Model, batch: Batch, *, training: bool
) -> tuple[tf.Tensor, tuple[tf.Tensor, ...]]:
    """The outputs for a batch, and the state that the model ended in where it carries one."""
    if not batch.state:
        return model(batch.x, training=training), ()
    y_pred, *state = model([batch.x, *batch.state], training=training)
    # as the state was taken: in another dtype the next batch would compile anew
    return y_pred, tuple(tf.cast(part, tf.float32) for part in state)


def _layer(spec: Layer, use_kernels: bool, **common: Any) -> keras.layers.Layer:
    arguments = {k: _keras_value(k, v) for k, v in spec.arguments().items() if v is not None}
    arguments |= common
    if isinstance(spec, Wrapper):
        inner = f"{common['name']}_{spec.layer.kind}"
        arguments["layer"] = _layer(spec.layer, use_kernels, dtype=common["dtype"], name=inner)
    return _layer_class(spec, use_kernels)(**arguments)


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
