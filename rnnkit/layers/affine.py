"""The pre-activations of a step in one matrix product, `z = [x h 1] [W; U; b]`, and its gradients.

One product instead of two and a sum: the inputs' projection costs no pass over memory of its
own, and all weight gradients are one product over the T*B rows. On a CPU this is as fast as
projecting all inputs before the loop, or faster (benchmarks/NOTES.md). Weights that the loop
multiplies by are filled up with columns of zeros where their number suits a CPU badly.

Shapes are given with features last; the other layout turns each (..., B, N) into (..., N, B).
"""

from typing import NamedTuple

from rnnkit.layers.layout import FEATURES_LAST, Layout
from rnnkit.runtime import tf

WIDTH = 16  # columns: what a CPU's products take at once, AVX-512's 16 float32


class Weights(NamedTuple):
    """A recurrent layer's weights, or their gradients; G gates of H units.

    kernel is (F, G*H), recurrent_kernel (H, G*H). bias is (G*H,), and so is recurrent_bias,
    which only a cell has that adds one to `h U` apart from `x W`.
    """

    kernel: tf.Tensor | None = None
    recurrent_kernel: tf.Tensor | None = None
    bias: tf.Tensor | None = None
    recurrent_bias: tf.Tensor | None = None


class Masks(NamedTuple):
    """Dropout masks that hold for a whole sequence: none, one for all gates, or one a gate.

    inputs are each (B, F), states each (B, H).
    """

    inputs: tuple[tf.Tensor, ...] = ()
    states: tuple[tf.Tensor, ...] = ()

    def gates(self, first: int, last: int) -> "Masks":
        """The masks of some of the gates."""
        return Masks(
            *(m[first:last] if len(m) > 1 else m for m in (self.inputs, self.states)),
        )


class Affine:
    """`z = x W + b + h U`, where W, b or U may be missing, and x and h be dropped out gate by gate.

    Shapes: x (B, F), h (B, H) -> z (B, G*H).
    """

    def __init__(
        self,
        kernel: tf.Tensor | None,
        bias: tf.Tensor | None,
        recurrent_kernel: tf.Tensor | None,
        masks: Masks,
        layout: Layout,
    ) -> None:
        self.layout = layout
        self.kernel = kernel
        self.bias = bias
        self.recurrent_kernel = recurrent_kernel
        self._gates = max(1, len(masks.inputs), len(masks.states))
        self._masks = masks
        rows = (kernel, recurrent_kernel, None if bias is None else bias[tf.newaxis])
        weight = tf.concat([r for r in rows if r is not None], axis=0)  # (F+H+1, G*H)
        self._weights = [_Factor(part, layout) for part in tf.split(weight, self._gates, axis=1)]
        if recurrent_kernel is not None:
            # Turned once: a product with a turned right side is packed anew at every step.
            self._turned = self._turn(recurrent_kernel)

    def __call__(self, x: tf.Tensor | None, h: tf.Tensor | None) -> tf.Tensor:
        """x (B, F) and h (B, H), where the map has them -> z (B, G*H)."""
        rows = next(a.shape[0] for a in (x, h) if a is not None)  # None where it is dynamic
        if self.layout == FEATURES_LAST and rows == 1 and self._gates == 1:
            return self._of_one_row(x, h)
        products = [w.times(self._operand(x, h, gate)) for gate, w in enumerate(self._weights)]
        return self.layout.join(products) if self._gates > 1 else products[0]

    def state_gradient(self, dz: tf.Tensor) -> tf.Tensor:
        """(B, G*H) -> the gradient of h, (B, H)."""
        return self._sum_over_gates(dz, self._turned, self._masks.states)

    def input_gradient(self, dz: tf.Tensor) -> tf.Tensor:
        """(T, B, G*H) -> the gradient of x, (T, B, F)."""
        return self._sum_over_gates(dz, self._turn(self.kernel), self._masks.inputs)

    def weight_gradients(self, x: tf.Tensor, h: tf.Tensor, dz: tf.Tensor) -> Weights:
        """(T, B, F), (T, B, H), (T, B, G*H) -> the gradients: one product over all T*B rows."""
        joined = tf.concat(
            [
                self.layout.outer(self._operand(x, h, gate), d)
                for gate, d in enumerate(self.layout.split(dz, self._gates))
            ],
            axis=1,
        )
        counts = [0 if w is None else w.shape[0] for w in (self.kernel, self.recurrent_kernel)]
        kernel, recurrent, bias = tf.split(joined, [*counts, 0 if self.bias is None else 1], axis=0)
        return Weights(
            kernel if counts[0] else None,
            recurrent if counts[1] else None,
            None if self.bias is None else bias[0],
        )

    def _of_one_row(self, x: tf.Tensor | None, h: tf.Tensor | None) -> tf.Tensor:
        """(1, F), (1, H) -> (1, G*H): for one row, as in generation, joining costs most of all."""
        sides = (
            (x, self.kernel, self._masks.inputs),
            (h, self.recurrent_kernel, self._masks.states),
        )
        z = tf.add_n([tf.matmul(_masked(a, m, 0), w) for a, w, m in sides if w is not None])
        return z if self.bias is None else z + self.bias

    def _operand(self, x: tf.Tensor | None, h: tf.Tensor | None, gate: int) -> tf.Tensor:
        """x, h and a column of ones, side by side: what the joined weight multiplies."""
        parts = []
        if self.kernel is not None:
            parts.append(_masked(x, self._masks.inputs, gate))
        if self.recurrent_kernel is not None:
            parts.append(_masked(h, self._masks.states, gate))
        if self.bias is not None:
            parts.append(self.layout.one(parts[0]))
        return self.layout.join(parts)

    def _turn(self, weight: tf.Tensor) -> list["_Factor"]:
        """(N, G*H) -> what a gradient of each gate's pre-activations is multiplied by, (H, N)."""
        parts = tf.split(tf.transpose(weight), self._gates, axis=0)
        return [_Factor(part, self.layout) for part in parts]

    def _sum_over_gates(
        self, dz: tf.Tensor, turned: list["_Factor"], masks: tuple[tf.Tensor, ...]
    ) -> tf.Tensor:
        pairs = zip(self.layout.split(dz, self._gates), turned, strict=True)
        return tf.add_n(
            [_masked(weight.times(d), masks, gate) for gate, (d, weight) in enumerate(pairs)]
        )


class _Factor:
    """What features are multiplied by, (K, N).

    With features last it has as many columns as suit the CPU's vectors: 200 columns take 1.3 times
    as long as 208 (benchmarks/NOTES.md).
    """

    def __init__(self, matrix: tf.Tensor, layout: Layout) -> None:
        self._layout = layout
        self._columns = matrix.shape[1]
        fill = -self._columns % WIDTH if self._columns > WIDTH and layout == FEATURES_LAST else 0
        self._factor = layout.factor(tf.pad(matrix, [[0, 0], [0, fill]]) if fill else matrix)
        self._filled = fill > 0

    def times(self, left: tf.Tensor) -> tf.Tensor:
        """(..., K) -> (..., N)."""
        product = self._layout.product(left, self._factor)
        return product[..., : self._columns] if self._filled else product


def _masked(operand: tf.Tensor, masks: tuple[tf.Tensor, ...], gate: int) -> tf.Tensor:
    return operand * masks[min(gate, len(masks) - 1)] if masks else operand
