"""What the tests of diagnostics share: tiny models, batches, and a loss of one number."""

from typing import Any

import numpy as np

from rnnkit.data.batch import Batch
from rnnkit.runtime import keras, tf
from rnnkit.training.objective import Objective

PADDED = -1.0e9
LAST = Objective(lambda y, p: tf.square(p[:, 0] - y))
EVERY_STEP = Objective(lambda y, p: tf.square(p[:, :, 0] - y))


def model_of(*layers: Any, features: int = 2, masked: bool = False) -> Any:
    """(B, T, F) -> (B, 1), or (B, T, 1) where the last layer returns sequences."""
    keras.utils.set_random_seed(0)
    inputs = keras.Input((None, features))
    x = keras.layers.Masking(PADDED)(inputs) if masked else inputs
    for layer in layers:
        x = layer(x)
    return keras.Model(inputs, keras.layers.Dense(1, name="head")(x))


def batch_of(rows: int, steps: int, features: int = 2, *, every_step: bool = False) -> Batch:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, steps, features)).astype(np.float32)
    y = rng.normal(size=(rows, steps) if every_step else rows).astype(np.float32)
    valid = np.ones(y.shape, np.float32)
    return Batch(x, y, valid, valid)
