"""Random masks that follow from a seed alone: the same (config seed, step, shard), the same masks.

Nothing is remembered between steps, so a run that is taken up again needs no generator state.
"""

import contextlib
import functools
from collections.abc import Iterator
from contextvars import ContextVar

from rnnkit.runtime import keras, tf


class _SeedScope:
    """Hands out one seed a mask, numbered in the order of asking, which a model's graph fixes."""

    def __init__(self, seed: tf.Tensor) -> None:
        self._seed = seed
        self._asked = 0

    def next_seed(self) -> tf.Tensor:
        seed = tf.random.fold_in(self._seed, self._asked, alg="philox")
        self._asked += 1
        return seed


_scope: ContextVar[_SeedScope | None] = ContextVar("dropout_seed", default=None)


@contextlib.contextmanager
def dropout_seed(seed: tf.Tensor) -> Iterator[None]:
    """Within this context, rnnkit's layers draw their dropout masks from `seed` alone.

    Enter it where the model is called (inside the traced function), once a call: the masks are
    numbered from 0 in the order in which the layers ask.

    Args:
        seed: int32 tensor, shape (2,).
    """
    token = _scope.set(_SeedScope(seed))
    try:
        yield
    finally:
        _scope.reset(token)


def follow_dropout_seed(model: keras.Model) -> None:
    """Have the generators of a model's layers give seeds of `dropout_seed` where one is open.

    So the masks of Keras's own dropout follow from that seed as well.
    """
    for layer in model._flatten_layers():
        generator = getattr(layer, "seed_generator", None)
        if generator is not None:
            generator.next = functools.partial(_next_seed, generator)


def _next_seed(generator: keras.random.SeedGenerator, ordered: bool = True) -> tf.Tensor:
    """In the place of keras.random.SeedGenerator.next."""
    scope = _scope.get()
    return type(generator).next(generator, ordered) if scope is None else scope.next_seed()


def in_dropout_seed() -> bool:
    """Whether a `dropout_seed` context is open."""
    return _scope.get() is not None


def dropout_mask(
    shape: tf.Tensor | list[tf.Tensor | int], rate: float, dtype: tf.DType
) -> tf.Tensor:
    """A mask of `shape`: 0 with probability `rate`, else 1 / (1 - rate). All 0 for rate 1.

    Must be called inside `dropout_seed`.
    """
    seed = _seed_for("dropout_mask")
    if rate >= 1:
        return tf.zeros(shape, dtype)
    # Philox by name: XLA's own generator is slower on a CPU, and gives other numbers elsewhere.
    uniform = tf.random.stateless_uniform(shape, seed, dtype=tf.float32, alg="philox")
    return tf.where(uniform >= rate, tf.cast(1 / (1 - rate), dtype), tf.cast(0, dtype))


def normal(shape: tf.Tensor | tuple[int, ...], stddev: float, dtype: tf.DType) -> tf.Tensor:
    """Normal numbers of `shape` around 0.

    Must be called inside `dropout_seed`.
    """
    seed = _seed_for("normal")
    drawn = tf.random.stateless_normal(shape, seed, dtype=tf.float32, alg="philox")
    return tf.cast(stddev * drawn, dtype)


def _seed_for(function: str) -> tf.Tensor:
    scope = _scope.get()
    if scope is None:
        raise RuntimeError(f"{function} was called outside a dropout_seed context.")
    return scope.next_seed()
