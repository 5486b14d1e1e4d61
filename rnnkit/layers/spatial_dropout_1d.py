"""SpatialDropout1D whose mask costs next to nothing under XLA and follows from a seed alone."""

from rnnkit.layers.randomness import dropout_mask, in_dropout_seed
from rnnkit.runtime import keras, tf


class SpatialDropout1D(keras.layers.SpatialDropout1D):
    """keras.layers.SpatialDropout1D, stateless inside `rnnkit.layers.dropout_seed`.

    Outside that context it is Keras's layer, seed generator and all.

    Args: those of keras.layers.SpatialDropout1D.

    Shape: (B, T, F) -> the same.
    """

    def call(self, inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not (training and self.rate > 0 and in_dropout_seed()):
            return super().call(inputs, training=training)
        shape = tf.shape(inputs)
        return inputs * dropout_mask([shape[0], 1, shape[2]], self.rate, inputs.dtype)
