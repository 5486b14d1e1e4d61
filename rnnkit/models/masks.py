"""Masks of padded steps, handed on where Keras loses them.

Keras's convolutions and poolings drop the mask of what they read, and joining can lose it; layers
after them then take padding for data. A mask is a tensor of the model, made of Keras's own
operations, so that `model.keras` needs no rnnkit.
"""

from __future__ import annotations

from rnnkit.config.layers import AttentionPooling1D, GlobalMaxPooling1D, Layer, MultiHeadAttention
from rnnkit.config.layers.windowed import Windowed
from rnnkit.runtime import keras


def mask_of(x: keras.KerasTensor) -> keras.KerasTensor | None:
    """Which steps of x (B, T, F) are real, (B, T); None: all."""
    return getattr(x, "_keras_mask", None)


def with_mask(x: keras.KerasTensor, mask: keras.KerasTensor | None) -> keras.KerasTensor:
    """x, whose mask every layer that reads it then finds."""
    x._keras_mask = mask
    return x


def called(layer: keras.layers.Layer, spec: Layer, x: keras.KerasTensor) -> keras.KerasTensor:
    """A layer's output; where Keras has it drop the mask, padded steps are hidden from it."""
    mask = mask_of(x)
    if isinstance(spec, MultiHeadAttention):
        return layer(x, x, use_causal_mask=spec.use_causal_mask)
    if isinstance(spec, AttentionPooling1D):
        everything = keras.ops.ones_like(x[:, :, 0], "bool")
        return layer([x, everything] if mask is None else [_hidden(x, mask, 0), mask])
    if mask is None or not isinstance(spec, Windowed | GlobalMaxPooling1D):
        return layer(x)
    if isinstance(spec, Windowed):
        return with_mask(layer(_hidden(x, mask, 0)), _after_windows(mask, spec))
    return layer(_hidden(x, mask, keras.ops.min(x, axis=1, keepdims=True)))


def _hidden(
    x: keras.KerasTensor, mask: keras.KerasTensor, value: keras.KerasTensor | int
) -> keras.KerasTensor:
    """x without a mask, a value in the place of padding."""
    return keras.ops.where(keras.ops.expand_dims(mask, -1), x, value)


def _after_windows(mask: keras.KerasTensor, spec: Windowed) -> keras.KerasTensor:
    """An output is real where its window holds no padding.

    With `same` and `causal`, which pad with zeros themselves, it is where its own step is.
    """
    if spec.edges == "valid" and spec.span > 1:
        mask = keras.ops.logical_and(mask[:, : 1 - spec.span], mask[:, spec.span - 1 :])
    return mask[:, :: spec.step]
