"""SimpleRNN (Elman 1990), drop-in for Keras's."""

from typing import Any

from rnnkit.layers.activations import Activation
from rnnkit.layers.kernel_layer import KernelLayer
from rnnkit.layers.projection import Projection
from rnnkit.layers.recurrence import Equations, Tensors
from rnnkit.runtime import keras


class SimpleRNNEquations(Equations):
    """h' = φ(zx + U^T h)."""

    kept_count = 0

    def __init__(self, recurrent: Projection, activation: Activation) -> None:
        super().__init__(recurrent)
        self.activation = activation

    def forward(self, zx: Any, before: Tensors) -> tuple[Tensors, Tensors]:
        return (self.activation.forward(zx + self.recurrent[0](before[0])),), ()

    def backward(
        self, d_after: Tensors, kept: Tensors, before: Tensors, after: Tensors
    ) -> tuple[Tensors, Tensors]:
        dz = d_after[0] * self.activation.slope(after[0])
        return (dz,), (self.recurrent[0].operand_gradient(dz),)


@keras.saving.register_keras_serializable("rnnkit")  # Bidirectional copies a layer by its config
class SimpleRNN(KernelLayer, keras.layers.SimpleRNN):
    """keras.layers.SimpleRNN with rnnkit's kernel: same arguments, weights, config and results.

    Shapes: (B, T, F) -> (B, H), or (B, T, H) with return_sequences; the state h is (B, H).
    """

    def equations(self, recurrent_kernel: Any, recurrent_bias: Any, masks: list[Any]) -> Equations:
        activation, _ = self.kernel_activations()
        return SimpleRNNEquations(Projection(recurrent_kernel, masks), activation)
