"""A trained run: judged on bits, asked about new ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rnnkit.reports.evaluation import Judged
from rnnkit.runtime import keras, tf
from rnnkit.tasks.contract import TrainedRun
from rnnkit.training.objective import Objective
from rnnkit_parity.dataset import Bits, ParityDataset, read_new
from rnnkit_parity.task import ParityEvaluation


def _loss(y_true, y_pred):
    return keras.losses.binary_crossentropy(tf.cast(y_true, y_pred.dtype)[:, None], y_pred)


def _accuracy(y_true, y_pred):
    return tf.cast((y_pred[:, 0] > 0.5) == (y_true == 1), tf.float32)


OBJECTIVE = Objective(_loss, {"accuracy": _accuracy})


class TrainedParity(TrainedRun):
    def read(self, path: Path) -> Bits:
        return read_new(path.read_text(encoding="utf-8"), self.config)

    def judge(
        self, part: Bits, *, name: str, dataset: ParityDataset | None
    ) -> Judged[ParityEvaluation]:
        means = self.inference.means(part)
        share = float(part.even.mean())
        return Judged(
            ParityEvaluation(data=name, baseline_accuracy=max(share, 1 - share), **means),
            lambda folder, suffix: None,  # draws nothing
        )

    def predict(self, data: str | Path) -> NDArray[np.float32]:
        """The probability of an even number of ones for each line of a file, (N,)."""
        return self.inference.outputs(self.read(Path(data)))[:, 0]
