"""A convolution that goes on where the batch before ended: the steps before come in as a state."""

from __future__ import annotations

from rnnkit.runtime import keras


def windows_carried(
    layer: keras.layers.Layer, x: keras.KerasTensor, state: keras.KerasTensor
) -> tuple[keras.KerasTensor, keras.KerasTensor]:
    """Run a convolution without padding over the steps before and those of the batch.

    Args:
        layer: the convolution, with padding `valid`.
        x: (B, T, F).
        state: (B, S·F), the S steps before; zeros at the start of a sequence, as Keras pads it.

    Returns:
        An output for each of the T steps, and the last S steps as the next state.
    """
    features = x.shape[-1]
    steps = state.shape[-1] // features
    joined = keras.ops.concatenate([keras.ops.reshape(state, (-1, steps, features)), x], axis=1)
    return layer(joined), keras.ops.reshape(joined[:, -steps:], (-1, steps * features))
