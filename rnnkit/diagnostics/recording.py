"""`diagnostics: {gradients: true}`: the gradient norm of every weight, an epoch a row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.data.batch import Batch
from rnnkit.runtime import tf
from rnnkit.training.callbacks import History, Logs
from rnnkit.training.shards import StepResult, sum_in_pairs
from rnnkit.training.step import TrainStep


class RecordingTrainStep(TrainStep):
    """A TrainStep that adds up, step by step, the norm of every weight's gradient before clipping.

    Args: those of TrainStep.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._names = [variable.path for variable in self.model.trainable_variables]
        self._totals = tf.Variable(tf.zeros(len(self._names)), trainable=False)
        self._steps = 0

    def __call__(self, batch: Batch, step: int) -> StepResult:
        self._steps += 1
        return super().__call__(batch, step)

    def means(self) -> dict[str, float]:
        """The mean norm over the steps since `set_sums`, by weight."""
        means = self._totals.numpy() / max(1, self._steps)
        return dict(zip(self._names, map(float, means), strict=True))

    def sums(self) -> dict[str, Any]:
        """What has been added up."""
        return {"totals": self._totals.numpy(), "steps": self._steps}

    def set_sums(self, sums: dict[str, Any] | None = None) -> None:
        """Go on from `sums`, or from nothing."""
        totals = np.zeros(len(self._names)) if sums is None else sums["totals"]
        self._totals.assign(np.asarray(totals, np.float32))
        self._steps = 0 if sums is None else int(sums["steps"])

    def _apply_gradients(self, gradients: tuple[list[tf.Tensor], ...]) -> tf.Tensor:
        scale = self.optimizer.scale_loss(tf.constant(1.0))
        summed = (
            tf.cast(sum_in_pairs(parts), tf.float32) for parts in zip(*gradients, strict=True)
        )
        self._totals.assign_add(tf.stack([tf.norm(gradient) for gradient in summed]) / scale)
        return super()._apply_gradients(gradients)


class GradientLog(History):
    """Writes what a RecordingTrainStep adds up, a row an epoch: its mean over the steps."""

    def __init__(self, path: Path, step: RecordingTrainStep) -> None:
        super().__init__(path)
        self.step = step

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        self.rows.append({"epoch": epoch + 1, **self.step.means()})
        self.step.set_sums()
        self._write()

    def state(self) -> dict[str, Any]:
        return {**super().state(), **self.step.sums()}

    def restore(self, state: dict[str, Any]) -> None:
        super().restore(state)
        self.step.set_sums(state)
