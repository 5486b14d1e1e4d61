"""Attention pooling, which is no one layer of Keras's, as a model of its layers."""

from __future__ import annotations

from rnnkit.config.layers import AttentionPooling1D
from rnnkit.runtime import keras


def attention_pooling(
    spec: AttentionPooling1D, x: keras.KerasTensor, *, name: str, dtype: str
) -> keras.Model:
    """[x (B, T, F), which steps are real (B, T)] -> (B, F)."""
    inputs = keras.Input(x.shape[1:], dtype=x.dtype, name=f"{name}_steps")
    real = keras.Input(x.shape[1:2], dtype="bool", name=f"{name}_real")
    hidden = keras.layers.Dense(
        spec.units, activation=spec.activation, dtype=dtype, name=f"{name}_hidden"
    )(inputs)
    score = keras.layers.Dense(1, use_bias=False, dtype=dtype, name=f"{name}_score")(hidden)
    softmax = keras.layers.Softmax(axis=1, dtype=dtype, name=f"{name}_weights")
    weights = softmax(score, mask=keras.ops.expand_dims(real, -1))
    return keras.Model([inputs, real], keras.ops.sum(weights * inputs, axis=1), name=name)
