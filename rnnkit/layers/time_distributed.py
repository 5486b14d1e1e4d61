"""TimeDistributed without a loop over time: all steps of all rows at once."""

from rnnkit.runtime import keras, tf


class TimeDistributed(keras.layers.TimeDistributed):
    """keras.layers.TimeDistributed for a layer that reads and gives vectors and keeps no state.

    Keras calls the layer once a step: T operations, which XLA compiles one by one.

    Args: those of keras.layers.TimeDistributed.

    Shape: (B, T, F) -> (B, T, H).
    """

    def call(
        self, inputs: tf.Tensor, training: bool | None = None, mask: tf.Tensor | None = None
    ) -> tf.Tensor:
        rows = tf.reshape(inputs, [-1, inputs.shape[-1]])
        options = {"training": training} if self.layer._call_has_training_arg else {}
        outputs = self.layer.call(rows, **options)
        shape = tf.concat([tf.shape(inputs)[:2], tf.shape(outputs)[1:]], axis=0)
        return tf.ensure_shape(tf.reshape(outputs, shape), [*inputs.shape[:2], outputs.shape[-1]])
