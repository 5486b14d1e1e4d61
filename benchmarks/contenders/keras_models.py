"""What rnnkit's and Keras's contenders share: a Network -> a keras.Model, and how it generates."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.contenders.contender import Measures
from benchmarks.data import SEED
from benchmarks.rows import CONV_STEPS, Network, Row
from rnnkit import layers as rnnkit_layers
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.errors import DeviceError
from rnnkit.runtime import keras, tf


def build_keras_model(row: Row, *, use_kernels: bool) -> Any:
    """(B, T, F) or (B, T) tokens -> logits, (B, V) or (B, T, V).

    To generate, the model keeps its state between calls and takes one token of one sequence.
    """
    keras.utils.set_random_seed(SEED)
    keras.config.set_dtype_policy("mixed_bfloat16" if row.bfloat16 else "float32")
    network = row.network
    layers: Any = rnnkit_layers if use_kernels else keras.layers
    stateful, unequal = row.task == "generate", row.source == "unequal"
    inputs = _inputs(network, batch=row.batch if stateful else None, unequal=unequal)
    x = keras.layers.Masking(PADDING_VALUE)(inputs) if unequal else inputs
    if network.embedding:
        x = keras.layers.Embedding(network.inputs, network.embedding)(x)
    if network.filters:
        x = keras.layers.Conv1D(network.filters, CONV_STEPS, padding="same", activation="relu")(x)
    recurrent = {"lstm": layers.LSTM, "gru": layers.GRU}[network.cell]
    for number in range(network.layers):
        last = number == network.layers - 1
        x = recurrent(
            network.units,
            activation=network.activation,
            return_sequences=network.per_step or not last,
            stateful=stateful,
        )(x)
        if network.dropout:
            x = layers.Dropout(network.dropout[number])(x)
    if network.hidden:
        x = keras.layers.Dense(network.hidden, activation="relu")(x)
        x = layers.Dropout(network.hidden_dropout)(x)
    return keras.Model(inputs, keras.layers.Dense(network.outputs, dtype="float32")(x))


def require_device(device: str) -> None:
    """Refuse to measure the CPU in a GPU's name, which TensorFlow would do in silence."""
    if device == "gpu" and not tf.config.list_physical_devices("GPU"):
        raise DeviceError(f"TensorFlow {tf.__version__} sees no GPU")


def crossentropy(y_true: Any, y_pred: Any) -> Any:
    """Classes (B,) or (B, T), logits -> the loss of each."""
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits=True)


def generate(logits_of: Callable[[Any], Any], steps: int) -> Measures:
    """Feed the likeliest token back, again and again. `logits_of`: (1, 1) int32 -> (1, 1, V)."""
    token = np.zeros((1, 1), np.int32)
    began = time.perf_counter()
    for step in range(steps + 1):
        if step == 1:
            began = time.perf_counter()
        token[0, 0] = np.argmax(logits_of(token))
    return {"seconds": time.perf_counter() - began}


def tensorflow_device_memory() -> float | None:
    """Most bytes that TensorFlow ever used on the GPU."""
    if not tf.config.list_logical_devices("GPU"):
        return None
    return float(tf.config.experimental.get_memory_info("GPU:0")["peak"])


def _inputs(network: Network, *, batch: int | None, unequal: bool) -> Any:
    if unequal:
        return keras.Input((None, network.inputs))
    if network.embedding:
        return keras.Input(batch_shape=(batch, network.steps), dtype="int32")
    return keras.Input(batch_shape=(batch, network.steps, network.inputs))
