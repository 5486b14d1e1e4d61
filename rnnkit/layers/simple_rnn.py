"""SimpleRNN (Elman 1990), drop-in for Keras's."""

from rnnkit.layers.activations import Activation
from rnnkit.layers.affine import Affine, Masks, Weights
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.layout import Layout
from rnnkit.layers.recurrence import Block, Equations, Tensors
from rnnkit.runtime import keras, tf


class SimpleRNNEquations(Equations):
    """h' = φ(x W + b + h U)."""

    def __init__(self, affine: Affine, activation: Activation) -> None:
        self.affine = affine
        self.activation = activation

    def forward(self, x: tf.Tensor, before: Tensors) -> tuple[Tensors, tf.Tensor]:
        h = self.activation.forward(self.affine(x, before[0]))
        return (h,), h

    def backward(
        self, d_after: Tensors, kept: tf.Tensor, before: Tensors, after: Tensors
    ) -> tuple[Tensors, tf.Tensor]:
        dz = d_after[0] * self.activation.slope(kept)
        return (self.affine.state_gradient(dz),), dz

    def blocks(self, before: Tensors, dz: tf.Tensor) -> list[Block]:
        return [Block(self.affine, before[0], dz)]


@keras.saving.register_keras_serializable("rnnkit")  # Bidirectional copies a layer by its config
class SimpleRNN(KernelLayer, keras.layers.SimpleRNN):
    """keras.layers.SimpleRNN with rnnkit's kernel: same arguments, weights, config and results.

    Shapes: (B, T, F) -> (B, H), or (B, T, H) with return_sequences; the state h is (B, H).
    """

    def equations(self, weights: Weights, masks: Masks, layout: Layout) -> Equations:
        activation, _ = self.kernel_activations()
        affine = Affine(weights.kernel, weights.bias, weights.recurrent_kernel, masks, layout)
        return SimpleRNNEquations(affine, activation)
