"""BatchNormalization whose statistics count what is real in a batch: no padding, no filler."""

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from rnnkit.runtime import keras, tf

_rows: ContextVar[tf.Tensor | None] = ContextVar("counted_rows", default=None)


@contextlib.contextmanager
def counted_rows(valid: tf.Tensor) -> Iterator[None]:
    """Within this context, statistics over a batch leave out its filler.

    Args:
        valid: (B,) or (B, T); a row that is 0 throughout is filler.
    """
    rows = valid if len(valid.shape) == 1 else tf.reduce_max(valid, axis=1)
    token = _rows.set(tf.cast(rows, tf.bool))
    try:
        yield
    finally:
        _rows.reset(token)


class BatchNormalization(keras.layers.BatchNormalization):
    """keras.layers.BatchNormalization, whose training statistics heed `counted_rows`.

    Args: those of keras.layers.BatchNormalization.

    Shape: (B, T, F) or (B, F) -> the same.
    """

    def _moments(self, inputs: tf.Tensor, mask: tf.Tensor | None) -> Any:
        """Mean and variance of each feature, (F,); of nothing 0 and 0, as Keras has it."""
        real = _rows.get()
        if real is None and mask is None:
            return super()._moments(inputs, mask)
        counted = tf.ones(tf.shape(inputs)[:-1], tf.bool)
        if mask is not None:
            counted &= tf.cast(mask, tf.bool)
        if real is not None:
            counted &= tf.reshape(real, [-1, *[1] * (len(inputs.shape) - 2)])
        counted = counted[..., tf.newaxis]
        number = tf.maximum(tf.reduce_sum(tf.cast(counted, inputs.dtype)), 1)
        axes = list(range(len(inputs.shape) - 1))
        mean = tf.reduce_sum(tf.where(counted, inputs, 0), axes) / number
        apart = tf.where(counted, inputs - mean, 0)
        return mean, tf.reduce_sum(tf.square(apart), axes) / number
