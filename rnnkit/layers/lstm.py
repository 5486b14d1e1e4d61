"""LSTM (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000), drop-in for Keras's."""

from rnnkit.layers.activations import Activation
from rnnkit.layers.affine import Affine, Masks, Weights
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.layout import Layout
from rnnkit.layers.recurrence import Block, Equations, Tensors
from rnnkit.runtime import keras, tf


class LSTMEquations(Equations):
    """i, f, o = σ(z_i, z_f, z_o); g = φ(z_g); c' = f c + i g; h' = o φ(c')  with z = x W + b + h U.

    Gates are ordered i, f, g, o, as in Keras.
    """

    def __init__(self, affine: Affine, activation: Activation, gate: Activation) -> None:
        self.affine = affine
        self.layout = affine.layout
        self.activation = activation
        self.gate = gate

    def forward(self, x: tf.Tensor, before: Tensors) -> tuple[Tensors, tf.Tensor]:
        h, c = before
        z_i, z_f, z_g, z_o = self.layout.split(self.affine(x, h), 4)  # (B, H) each
        i, f, o = self.gate.forward(z_i), self.gate.forward(z_f), self.gate.forward(z_o)
        g = self.activation.forward(z_g)
        c = f * c + i * g
        h = o * self.activation.forward(c)
        return (h, c), self.layout.join([i, f, g, o])

    def backward(
        self, d_after: Tensors, kept: tf.Tensor, before: Tensors, after: Tensors
    ) -> tuple[Tensors, tf.Tensor]:
        dh, dc = d_after
        i, f, g, o = self.layout.split(kept, 4)
        activated_c = self.activation.forward(after[1])
        dc = dc + dh * o * self.activation.slope(activated_c)
        d_i = dc * g * self.gate.slope(i)
        d_f = dc * before[1] * self.gate.slope(f)
        d_g = dc * i * self.activation.slope(g)
        d_o = dh * activated_c * self.gate.slope(o)
        dz = self.layout.join([d_i, d_f, d_g, d_o])  # (B, 4H)
        return (self.affine.state_gradient(dz), dc * f), dz

    def blocks(self, before: Tensors, dz: tf.Tensor) -> list[Block]:
        return [Block(self.affine, before[0], dz)]


@keras.saving.register_keras_serializable("rnnkit")  # Bidirectional copies a layer by its config
class LSTM(KernelLayer, keras.layers.LSTM):
    """keras.layers.LSTM with rnnkit's kernel: same arguments, weights, config and results.

    Shapes: (B, T, F) -> (B, H), or (B, T, H) with return_sequences; states h, c are (B, H).
    """

    def equations(self, weights: Weights, masks: Masks, layout: Layout) -> Equations:
        affine = Affine(weights.kernel, weights.bias, weights.recurrent_kernel, masks, layout)
        return LSTMEquations(affine, *self.kernel_activations())
