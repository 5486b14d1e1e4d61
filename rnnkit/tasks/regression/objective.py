"""Regression's loss and metrics, of scaled targets, and what the model's outputs say."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from rnnkit.runtime import keras, tf
from rnnkit.tasks.regression.config import RegressionConfig
from rnnkit.training import families
from rnnkit.training.objective import Measure, Objective

Outputs = npt.NDArray[np.float32]


def objective(config: RegressionConfig) -> Objective:
    """Loss and metrics as functions of y_true (B, K) and y_pred, (B, K) or (B, 2K) if gaussian."""
    names: list[str] = [*config.training.metrics]
    metrics: dict[str, Measure] = {name: getattr(keras.losses, name) for name in names}
    if config.is_gaussian:
        return Objective(gaussian, {name: _of_means(metric) for name, metric in metrics.items()})
    return Objective(getattr(keras.losses, config.training.loss), metrics)


def gaussian(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    """-ln p of each target, (B, K), of K means and K spreads, constants included."""
    return families.gaussian(y_true, *tf.split(y_pred, 2, axis=-1))


def moments(config: RegressionConfig, outputs: Outputs) -> tuple[Outputs, Outputs | None]:
    """The scaled means, (N, K), of a model's outputs, and the deviations where it says them."""
    if not config.is_gaussian:
        return outputs, None
    mean, raw = np.split(outputs, 2, axis=1)
    return mean, families.deviation(raw)


def _of_means(metric: Measure) -> Callable[[tf.Tensor, tf.Tensor], tf.Tensor]:
    return lambda y_true, y_pred: metric(y_true, tf.split(y_pred, 2, axis=-1)[0])
