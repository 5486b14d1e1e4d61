"""One time step of each recurrent cell, written out so that gates and states can be looked at.

rnnkit's kernels and Keras's own loops hide both. The equations are those of `rnnkit.layers`, for
every activation that Keras has; dropout is left out, as in inference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from rnnkit.runtime import keras, tf

Tensors = tuple[tf.Tensor, ...]
Step = Callable[[tf.Tensor, Tensors, Tensors], tuple[Tensors, Tensors]]


class Cell(NamedTuple):
    """A layer's cell.

    Args:
        kind: lstm, gru or simple_rnn.
        states: the names of the states, `h` first.
        gates: the names of the gates.
        carrying: the gate that the state before is multiplied by; None where there is none.
        step: x (B, F), states before, probes (B,) -> states after, gates; states and gates (B, H).
            Each state passes by its probe where it arises, see `probed`.
    """

    kind: str
    states: tuple[str, ...]
    gates: tuple[str, ...]
    carrying: str | None
    step: Step


def cell_of(layer: keras.layers.RNN) -> Cell:
    """The cell of an LSTM, GRU or SimpleRNN layer, rnnkit's or Keras's."""
    if isinstance(layer, keras.layers.LSTM):
        return Cell("lstm", ("h", "c"), ("input", "forget", "output"), "forget", _lstm(layer))
    if isinstance(layer, keras.layers.GRU):
        return Cell("gru", ("h",), ("update", "reset"), "update", _gru(layer))
    if isinstance(layer, keras.layers.SimpleRNN):
        return Cell("simple_rnn", ("h",), (), None, _simple_rnn(layer))
    raise TypeError(f"no step of {type(layer).__name__} is written out here")


@tf.custom_gradient
def probed(state: tf.Tensor, probe: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Tensors]]:
    """A state (B, H) as it is; the gradient of the probe (B,) is the norm of that of the state."""
    return tf.identity(state), lambda gradient: (gradient, _norm(gradient))


def _norm(gradient: tf.Tensor) -> tf.Tensor:
    """(B, H) -> (B,). Scaled first: the squares of small numbers would be 0."""
    largest = tf.reduce_max(tf.abs(gradient), axis=-1)
    scale = tf.where(largest > 0, largest, tf.ones_like(largest))
    return scale * tf.norm(gradient / scale[..., tf.newaxis], axis=-1)


def _lstm(layer: keras.layers.LSTM) -> Step:
    (W, U), b = _kernels(layer), _bias(layer, 4)
    gate, activation = layer.recurrent_activation, layer.activation

    def step(x: tf.Tensor, before: Tensors, probes: Tensors) -> tuple[Tensors, Tensors]:
        h, c = before
        z_i, z_f, z_g, z_o = tf.split(x @ W + h @ U + b, 4, axis=1)
        i, f, o = gate(z_i), gate(z_f), gate(z_o)
        c = probed(f * c + i * activation(z_g), probes[1])
        h = probed(o * activation(c), probes[0])
        return (h, c), (i, f, o)

    return step


def _gru(layer: keras.layers.GRU) -> Step:
    gate, activation, units = layer.recurrent_activation, layer.activation, layer.units
    W, U = _kernels(layer)
    b, b_u = (
        tf.unstack(layer.cell.bias)
        if layer.reset_after and layer.use_bias
        else (_bias(layer, 3), tf.zeros(3 * units))
    )

    def step(x: tf.Tensor, before: Tensors, probes: Tensors) -> tuple[Tensors, Tensors]:
        (h,) = before
        a_z, a_r, a_n = tf.split(x @ W + b, 3, axis=1)
        u_z, u_r, u_n = tf.split(h @ U + b_u, 3, axis=1)
        z, r = gate(a_z + u_z), gate(a_r + u_r)
        if not layer.reset_after:
            u_n = (r * h) @ U[:, 2 * units :]
        n = activation(a_n + (r * u_n if layer.reset_after else u_n))
        return (probed(z * h + (1 - z) * n, probes[0]),), (z, r)

    return step


def _simple_rnn(layer: keras.layers.SimpleRNN) -> Step:
    (W, U), b = _kernels(layer), _bias(layer, 1)

    def step(x: tf.Tensor, before: Tensors, probes: Tensors) -> tuple[Tensors, Tensors]:
        h = layer.activation(x @ W + before[0] @ U + b)
        return (probed(h, probes[0]),), ()

    return step


def _kernels(layer: keras.layers.RNN) -> tuple[tf.Tensor, tf.Tensor]:
    """W and U, read once: read in the loop, the gradient would keep a copy of U for every step."""
    cell = layer.cell
    return tf.convert_to_tensor(cell.kernel), tf.convert_to_tensor(cell.recurrent_kernel)


def _bias(layer: keras.layers.RNN, gates: int) -> tf.Tensor:
    return layer.cell.bias if layer.use_bias else tf.zeros(gates * layer.units)
