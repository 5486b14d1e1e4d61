"""GRU (Cho et al. 2014), with the reset gate before or after the product, drop-in for Keras's."""

from rnnkit.layers.activations import Activation
from rnnkit.layers.affine import Affine, Masks, Weights
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.layout import FEATURES_LAST, Layout
from rnnkit.layers.recurrence import Block, Equations, Tensors
from rnnkit.runtime import keras, tf


class ResetAfterEquations(Equations):
    """z, r = σ(a + u); n = φ(a_n + r u_n); h' = z h + (1 - z) n  with a = x W + b, u = h U + b_u.

    Gates are ordered z (update), r (reset), n (new), as in Keras.
    """

    def __init__(
        self, inputs: Affine, states: Affine, activation: Activation, gate: Activation
    ) -> None:
        self.inputs = inputs
        self.states = states
        self.layout = inputs.layout
        self.activation = activation
        self.gate = gate

    def forward(self, x: tf.Tensor, before: Tensors) -> tuple[Tensors, tf.Tensor]:
        (h,) = before
        a_z, a_r, a_n = self.layout.split(self.inputs(x, None), 3)  # (B, H) each
        u_z, u_r, u_n = self.layout.split(self.states(None, h), 3)
        z = self.gate.forward(a_z + u_z)
        r = self.gate.forward(a_r + u_r)
        n = self.activation.forward(a_n + r * u_n)
        return (z * h + (1 - z) * n,), self.layout.join([z, r, n, u_n])

    def backward(
        self, d_after: Tensors, kept: tf.Tensor, before: Tensors, after: Tensors
    ) -> tuple[Tensors, tf.Tensor]:
        (dh,), (h,) = d_after, before
        z, r, n, u_n = self.layout.split(kept, 4)
        d_n = dh * (1 - z) * self.activation.slope(n)
        d_z = dh * (h - n) * self.gate.slope(z)
        d_r = d_n * u_n * self.gate.slope(r)
        du = self.layout.join([d_z, d_r, d_n * r])  # (B, 3H)
        return (dh * z + self.states.state_gradient(du),), self.layout.join([du, d_n])

    def blocks(self, before: Tensors, dz: tf.Tensor) -> list[Block]:
        d_zr, du_n, d_n = self.layout.split(dz, [2, 1, 1])
        return [
            Block(self.inputs, before[0], self.layout.join([d_zr, d_n])),
            Block(self.states, before[0], self.layout.join([d_zr, du_n])),
        ]


class ResetBeforeEquations(Equations):
    """z, r = σ(x W + b + h U); n = φ(x W_n + b_n + (r h) U_n); h' = z h + (1 - z) n."""

    def __init__(
        self, gates: Affine, new: Affine, activation: Activation, gate: Activation
    ) -> None:
        self.gates = gates
        self.new = new
        self.layout = gates.layout
        self.activation = activation
        self.gate = gate

    def forward(self, x: tf.Tensor, before: Tensors) -> tuple[Tensors, tf.Tensor]:
        (h,) = before
        z, r = self.layout.split(self.gate.forward(self.gates(x, h)), 2)  # (B, H) each
        n = self.activation.forward(self.new(x, r * h))
        return (z * h + (1 - z) * n,), self.layout.join([z, r, n, r * h])

    def backward(
        self, d_after: Tensors, kept: tf.Tensor, before: Tensors, after: Tensors
    ) -> tuple[Tensors, tf.Tensor]:
        (dh,), (h,) = d_after, before
        z, r, n, rh = self.layout.split(kept, 4)
        d_n = dh * (1 - z) * self.activation.slope(n)
        d_z = dh * (h - n) * self.gate.slope(z)
        d_rh = self.new.state_gradient(d_n)
        d_r = d_rh * h * self.gate.slope(r)
        d_zr = self.layout.join([d_z, d_r])  # (B, 2H)
        dh = dh * z + d_rh * r + self.gates.state_gradient(d_zr)
        return (dh,), self.layout.join([d_zr, d_n, rh])  # r h once more, for `blocks`

    def blocks(self, before: Tensors, dz: tf.Tensor) -> list[Block]:
        d_zr, d_n, rh = self.layout.split(dz, [2, 1, 1])
        return [Block(self.gates, before[0], d_zr), Block(self.new, rh, d_n)]


@keras.saving.register_keras_serializable("rnnkit")  # Bidirectional copies a layer by its config
class GRU(KernelLayer, keras.layers.GRU):
    """keras.layers.GRU with rnnkit's kernel: same arguments, weights, config and results.

    Shapes: (B, T, F) -> (B, H), or (B, T, H) with return_sequences; the state h is (B, H).
    """

    def equations(self, weights: Weights, masks: Masks, layout: Layout) -> Equations:
        kernel, recurrent_kernel, bias, recurrent_bias = weights
        if self.reset_after:
            inputs = Affine(kernel, bias, None, masks, layout)
            states = Affine(None, recurrent_bias, recurrent_kernel, masks, layout)
            return ResetAfterEquations(inputs, states, *self.kernel_activations())
        gates, new = (
            Weights(*(None if part is None else part[i] for part in map(_gates_and_new, weights)))
            for i in range(2)
        )
        return ResetBeforeEquations(
            Affine(gates.kernel, gates.bias, gates.recurrent_kernel, masks.gates(0, 2), layout),
            Affine(new.kernel, new.bias, new.recurrent_kernel, masks.gates(2, 3), layout),
            *self.kernel_activations(),
        )

    def kernel_weights(self) -> Weights:
        weights = super().kernel_weights()
        if not (self.reset_after and self.use_bias):
            return weights
        bias, recurrent_bias = tf.unstack(weights.bias)  # Keras keeps them as (2, 3H)
        return weights._replace(bias=bias, recurrent_bias=recurrent_bias)


def _gates_and_new(weight: tf.Tensor | None) -> list[tf.Tensor] | None:
    return None if weight is None else FEATURES_LAST.split(weight, [2, 1])
