"""Stopping and slowing down in the right direction, whatever is watched."""

import numpy as np
import pytest

from rnnkit.config.training import EarlyStopping, ReduceOnPlateau
from rnnkit.runtime import keras
from rnnkit.training.callbacks import early_stopping_callback, plateau_callback

BETTER = {  # the third is the best
    "val_accuracy": [0.2, 0.4, 0.9, 0.3, 0.1],
    "recall": [0.2, 0.4, 0.9, 0.3, 0.1],
    "val_loss": [0.9, 0.8, 0.1, 0.3, 0.4],
    "bits_per_dim": [0.9, 0.8, 0.1, 0.3, 0.4],
    "val_mean_absolute_error": [0.9, 0.8, 0.1, 0.3, 0.4],
}


def watched(callback: keras.callbacks.Callback, monitor: str) -> tuple[keras.Model, list[float]]:
    """The model whose weight was the epoch, and the rate after each epoch, until it is stopped."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.optimizer = keras.optimizers.SGD(1.0)
    callback.set_model(model)
    model.stop_training = False
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(BETTER[monitor]):
        model.set_weights([np.array([[epoch]])])
        callback.on_epoch_end(epoch, {monitor: value})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return model, rates


@pytest.mark.parametrize("monitor", BETTER)
def test_early_stopping_keeps_the_best_epoch(monitor: str) -> None:
    model, rates = watched(early_stopping_callback(EarlyStopping(monitor=monitor)), monitor)
    assert len(rates) == 4
    assert model.get_weights()[0] == 2


def test_a_mode_that_is_given_holds() -> None:
    section = EarlyStopping(monitor="val_accuracy", mode="min")
    model, rates = watched(early_stopping_callback(section), "val_accuracy")
    assert len(rates) == 2
    assert model.get_weights()[0] == 0


@pytest.mark.parametrize("monitor", BETTER)
def test_a_plateau_lowers_the_rate(monitor: str) -> None:
    section = ReduceOnPlateau(name="reduce_on_plateau", monitor=monitor, patience=1, factor=0.5)
    _, rates = watched(plateau_callback(section), monitor)
    assert rates == [1, 1, 1, 0.5, 0.25]
