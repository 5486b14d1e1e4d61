"""Forecasting's loss and metrics, of transformed and scaled values."""

from __future__ import annotations

from rnnkit.runtime import keras, tf
from rnnkit.tasks.forecasting.config import ForecastingConfig
from rnnkit.tasks.forecasting.output import Output, Quantiles
from rnnkit.training.families import Family, Gaussian, NegativeBinomial, Pinball, StudentT
from rnnkit.training.objective import Measure, Objective

DEFAULT_LOSS = "mean_squared_error"

_FAMILIES: dict[str, type[Family]] = {
    "gaussian": Gaussian,
    "student_t": StudentT,
    "negative_binomial": NegativeBinomial,
}


def objective(config: ForecastingConfig) -> Objective:
    """Loss and metrics as functions of y_true, and y_pred (B, outputs * K * P).

    P numbers stand side by side for each of the outputs * K that are forecast.
    """
    names: list[str] = [*config.training.metrics]
    metrics: dict[str, Measure] = {name: getattr(keras.losses, name) for name in names}
    if config.output == "point":
        return Objective(getattr(keras.losses, config.training.loss or DEFAULT_LOSS), metrics)
    family, numbers = family_of(config.output), config.numbers
    of_forecasts = {name: _compared(metric, family, numbers) for name, metric in metrics.items()}
    return Objective(lambda y, said: family.loss(_float(y), _apart(said, numbers)), of_forecasts)


def family_of(output: Output) -> Family:
    """What a model of this output says, in numbers; `point` has none."""
    if isinstance(output, Quantiles):
        return Pinball(output.quantiles)
    return _FAMILIES[output]()


def _compared(metric: Measure, family: Family, numbers: int) -> Measure:
    return lambda y, said: metric(*family.compared(_float(y), _apart(said, numbers)))


def _apart(said: tf.Tensor, numbers: int) -> tf.Tensor:
    """(B, n, P), of half precision too."""
    return tf.reshape(_float(said), [tf.shape(said)[0], -1, numbers])


def _float(values: tf.Tensor) -> tf.Tensor:
    return tf.cast(values, tf.float32)
