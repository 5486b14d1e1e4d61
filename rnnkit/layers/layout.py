"""Where a step's features lie in memory: last, (B, N), as Keras has them, or first, (N, B).

Both give the same results but for rounding. Which one is faster depends on whether a processor is
better at `x W` or at `W^T x` of a few rows (rnnkit/training/layouts.py measures it).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rnnkit.runtime import tf


@dataclasses.dataclass(frozen=True)  # no tuple: Keras would copy it
class Layout:
    """How N features lie in a step, (B, N) or (N, B), and in T steps, (T, B, N) or (T, N, B)."""

    axis: int  # the features', -1 or -2, in both
    from_keras: tuple[int, int, int]  # how (B, T, N) is turned into T steps
    to_keras: tuple[int, int, int]  # and back

    def step(self, values: tf.Tensor) -> tf.Tensor:
        """(B, N) -> a step, or back."""
        return values if self.axis == -1 else tf.transpose(values)

    def split(self, values: tf.Tensor, parts: int | Sequence[int]) -> list[tf.Tensor]:
        """The features in so many equal parts, or in parts that are to each other as numbers."""
        if not isinstance(parts, int):
            unit = values.shape[self.axis] // sum(parts)
            parts = [unit * part for part in parts]
        found: list[tf.Tensor] = tf.split(values, parts, axis=self.axis)
        return found

    def join(self, parts: Sequence[tf.Tensor]) -> tf.Tensor:
        """The features of all parts, one after the other."""
        return tf.concat(parts, axis=self.axis)

    def one(self, values: tf.Tensor) -> tf.Tensor:
        """As many ones as there are rows: a feature."""
        return tf.ones_like(values[..., :1] if self.axis == -1 else values[..., :1, :])

    def factor(self, weight: tf.Tensor) -> tf.Tensor:
        """(K, N) as `product` takes it."""
        return weight if self.axis == -1 else tf.transpose(weight)

    def product(self, values: tf.Tensor, factor: tf.Tensor) -> tf.Tensor:
        """K features of a step or of T steps -> N features."""
        if self.axis == -1:
            return tf.matmul(values, factor)
        if len(values.shape) == 2:
            return tf.matmul(factor, values)
        steps, _, rows = tf.unstack(tf.shape(values))  # not T products, with T copies of the factor
        product = tf.reshape(tf.matmul(factor, self._rows(values)), [-1, steps, rows])
        return tf.transpose(product, [1, 0, 2])

    def outer(self, left: tf.Tensor, right: tf.Tensor) -> tf.Tensor:
        """K and N features of T steps -> their products summed over all rows, (K, N)."""
        turned = {"transpose_a": True} if self.axis == -1 else {"transpose_b": True}
        return tf.matmul(self._rows(left), self._rows(right), **turned)

    def _rows(self, values: tf.Tensor) -> tf.Tensor:
        """T steps -> one of T*B rows."""
        if self.axis == -1:
            return tf.reshape(values, [-1, values.shape[-1]])
        return tf.reshape(tf.transpose(values, [1, 0, 2]), [values.shape[1], -1])


FEATURES_LAST = Layout(-1, (1, 0, 2), (1, 0, 2))
FEATURES_FIRST = Layout(-2, (1, 2, 0), (2, 0, 1))
LAYOUTS = {"features_last": FEATURES_LAST, "features_first": FEATURES_FIRST}
