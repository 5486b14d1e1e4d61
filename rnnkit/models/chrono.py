"""Chrono initialization (Tallec and Ollivier 2018): gates that start open, each for its own time.

A forget gate whose bias is log(τ) keeps a state for about τ steps. With τ drawn between 1 and
`max_length` - 1 for each unit, some units see back over the whole sequence from the first step of
training on, where Keras's biases forget within ten steps.
"""

from __future__ import annotations

from rnnkit.config.layers import Bidirectional, Layer
from rnnkit.config.layers.cells import GRU, LSTM
from rnnkit.config.layers.recurrent import Gated
from rnnkit.runtime import keras, tf


def start_chrono(layer: keras.layers.Layer, spec: Layer) -> None:
    """Set the biases of a built layer, where its spec asks for it; draws from Keras's generator."""
    if isinstance(spec, Bidirectional):
        start_chrono(layer.forward_layer, spec.layer)
        start_chrono(layer.backward_layer, spec.layer)
    elif isinstance(spec, Gated) and spec.chrono is not None:
        bias = layer.cell.bias
        bias.assign(tf.reshape(_biases(spec, spec.chrono), bias.shape))


def _biases(spec: Gated, max_length: float) -> tf.Tensor:
    """One vector of biases, gate by gate in Keras's order.

    LSTM (4H,): i, f, g, o with b_f = log(τ) and b_i = -b_f, the paper's equations.
    GRU (3H,) or, for reset_after, (2·3H,): z, r, h with b_z = log(τ), since Keras's update gate
    is the share that is kept.
    """
    keep = tf.math.log(keras.random.uniform((spec.units,), 1.0, max_length - 1.0))
    none = tf.zeros(spec.units)
    if isinstance(spec, LSTM):
        return tf.concat([-keep, keep, none, none], axis=0)
    extra = 3 if isinstance(spec, GRU) and spec.reset_after else 0  # biases of h U
    return tf.concat([keep, none, none, *[none] * extra], axis=0)
