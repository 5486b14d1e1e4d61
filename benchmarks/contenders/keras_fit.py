"""Plain tf.keras: the same model of Keras's own layers through `compile`, `fit` and `predict`."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.contenders.keras_models import (
    build_keras_model,
    crossentropy,
    generate,
    require_device,
    tensorflow_device_memory,
)
from benchmarks.data import load_data, load_unequal
from benchmarks.rows import Row
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.runtime import keras, tf


class KerasFit(Contender):
    """`jit_compile=False`; the input as numpy arrays or tf.data, whichever is faster."""

    packages = ("tensorflow", "keras")
    jit_compile = False

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        require_device(device)
        self._model = build_keras_model(row, use_kernels=False)
        self._model.compile(
            keras.optimizers.Adam(row.learning_rate),
            loss=crossentropy,
            jit_compile=self.jit_compile,
        )
        self._function = tf.function(
            lambda x: self._model(x, training=False), jit_compile=self.jit_compile
        )
        self.input: Any = _arrays
        self.call: Any = self._model.predict_on_batch

    def run(self, steps: int) -> Measures:
        if self.row.task == "generate":
            return generate(self.call, steps)
        if self.row.source == "unequal":
            return self._train_unequal(steps)
        data = load_data(self.row, self.row.batch * (steps + 1))
        watch = _StopWatch()
        if self.row.task == "predict":
            arguments = self.input(data.x, None, self.row.batch)
            self._model.predict(**arguments, verbose=0, callbacks=[watch])
            return {"seconds": watch.seconds}
        arguments = self.input(data.x, data.y, self.row.batch)
        history = self._model.fit(**arguments, verbose=0, callbacks=[watch]).history
        return {"seconds": watch.seconds, "loss": float(history["loss"][0])}

    def _train_unequal(self, steps: int) -> Measures:
        """One epoch over `padded_batch`; with no steps its first batch alone."""
        values, lengths, y = load_unequal(self.row.network)
        sequences = tf.RaggedTensor.from_row_lengths(values, lengths)
        padding = (np.float32(PADDING_VALUE), np.int32(0))
        shapes: tuple[list[int | None], list[int | None]] = ([None, values.shape[1]], [])
        batches = (
            tf.data.Dataset.from_tensor_slices((sequences, y))
            .shuffle(len(y))
            .map(lambda x, y: (x.to_tensor() if isinstance(x, tf.RaggedTensor) else x, y))
            .padded_batch(self.row.batch, padded_shapes=shapes, padding_values=padding)
            .take(-1 if steps else 1)
            .prefetch(1)
        )
        began = time.perf_counter()
        history = self._model.fit(batches, shuffle=False, verbose=0).history
        return {"seconds": time.perf_counter() - began, "loss": float(history["loss"][0])}

    def tune(self) -> None:
        if self.row.source == "unequal":
            super().tune()
        elif self.row.task == "generate":
            function = self._function
            choices = {
                "predict_on_batch": self._model.predict_on_batch,
                "tf.function": lambda token: function(tf.constant(token)).numpy(),
            }
            self.fastest("call", choices)
        else:
            self.fastest("input", {"numpy": _arrays, "tf.data": _dataset})

    def device_memory(self) -> float | None:
        return tensorflow_device_memory()


class KerasFitXla(KerasFit):
    """The same with `jit_compile=True`."""

    jit_compile = True


class _StopWatch(keras.callbacks.Callback):
    """Seconds from the beginning of the second batch to the end of the last.

    What `fit` does before and after its batches is left out, as it is for everybody: with few
    batches in a repetition it would weigh more than it does in a real epoch.
    """

    began = 0.0
    seconds = 0.0

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        if batch <= 1:
            self.began = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self.seconds = time.perf_counter() - self.began

    def on_predict_batch_begin(self, batch: int, logs: Any = None) -> None:
        self.on_train_batch_begin(batch)

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        self.on_train_batch_end(batch)


def _arrays(x: Any, y: Any | None, batch: int) -> dict[str, Any]:
    """Arguments of fit, or of predict where there is no y: the arrays themselves."""
    arguments = {"x": x, "batch_size": batch}
    return arguments if y is None else {**arguments, "y": y}


def _dataset(x: Any, y: Any | None, batch: int) -> dict[str, Any]:
    """The same as tf.data: whole batches gathered by index, one ahead, no autotune thread."""
    rows = np.arange(len(x)) if y is None else np.random.default_rng().permutation(len(x))
    tensors = [tf.constant(array) for array in (x, y) if array is not None]
    options = tf.data.Options()
    options.autotune.enabled = False

    def gather(index: Any) -> Any:
        return tuple(tf.gather(tensor, index) for tensor in tensors)

    batches = tf.data.Dataset.from_tensor_slices(rows.reshape(-1, batch))
    arguments = {"x": batches.map(gather).prefetch(1).with_options(options)}
    return arguments if y is None else {**arguments, "shuffle": False}  # it is shuffled already
