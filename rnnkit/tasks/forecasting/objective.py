"""Forecasting's loss and metrics: Keras's own, of transformed and scaled values."""

from __future__ import annotations

from rnnkit.runtime import keras
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.training.objective import Objective


def objective(config: ForecastingConfig) -> Objective:
    """Loss and metrics as functions of y_true and y_pred, (B, outputs * K)."""
    names: list[str] = [*config.training.metrics]
    metrics = {name: getattr(keras.losses, name) for name in names}
    return Objective(getattr(keras.losses, config.training.loss), metrics)
