"""A weight matrix applied to columns: `z = W^T a`, its two gradients, and dropout per gate."""

from typing import Any

from rnnkit.runtime import tf


class Projection:
    """`z = W^T (a * mask)`, gate by gate, for operands whose columns are examples.

    Args:
        weight: (N, G*H), G gates of H columns each.
        masks: dropout masks, each (N, B): none; one, which all gates share; or one a gate.

    Shapes: an operand is (N, B) or (T, N, B), a result is (G*H, B) or (T, G*H, B).
    """

    def __init__(self, weight: Any, masks: list[Any]) -> None:
        self.weight = weight
        self.masks = masks
        # Transposed once: a product with a transposed left side is repacked at every time step.
        self._transposed = tf.transpose(weight)

    def __call__(self, operand: Any) -> Any:
        """(N, B) -> (G*H, B), or with a leading T."""
        if not self._per_gate:
            return tf.matmul(_broadcast(self._transposed, operand), self._masked(operand, 0))
        gates = tf.split(self._transposed, len(self.masks), axis=0)
        return tf.concat(
            [
                tf.matmul(_broadcast(gate, operand), self._masked(operand, i))
                for i, gate in enumerate(gates)
            ],
            axis=-2,
        )

    def operand_gradient(self, dz: Any) -> Any:
        """(G*H, B) -> (N, B), or with a leading T."""
        if not self._per_gate:
            return self._masked(tf.matmul(_broadcast(self.weight, dz), dz), 0)
        weights = tf.split(self.weight, len(self.masks), axis=1)
        dzs = tf.split(dz, len(self.masks), axis=-2)
        return tf.add_n(
            [
                self._masked(tf.matmul(_broadcast(w, d), d), i)
                for i, (w, d) in enumerate(zip(weights, dzs, strict=True))
            ]
        )

    def weight_gradient(self, operand: Any, dz: Any) -> Any:
        """(T, N, B), (T, G*H, B) -> (N, G*H): one product over all T*B rows."""
        if not self._per_gate:
            return _sum_of_products(self._masked(operand, 0), dz)
        return tf.concat(
            [
                _sum_of_products(self._masked(operand, i), d)
                for i, d in enumerate(tf.split(dz, len(self.masks), axis=-2))
            ],
            axis=1,
        )

    @property
    def _per_gate(self) -> bool:
        return len(self.masks) > 1

    def _masked(self, operand: Any, gate: int) -> Any:
        return operand * self.masks[gate] if self.masks else operand


def _broadcast(matrix: Any, operand: Any) -> Any:
    return matrix if len(operand.shape) == 2 else matrix[tf.newaxis]


def _sum_of_products(operand: Any, dz: Any) -> Any:
    return tf.einsum("tnb,tgb->ng", operand, dz)
