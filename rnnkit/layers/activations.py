"""The activations that the kernels know: each with its slope written in terms of its own output.

The backward pass keeps the gates' outputs and not their inputs, which halves what a training
step has to store. All of these functions allow it: the slope follows from the output.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from rnnkit.runtime import keras, tf


class Activation(NamedTuple):
    """`y = forward(a)`, and `dy/da = slope(y)`; both elementwise, any shape, any float type."""

    forward: Callable[[Any], Any]
    slope: Callable[[Any], Any]


def _sigmoid(a: Any) -> Any:
    return 0.5 * tf.tanh(0.5 * a) + 0.5  # 1.3 times faster than tf.sigmoid under XLA on a CPU


def _relu_slope(y: Any) -> Any:
    return tf.cast(y > 0, y.dtype)


def _elu_slope(y: Any) -> Any:
    return tf.where(y > 0, tf.ones_like(y), y + 1)


def _hard_sigmoid(a: Any) -> Any:
    return tf.clip_by_value(a / 6 + 0.5, 0.0, 1.0)


def _hard_sigmoid_slope(y: Any) -> Any:
    return tf.where((y > 0) & (y < 1), tf.cast(1 / 6, y.dtype), tf.cast(0, y.dtype))


_KNOWN: dict[Any, Activation] = {
    keras.activations.linear: Activation(lambda a: a, tf.ones_like),
    keras.activations.relu: Activation(tf.nn.relu, _relu_slope),
    keras.activations.tanh: Activation(tf.tanh, lambda y: 1 - y * y),
    keras.activations.sigmoid: Activation(_sigmoid, lambda y: y * (1 - y)),
    keras.activations.elu: Activation(tf.nn.elu, _elu_slope),
    keras.activations.hard_sigmoid: Activation(_hard_sigmoid, _hard_sigmoid_slope),
    keras.activations.softsign: Activation(tf.nn.softsign, lambda y: (1 - tf.abs(y)) ** 2),
}


def find_activation(function: Any) -> Activation | None:
    """The kernel's form of a Keras activation function, or None where there is none."""
    try:
        return _KNOWN.get(function)
    except TypeError:  # an unhashable callable, such as a layer used as an activation
        return None
