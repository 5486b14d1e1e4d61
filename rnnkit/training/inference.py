"""A trained model and how to compute with it: means and outputs over a whole part."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

from rnnkit.data.batch import Batch, Feed, RowFeed
from rnnkit.errors import RunError
from rnnkit.models.build import initial_state
from rnnkit.runtime import keras, tf
from rnnkit.training.loop import evaluate
from rnnkit.training.objective import Objective
from rnnkit.training.passes import one_pass
from rnnkit.training.shards import StepResult
from rnnkit.training.step import EvaluateStep, PredictStep, ScoreStep
from rnnkit.training.trainer import Logs


@dataclasses.dataclass(frozen=True)
class Inference:
    """What evaluation and prediction run on.

    Args:
        model: as it was trained; for tasks that carry state [x, *states] -> [y, *states].
        objective: the loss and metrics that it was trained with.
        batch_size: rows of a batch.
        shards: parts of a batch that are computed side by side.
        jit_compile: whether to compile with XLA.
        validated: what training compiled to validate this model with this objective; a second
            compilation would take seconds.
    """

    model: keras.Model
    objective: Objective
    batch_size: int
    shards: int
    jit_compile: bool
    validated: EvaluateStep | None = None

    def means(self, feed: Feed) -> Logs:
        """The exact means of loss and metrics over a part."""
        return evaluate(self._evaluate, feed, self.batch_size)

    def means_and_outputs(self, feed: RowFeed) -> tuple[Logs, npt.NDArray[np.float32]]:
        """`means` and `outputs` of a part, where a row has one output in one pass.

        Raises:
            RunError: an output is NaN or infinite.
        """
        parts: list[npt.NDArray[np.float32]] = []

        def keep(batch: Batch, result: StepResult) -> None:
            if result.outputs is not None:
                parts.append(result.outputs.numpy()[: int(batch.valid.sum())])

        means = evaluate(self._evaluate, feed, self.batch_size, on_batch=keep)
        return means, self._sound(feed, parts) if parts else self.outputs(feed)

    def scores(
        self, objective: Objective, feed: Feed, *, batch_size: int, carry: bool = True
    ) -> Iterator[tuple[Batch, dict[str, npt.NDArray[np.float32]]]]:
        """Each batch of a part with the loss and the metrics of every value, (B, T).

        Args:
            objective: the loss and the metrics.
            feed: the part.
            batch_size: rows of a batch.
            carry: whether a model that carries its state goes on from batch to batch; False
                starts each from zeros.
        """
        step = ScoreStep(self.model, objective, jit_compile=self.jit_compile)
        state: tuple[tf.Tensor, ...] | None = None
        for batch in one_pass(feed, batch_size):
            if state is None or not carry:
                state = initial_state(self.model, len(batch.valid))
            values, state = step(batch._replace(state=state))
            yield batch, values

    def outputs(self, feed: RowFeed) -> npt.NDArray[np.float32]:
        """The outputs for every row of a part, (N, ...), in its order; its y may be anything.

        Raises:
            RunError: one is NaN or infinite.
        """
        batches = one_pass(feed, self.batch_size)
        return self._sound(feed, [self._predict(b.x)[: int(b.valid.sum())] for b in batches])

    def _sound(
        self, feed: RowFeed, parts: Sequence[npt.NDArray[np.float32]]
    ) -> npt.NDArray[np.float32]:
        """The outputs of all batches, in the order of the rows.

        Raises:
            RunError: one is NaN or infinite.
        """
        found = feed.in_order(np.concatenate(parts).astype(np.float32), self.batch_size)
        if not (sound := np.isfinite(found.reshape(len(found), -1)).all(axis=1)).all():
            raise RunError(
                f"the model answers example {int(np.argmin(sound)) + 1:,} with NaN or infinity: "
                "its weights or these values are too large"
            )
        return found

    def with_batches_of(self, batch_size: int) -> Inference:
        """The same with batches of another size; kept, because what it compiles is its own."""
        if batch_size not in self._others:
            self._others[batch_size] = dataclasses.replace(self, batch_size=batch_size)
        return self._others[batch_size]

    @functools.cached_property
    def _others(self) -> dict[int, Inference]:
        return {}

    @functools.cached_property
    def _evaluate(self) -> EvaluateStep:
        """Kept, because what it compiles is its own."""
        return self.validated or EvaluateStep(
            self.model, self.objective, shards=self.shards, jit_compile=self.jit_compile
        )

    @functools.cached_property
    def _predict(self) -> PredictStep:
        """Kept, because what it compiles is its own."""
        return PredictStep(self.model, shards=self.shards, jit_compile=self.jit_compile)
