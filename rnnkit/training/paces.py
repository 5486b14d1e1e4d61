"""`learning_rate_factor`: an optimizer whose updates of a layer are a multiple of its own.

The factor belongs to the update and not to the gradient, which Adam divides by its own size. It
stands at the learning rate, weight decay's included, so that schedules and plateaus hold under it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rnnkit.runtime import keras

FACTOR = "learning_rate_factor"  # an attribute of a Keras layer; without it: 1


def pace_layers(optimizer: keras.optimizers.Optimizer, model: keras.Model) -> None:
    """Have the optimizer, which is built, heed the factors of the model's layers."""
    own = getattr(optimizer, "inner_optimizer", optimizer)
    factors = {
        own._get_variable_index(variable.value): getattr(layer, FACTOR)
        for layer in model._flatten_layers()
        if hasattr(layer, FACTOR)
        for variable in layer.trainable_variables
    }
    if not factors:
        return
    update_step, decay = own.update_step, own._apply_weight_decay

    def factor_of(variable: Any) -> float:
        found: float = factors.get(own._get_variable_index(variable), 1.0)
        return found

    def paced_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        update_step(gradient, variable, learning_rate * factor_of(variable))

    def paced_decay(variables: Sequence[Any]) -> None:
        if (whole := own.weight_decay) is None:
            return
        for factor, some in groupby(sorted(variables, key=factor_of), factor_of):
            own.weight_decay = whole * factor
            decay(list(some))
        own.weight_decay = whole

    own.update_step, own._apply_weight_decay = paced_step, paced_decay
