"""The `optimizer:` and `schedule:` sections -> a keras.optimizers.Optimizer."""

from __future__ import annotations

from typing import TypeAlias

from rnnkit.config.training import (
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    Optimizer,
    TrainingConfig,
)
from rnnkit.runtime import keras

Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule

_OPTIMIZERS = {
    "adam": keras.optimizers.Adam,
    "adamw": keras.optimizers.AdamW,
    "nadam": keras.optimizers.Nadam,
    "adamax": keras.optimizers.Adamax,
    "rmsprop": keras.optimizers.RMSprop,
    "sgd": keras.optimizers.SGD,
}


def build_optimizer(training: TrainingConfig, *, total_steps: int) -> keras.optimizers.Optimizer:
    """Build the optimizer with its schedule.

    Args:
        training: the config's section.
        total_steps: steps of the whole run, for a schedule that ends with it.
    """
    section = training.optimizer
    arguments = section.model_dump(exclude={"name", "learning_rate", "decay"}, exclude_none=True)
    arguments["learning_rate"] = learning_rate(training, total_steps=total_steps)
    optimizer = _OPTIMIZERS[section.name](**arguments)
    if training.dtype_policy == "mixed_float16":
        optimizer = keras.optimizers.LossScaleOptimizer(optimizer)
    return optimizer


def learning_rate(training: TrainingConfig, *, total_steps: int) -> Rate:
    """A float, or a Keras schedule over steps."""
    peak = training.optimizer.learning_rate
    schedules = keras.optimizers.schedules
    match training.schedule:
        case CosineDecay(warmup_steps=warmup, decay_steps=decay, alpha=alpha):
            warmup = min(warmup, total_steps - 1)  # a run shorter than its warm-up still decays
            return schedules.CosineDecay(
                0.0 if warmup else peak,
                decay or total_steps - warmup,
                alpha=alpha,
                warmup_target=peak if warmup else None,
                warmup_steps=warmup,
            )
        case ExponentialDecay(decay_steps=decay, decay_rate=rate, staircase=staircase):
            return schedules.ExponentialDecay(peak, decay, rate, staircase=staircase)
        case InverseTimeDecay(decay_steps=decay, decay_rate=rate, staircase=staircase):
            return schedules.InverseTimeDecay(peak, decay, rate, staircase=staircase)
    return legacy_decay(training.optimizer)


def legacy_decay(section: Optimizer) -> Rate:
    """Keras 1 and 2's `decay`: learning_rate / (1 + decay * steps), applied every batch.

    Keras 3 ignores `Adam(decay=...)` with a warning.
    """
    if not section.decay:
        return section.learning_rate
    return keras.optimizers.schedules.InverseTimeDecay(
        section.learning_rate, decay_steps=1, decay_rate=section.decay
    )
