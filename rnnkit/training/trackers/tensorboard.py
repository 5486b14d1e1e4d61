"""Every epoch -> scalars in TensorBoard's event files."""

from __future__ import annotations

from pathlib import Path

from rnnkit.runtime import keras, tf
from rnnkit.training.callbacks import Logs


class TensorBoard(keras.callbacks.Callback):
    """Writes every logged value as a TensorBoard scalar.

    Keras's own callback needs the tensorboard package; TensorFlow's event writer does not.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def on_train_begin(self, logs: Logs | None = None) -> None:
        self._writer = tf.summary.create_file_writer(str(self.folder))

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        summary = tf.compat.v1.Summary()
        for name, value in (logs or {}).items():
            summary.value.add(tag=name, simple_value=value)
        with self._writer.as_default():
            tf.summary.experimental.write_raw_pb(summary.SerializeToString(), step=epoch + 1)
        self._writer.flush()

    def on_train_end(self, logs: Logs | None = None) -> None:
        self._writer.close()
