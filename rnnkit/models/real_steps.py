"""Which steps of the sequences in a model are real, where Keras loses sight of them.

Keras's convolutions and poolings drop the mask of what they read, and other layers then take
padding for data. Here the mask is a tensor of the model, made of Keras's own operations, so that
`model.keras` needs no rnnkit.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnnkit.config.layers import Layer
from rnnkit.config.layers.windowed import Windowed
from rnnkit.config.stack import InputFacts, skips_padding
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.runtime import keras


class RealSteps:
    """Calls the layers of a stack one after the other, and follows which steps are real.

    Args:
        inputs: the model's input, (B, T, F) or (B, T) ids.
        stack: its layers.
        facts: what the input is.
    """

    def __init__(
        self, inputs: keras.KerasTensor, stack: Sequence[Layer], facts: InputFacts
    ) -> None:
        self._inputs = inputs
        self._ids = facts.integer
        self._masked = skips_padding(stack[0], facts)
        self._mask: keras.KerasTensor = None  # (B, T) bool; None while Keras's own is whole

    def call(self, layer: keras.layers.Layer, spec: Layer, x: keras.KerasTensor) -> object:
        """The layer's output; padded steps of x (B, T, F) change nothing in what is real of it."""
        if not self._masked or len(x.shape) != 3:
            return layer(x)
        if isinstance(spec, Windowed):
            return self._through_windows(layer, spec, x)
        if self._mask is not None and layer._call_has_mask_arg:
            return layer(x, mask=self._mask)
        return layer(x)

    def _through_windows(
        self, layer: keras.layers.Layer, spec: Windowed, x: keras.KerasTensor
    ) -> keras.KerasTensor:
        """An output is real where its window holds no padding, or for `same` and `causal`, where
        the step that it stands for is real; there, padding is the zeros that Keras pads with.
        """
        mask = self._first_mask() if self._mask is None else self._mask
        y = layer(x * keras.ops.expand_dims(keras.ops.cast(mask, x.dtype), -1))
        if spec.edges == "valid" and spec.span > 1:
            mask = keras.ops.logical_and(mask[:, : 1 - spec.span], mask[:, spec.span - 1 :])
        self._mask = mask[:, :: spec.step]
        return y

    def _first_mask(self) -> keras.KerasTensor:
        if self._ids:
            return keras.ops.not_equal(self._inputs, 0)
        return keras.ops.any(keras.ops.not_equal(self._inputs, PADDING_VALUE), axis=-1)
