"""What puts rnnkit's kernel in the place of a Keras recurrent layer's inner loop."""

from collections.abc import Sequence

from rnnkit.layers.activations import Activation, find_activation
from rnnkit.layers.affine import Masks, Weights
from rnnkit.layers.layout import FEATURES_LAST, Layout
from rnnkit.layers.randomness import dropout_mask, in_dropout_seed
from rnnkit.layers.recurrence import Equations, recur
from rnnkit.runtime import keras, tf


class KernelLayer(keras.layers.RNN):
    """What rnnkit's LSTM, GRU and SimpleRNN share: Keras's layers, but for the loop over time.

    A subclass inherits from this class first and from Keras's layer second, and gives
    `equations`. Everything else, from weights to states, stays Keras's.
    """

    layout = FEATURES_LAST  # inside the loop; `with_layout` sets it

    def equations(self, weights: Weights, masks: Masks, layout: Layout) -> Equations:
        """The cell's equations."""
        raise NotImplementedError

    @property
    def fallback_reason(self) -> str | None:
        """Why Keras's own code runs this layer instead of the kernel, or None where it does not."""
        if self.unroll:
            return "unroll=True"
        for name in ("activation", "recurrent_activation"):
            function = getattr(self, name, keras.activations.linear)
            if find_activation(function) is None:
                return f"{name}={getattr(function, '__name__', function)!s} has no kernel"
        if 1 in (self.dropout, self.recurrent_dropout):
            return "a dropout rate of 1"
        if getattr(self, "use_cudnn", None) is True:
            return "use_cudnn=True"
        if not self.supports_jit:
            return "cuDNN runs it on this GPU"
        return None

    def call(
        self,
        sequences: tf.Tensor,
        initial_state: Sequence[tf.Tensor] | None = None,
        mask: tf.Tensor | None = None,
        training: bool = False,
    ) -> tf.Tensor | list[tf.Tensor]:
        """As Keras's, which would leave integers to its operations' promotion of types."""
        sequences = tf.cast(sequences, self.compute_dtype)
        return super().call(sequences, initial_state=initial_state, mask=mask, training=training)

    def inner_loop(
        self,
        sequences: tf.Tensor,
        initial_state: Sequence[tf.Tensor],
        mask: tf.Tensor | None,
        training: bool = False,
    ) -> tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]]:
        """(B, T, F) -> last output (B, H), outputs (B, T, H) or (B, 1, H), states, each (B, H)."""
        if self.fallback_reason is not None:
            found: tuple[tf.Tensor, tf.Tensor, list[tf.Tensor]] = super().inner_loop(
                sequences, initial_state, mask, training=training
            )
            return found
        layout = FEATURES_LAST if sequences.shape[0] == 1 else self.layout
        mask = _time_mask(mask, layout)
        x = tf.transpose(sequences, layout.from_keras)  # (T, B, F)
        if self.go_backwards:
            x = tf.reverse(x, [0])
            mask = None if mask is None else tf.reverse(mask, [0])
        masks = self._dropout_masks(training, layout)
        outputs, states = recur(
            lambda weights: self.equations(weights, masks, layout),
            x,
            self.kernel_weights(),
            tuple(map(layout.step, keras.tree.flatten(initial_state))),
            time_mask=mask,
            return_sequences=self.return_sequences,
        )
        last = states[0]
        if mask is not None:
            outputs, last = self._masked_outputs(outputs, last, mask)
        last, *ends = map(layout.step, (last, *states))
        if outputs is None:
            return last, last[:, tf.newaxis], ends
        outputs = tf.transpose(outputs, layout.to_keras)
        # the loop does not know how often it ran, but a layer above that unrolls must
        outputs = tf.ensure_shape(outputs, [None, sequences.shape[1], None])
        return last, outputs, ends

    def kernel_activations(self) -> tuple[Activation, Activation]:
        """The kernel's (activation, recurrent_activation)."""
        activation = find_activation(self.activation)
        recurrent = find_activation(getattr(self, "recurrent_activation", keras.activations.linear))
        if activation is None or recurrent is None:
            raise RuntimeError(f"The layer {self.name} has no kernel: {self.fallback_reason}.")
        return activation, recurrent

    def kernel_weights(self) -> Weights:
        """The weights as the equations take them."""
        cell = self.cell
        bias = tf.convert_to_tensor(cell.bias) if self.use_bias else None
        kernel, recurrent_kernel = map(tf.convert_to_tensor, (cell.kernel, cell.recurrent_kernel))
        return Weights(kernel, recurrent_kernel, bias)

    def _dropout_masks(self, training: bool, layout: Layout) -> Masks:
        """The masks that Keras's hook left on the cell."""
        kinds = (
            (self.dropout, "_dropout_mask"),
            (self.recurrent_dropout, "_recurrent_dropout_mask"),
        )
        return Masks(
            *(
                tuple(map(layout.step, keras.tree.flatten(getattr(self.cell, name))))
                if training and rate
                else ()
                for rate, name in kinds
            )
        )

    def _maybe_config_dropout_masks(
        self, cell: keras.layers.Layer, inputs: tf.Tensor, states: Sequence[tf.Tensor]
    ) -> None:
        """Keras's hook before the loop: leaves the masks of a whole sequence on the cell."""
        if not in_dropout_seed():
            super()._maybe_config_dropout_masks(cell, inputs, states)
            return
        count = getattr(cell, "dropout_mask_count", 1)

        def draw(like: tf.Tensor, rate: float) -> tf.Tensor | list[tf.Tensor]:
            masks = [dropout_mask(tf.shape(like), rate, like.dtype) for _ in range(count)]
            return masks if hasattr(cell, "dropout_mask_count") else masks[0]

        if self.dropout > 0:
            cell._dropout_mask = draw(inputs, self.dropout)
        if self.recurrent_dropout > 0:
            cell._recurrent_dropout_mask = draw(states[0], self.recurrent_dropout)

    def _masked_outputs(
        self, outputs: tf.Tensor | None, last: tf.Tensor, mask: tf.Tensor
    ) -> tuple[tf.Tensor | None, tf.Tensor]:
        """Keras's outputs at masked steps: the one before, and 0 before the first real step.

        The kernel has the states there, which differ from it in front of the first real step.
        """
        if self.zero_output_for_mask:
            shown = mask
        else:
            shown = tf.cumsum(tf.cast(mask, tf.int32), axis=0) > 0  # as the mask
        last = tf.where(shown[-1], last, tf.zeros_like(last))
        if outputs is not None:
            outputs = tf.where(shown, outputs, tf.zeros_like(outputs))
        return outputs, last


def _time_mask(mask: tf.Tensor | None, layout: Layout) -> tf.Tensor | None:
    """A Keras mask (B, T) or (B, T, 1), of any dtype, or None, nested or not -> T bool steps."""
    mask = keras.tree.flatten(mask)[0] if keras.tree.is_nested(mask) else mask
    if mask is None:
        return None
    mask = tf.cast(mask, tf.bool)
    if len(mask.shape) == 2:
        mask = mask[:, :, tf.newaxis]
    return tf.transpose(mask, layout.from_keras)
