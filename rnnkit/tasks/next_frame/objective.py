"""Next frame: the frames so far -> a distribution over the next. Loss, evaluation, samples."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np

from rnnkit.baselines.vectors import Baseline, Independent, NeighbourTable, PreviousFrame
from rnnkit.config.layers import Dense
from rnnkit.config.stack import Stack
from rnnkit.data.vectors.dataset import Frames
from rnnkit.data.vectors.preprocessing import FramePreprocessing
from rnnkit.runtime import tf
from rnnkit.tasks.contract import Task
from rnnkit.tasks.next_frame.config import NextFrameConfig
from rnnkit.tasks.next_frame.evaluation import FrameEvaluation, Pictures, Score
from rnnkit.tasks.next_frame.output import FrameOutput
from rnnkit.tasks.next_frame.sampling import FrameSampler
from rnnkit.training.inference import Inference
from rnnkit.training.objective import Objective
from rnnkit.training.step import PredictStep

SAMPLES = 64  # drawn at evaluation; fewer where sequences are no images
COMPLETED = 24
PICTURES = 8  # sequences that are no images


class NextFrame(Task):
    """A Bernoulli or Gaussian for every feature of the next frame."""

    needs_training_data: ClassVar[bool] = True  # the baselines are fitted on it

    def __init__(self, config: NextFrameConfig, stack: Stack) -> None:
        super().__init__(config, stack)
        last = stack.layers[-1]
        sigmoid = isinstance(last, Dense) and last.activation == "sigmoid"
        self.output = FrameOutput(gaussian=config.data.output == "gaussian", from_sigmoid=sigmoid)
        self.metrics = tuple(config.training.metrics)

    def objective(self) -> Objective:
        """Nats a frame, (B, T), of y_true (B, T, F) and y_pred (B, T, F) or (B, T, 2F)."""

        def loss(y_true: Any, y_pred: Any) -> Any:
            return tf.reduce_sum(self.output.nats(y_true, y_pred), axis=-1)

        def bits_per_dim(y_true: Any, y_pred: Any) -> Any:
            return tf.reduce_mean(self.output.nats(y_true, y_pred), axis=-1) / math.log(2)

        return Objective(loss, {"bits_per_dim": bits_per_dim} if self.metrics else {})

    def sampler(self, inference: Inference, kept: FramePreprocessing) -> FrameSampler:
        """What draws sequences from a trained model."""
        return FrameSampler(
            inference.model,
            self.stack.layers,
            kept,
            self.output,
            jit_compile=inference.jit_compile,
        )

    def evaluate(
        self,
        inference: Inference,
        feed: Any,
        *,
        name: str,
        kept: FramePreprocessing,
        dataset: Any,
    ) -> FrameEvaluation:
        """Nats beside the baselines, where they arise, and what the model draws.

        `feed` is Frames and `dataset` a FrameDataset; without one there are no baselines.
        """
        score, positions = self._score(inference, feed)
        scores = []
        if dataset is not None:
            scores = [_score_of(b, feed) for b in self._baselines(dataset.train, kept)]
        return FrameEvaluation(
            data=name,
            kept=kept,
            part=feed,
            model=score,
            baselines=scores,
            positions=positions,
            pictures=self._pictures(inference, feed, kept),
        )

    def _score(self, inference: Inference, feed: Frames) -> tuple[Score, np.ndarray]:
        """The model's nats a sequence, and at each place in it, (T, F), the mean of those there."""
        predict = PredictStep(
            inference.model, shards=inference.shards, jit_compile=inference.jit_compile
        )
        sequences, total, count = [], 0.0, 0.0
        for batch in feed.batches(inference.batch_size):
            nats = self.output.nats(batch.y, predict(batch.x)).numpy() * batch.valid[:, :, None]
            real = batch.valid[:, 0] > 0
            sequences.append(nats[real].sum(axis=(1, 2), dtype=np.float64))
            total = total + nats.sum(axis=0, dtype=np.float64)
            count = count + batch.valid.sum(axis=0, dtype=np.float64)[:, None]
        score = Score("this model", "", np.concatenate(sequences))
        return score, total / np.maximum(count, 1)

    def _baselines(self, train: Frames, kept: FramePreprocessing) -> list[Baseline]:
        gaussian = self.output.gaussian
        images = kept.order is not None
        found: list[Baseline] = [
            Independent.fit(train.chunks(), gaussian=gaussian, per_position=images),
            PreviousFrame.fit(train.chunks(), gaussian=gaussian),
        ]
        if kept.order is not None and kept.binarize != "none":
            found.append(NeighbourTable.fit(train.chunks(), kept.order.undo))
        return found

    def _pictures(self, inference: Inference, feed: Frames, kept: FramePreprocessing) -> Pictures:
        sampler = self.sampler(inference, kept)
        images = kept.order is not None
        originals = feed.beginnings(COMPLETED if images else PICTURES, seed=0)
        samples = SAMPLES if images else PICTURES
        count = samples + len(originals.frames)  # all at once: a loop is compiled for each shape
        begins = np.where(np.arange(count) < samples, 0, originals.given)
        start = np.zeros((count, *originals.frames.shape[1:]), np.float32)
        start[samples:] = originals.frames
        drawn = sampler.draw(count, length=start.shape[1], seed=0, given=start, begins=begins)
        return Pictures(
            samples=drawn[:samples, : kept.length], originals=originals, completed=drawn[samples:]
        )


def _score_of(baseline: Baseline, feed: Frames) -> Score:
    nats = [
        baseline.nats(frames, mask).sum(axis=(1, 2), dtype=np.float64)
        for frames, mask in feed.chunks(mixed=False)
    ]
    return Score(baseline.name, baseline.text, np.concatenate(nats))
