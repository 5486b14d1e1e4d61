"""`use_ema`: a model judged with the moving averages of its weights, and left with them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from rnnkit.runtime import keras


@contextlib.contextmanager
def averaged(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> Iterator[None]:
    """The averages in the place of the weights, where the optimizer keeps some; then these again.

    Weights that do not train, such as those of batch normalization, stay as they are.
    """
    if _keeping(optimizer) is None:
        yield
        return
    weights = [variable.numpy() for variable in model.trainable_variables]
    set_averages(model, optimizer)
    try:
        yield
    finally:
        for variable, value in zip(model.trainable_variables, weights, strict=True):
            variable.assign(value)


def set_averages(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> None:
    """Set the weights to their averages, where the optimizer keeps some."""
    if (own := _keeping(optimizer)) is not None and int(own.iterations):
        own.finalize_variable_values(model.trainable_variables)


def _keeping(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer | None:
    """The optimizer that keeps averages: the one itself, or that within a LossScaleOptimizer."""
    own = getattr(optimizer, "inner_optimizer", optimizer)
    return own if own.use_ema else None
