"""A trained model and how to compute with it: means and outputs over a whole part."""

from __future__ import annotations

import dataclasses

import numpy as np
import numpy.typing as npt

from rnnkit.data.batch import Feed
from rnnkit.runtime import keras
from rnnkit.training.loop import Logs, evaluate
from rnnkit.training.step import EvaluateStep, Objective, PredictStep


@dataclasses.dataclass(frozen=True)
class Inference:
    """What evaluation and prediction run on.

    Args:
        model: as it was trained; for tasks that carry state [x, *states] -> [y, *states].
        batch_size: rows of a batch.
        shards: parts of a batch that are computed side by side.
        jit_compile: whether to compile with XLA.
    """

    model: keras.Model
    batch_size: int
    shards: int
    jit_compile: bool

    def means(self, objective: Objective, feed: Feed) -> Logs:
        """The exact means of loss and metrics over a part."""
        step = EvaluateStep(self.model, objective, shards=self.shards, jit_compile=self.jit_compile)
        return evaluate(step, feed, self.batch_size)

    def outputs(self, feed: Feed) -> npt.NDArray[np.float32]:
        """The outputs for every row of a part, (N, ...), in its order, for feeds of examples."""
        step = PredictStep(self.model, shards=self.shards, jit_compile=self.jit_compile)
        parts = [step(b.x)[: int(b.valid.sum())] for b in feed.batches(self.batch_size)]
        return np.concatenate(parts).astype(np.float32)
