"""GRU (Cho et al. 2014), with the reset gate before or after the product, drop-in for Keras's."""

from typing import Any

from rnnkit.layers.activations import Activation
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.projection import Projection
from rnnkit.layers.recurrence import Equations, Tensors, Weights
from rnnkit.runtime import keras, tf


class ResetAfterEquations(Equations):
    """z, r = σ(zx + zh); n = φ(zx_n + r zh_n); h' = z h + (1 - z) n  with zh = U^T h + b_h.

    Gates are ordered z (update), r (reset), n (new), as in Keras.
    """

    kept_count = 4
    dz_count = 2

    def __init__(
        self, recurrent: Projection, bias: Any, activation: Activation, gate: Activation
    ) -> None:
        super().__init__(recurrent)
        self.bias = bias[:, tf.newaxis]  # (3H, 1)
        self.activation = activation
        self.gate = gate

    def forward(self, zx: Any, before: Tensors) -> tuple[Tensors, Tensors]:
        (h,) = before
        zx_z, zx_r, zx_n = tf.split(zx, 3, axis=0)
        zh_z, zh_r, zh_n = tf.split(self.recurrent[0](h) + self.bias, 3, axis=0)
        z = self.gate.forward(zx_z + zh_z)
        r = self.gate.forward(zx_r + zh_r)
        n = self.activation.forward(zx_n + r * zh_n)
        return (z * h + (1 - z) * n,), (z, r, n, zh_n)

    def backward(
        self, d_after: Tensors, kept: Tensors, before: Tensors, after: Tensors
    ) -> tuple[Tensors, Tensors]:
        (dh,), (h,), (z, r, n, zh_n) = d_after, before, kept
        d_n = dh * (1 - z) * self.activation.slope(n)
        d_z = dh * (h - n) * self.gate.slope(z)
        d_r = d_n * zh_n * self.gate.slope(r)
        dzx = tf.concat([d_z, d_r, d_n], axis=0)  # (3H, B)
        dzh = tf.concat([d_z, d_r, d_n * r], axis=0)
        return (dzx, dzh), (dh * z + self.recurrent[0].operand_gradient(dzh),)


class ResetBeforeEquations(Equations):
    """z, r = σ(zx + U_zr^T h); n = φ(zx_n + U_n^T (r h)); h' = z h + (1 - z) n."""

    kept_count = 3

    def __init__(
        self, gates: Projection, new: Projection, activation: Activation, gate: Activation
    ) -> None:
        super().__init__(gates, new)
        self.activation = activation
        self.gate = gate

    def forward(self, zx: Any, before: Tensors) -> tuple[Tensors, Tensors]:
        (h,) = before
        zx_z, zx_r, zx_n = tf.split(zx, 3, axis=0)
        zh_z, zh_r = tf.split(self.recurrent[0](h), 2, axis=0)
        z = self.gate.forward(zx_z + zh_z)
        r = self.gate.forward(zx_r + zh_r)
        n = self.activation.forward(zx_n + self.recurrent[1](r * h))
        return (z * h + (1 - z) * n,), (z, r, n)

    def backward(
        self, d_after: Tensors, kept: Tensors, before: Tensors, after: Tensors
    ) -> tuple[Tensors, Tensors]:
        (dh,), (h,), (z, r, n) = d_after, before, kept
        d_n = dh * (1 - z) * self.activation.slope(n)
        d_z = dh * (h - n) * self.gate.slope(z)
        d_rh = self.recurrent[1].operand_gradient(d_n)
        d_r = d_rh * h * self.gate.slope(r)
        d_zr = tf.concat([d_z, d_r], axis=0)  # (2H, B)
        dh = dh * z + d_rh * r + self.recurrent[0].operand_gradient(d_zr)
        return (tf.concat([d_zr, d_n], axis=0),), (dh,)

    def recurrent_gradients(
        self, dz: Tensors, kept: Tensors, before: Tensors
    ) -> list[tuple[Any, Any]]:
        units = dz[0].shape[1] // 3
        d_zr, d_n = tf.split(dz[0], [2 * units, units], axis=1)
        return [(before[0], d_zr), (kept[1] * before[0], d_n)]


@keras.saving.register_keras_serializable("rnnkit")  # Bidirectional copies a layer by its config
class GRU(KernelLayer, keras.layers.GRU):
    """keras.layers.GRU with rnnkit's kernel: same arguments, weights, config and results.

    Shapes: (B, T, F) -> (B, H), or (B, T, H) with return_sequences; the state h is (B, H).
    """

    def equations(self, recurrent_kernel: Any, recurrent_bias: Any, masks: list[Any]) -> Equations:
        activation, gate = self.kernel_activations()
        if self.reset_after:
            projection = Projection(recurrent_kernel, masks)
            return ResetAfterEquations(projection, recurrent_bias, activation, gate)
        gates, new = tf.split(recurrent_kernel, [2 * self.units, self.units], axis=1)
        return ResetBeforeEquations(
            Projection(gates, masks[:2]), Projection(new, masks[2:]), activation, gate
        )

    def kernel_weights(self) -> Weights:
        weights = super().kernel_weights()
        if not self.reset_after:
            return weights
        if not self.use_bias:
            return weights._replace(recurrent_bias=tf.zeros_like(weights.bias))
        bias, recurrent_bias = tf.unstack(weights.bias)  # Keras keeps them as (2, 3H)
        return weights._replace(bias=bias, recurrent_bias=recurrent_bias)
