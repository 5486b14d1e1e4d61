"""LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000), drop-in for Keras's."""

from typing import Any

from rnnkit.layers.activations import Activation
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.projection import Projection
from rnnkit.layers.recurrence import Equations, Tensors
from rnnkit.runtime import keras, tf


class LSTMEquations(Equations):
    """i, f, o = σ(z_i, z_f, z_o); g = φ(z_g); c' = f c + i g; h' = o φ(c')  with z = zx + U^T h.

    Gates are ordered i, f, g, o, as in Keras.
    """

    kept_count = 1

    def __init__(
        self, recurrent: Projection, activation: Activation, recurrent_activation: Activation
    ) -> None:
        super().__init__(recurrent)
        self.activation = activation
        self.gate = recurrent_activation

    def forward(self, zx: Any, before: Tensors) -> tuple[Tensors, Tensors]:
        h, c = before
        z = zx + self.recurrent[0](h)  # (4H, B)
        z_i, z_f, z_g, z_o = tf.split(z, 4, axis=0)
        i, f, o = self.gate.forward(z_i), self.gate.forward(z_f), self.gate.forward(z_o)
        g = self.activation.forward(z_g)
        c = f * c + i * g
        h = o * self.activation.forward(c)
        return (h, c), (tf.concat([i, f, g, o], axis=0),)

    def backward(
        self, d_after: Tensors, kept: Tensors, before: Tensors, after: Tensors
    ) -> tuple[Tensors, Tensors]:
        dh, dc = d_after
        i, f, g, o = tf.split(kept[0], 4, axis=0)
        activated_c = self.activation.forward(after[1])
        dc = dc + dh * o * self.activation.slope(activated_c)
        dz = tf.concat(
            [
                dc * g * self.gate.slope(i),
                dc * before[1] * self.gate.slope(f),
                dc * i * self.activation.slope(g),
                dh * activated_c * self.gate.slope(o),
            ],
            axis=0,
        )  # (4H, B)
        return (dz,), (self.recurrent[0].operand_gradient(dz), dc * f)


@keras.saving.register_keras_serializable("rnnkit")  # Bidirectional copies a layer by its config
class LSTM(KernelLayer, keras.layers.LSTM):
    """keras.layers.LSTM with rnnkit's kernel: same arguments, weights, config and results.

    Shapes: (B, T, F) -> (B, H), or (B, T, H) with return_sequences; states h, c are (B, H).
    """

    def equations(self, recurrent_kernel: Any, recurrent_bias: Any, masks: list[Any]) -> Equations:
        activation, recurrent_activation = self.kernel_activations()
        return LSTMEquations(Projection(recurrent_kernel, masks), activation, recurrent_activation)
