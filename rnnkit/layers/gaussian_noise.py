"""GaussianNoise that costs little under XLA and follows from a seed alone."""

from typing import Any

from rnnkit.layers.randomness import in_dropout_seed, normal
from rnnkit.runtime import keras, tf


class GaussianNoise(keras.layers.GaussianNoise):
    """keras.layers.GaussianNoise, drawn from the seed of `rnnkit.layers.dropout_seed` inside it.

    Outside that context it is Keras's layer, seed generator and all.

    Args: those of keras.layers.GaussianNoise.

    Shape: any -> the same.
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        if not (training and self.stddev > 0 and in_dropout_seed()):
            return super().call(inputs, training=training)
        return inputs + normal(tf.shape(inputs), self.stddev, inputs.dtype)
