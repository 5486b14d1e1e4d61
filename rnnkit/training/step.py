"""The compiled training, evaluation and prediction steps: a batch in, sums over its rows out.

A batch is cut into shards, one a core. Every shard's gradient is one compiled program; they run
side by side, because XLA on a CPU runs the elementwise work of a loop on one thread. A second
compiled program adds the gradients and updates the weights. Where several replicas train
together, each computes some of the shards, and their total comes between the two.
"""

from collections.abc import Callable, Sequence
from typing import Any, ParamSpec, TypeVar

import numpy as np

from rnnkit.data.batch import Batch
from rnnkit.layers import dropout_seed, follow_dropout_seed
from rnnkit.models.build import call_model
from rnnkit.runtime import keras, tf
from rnnkit.training.distribution import ALONE, Distribution, apply_mirrored
from rnnkit.training.objective import Objective, sums_over_rows
from rnnkit.training.paces import pace_layers
from rnnkit.training.shards import (
    StepResult,
    join_shards,
    split_batch,
    split_rows,
    sum_in_pairs,
    usable_shards,
)

P = ParamSpec("P")
R = TypeVar("R")

_STOP = "stop"  # among the sums of several replicas: how many wish to


class TrainStep:
    """One update of the model's weights.

    Minimises sum(weight * loss) / sum(valid) + sum(model.losses), which for weight 1 is the loss
    that Keras's `fit` minimises. The result is a function of the weights, the optimizer's
    variables, the batch, `seed`, `shards` and `step`: taken up again from these, a run goes on
    as if it had never stopped.

    Args:
        model: a built keras.Model.
        optimizer: a Keras optimizer, LossScaleOptimizer included; built here if it is not.
        objective: the loss and the metrics.
        seed: the run's seed, from which dropout's masks follow.
        shards: into how many equal parts to cut a batch; see default_shards. Models with
            state that a call changes (stateful layers, batch normalisation) run in one.
        jit_compile: whether to compile with XLA, where the model's layers allow it.
        distribution: the replicas among which the shards are divided. Every worker passes the
            whole batch, and every worker gets the sums and the states of the whole batch.
    """

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.optimizers.Optimizer,
        objective: Objective,
        *,
        seed: int,
        shards: int,
        jit_compile: bool = True,
        distribution: Distribution = ALONE,
    ) -> None:
        if not optimizer.built:
            optimizer.build(model.trainable_variables)
        pace_layers(optimizer, model)
        follow_dropout_seed(model)
        self.model = model
        self.optimizer = optimizer
        self.objective = objective
        self.shards = usable_shards(model, shards)
        self._seed = seed
        jit_compile = jit_compile and compilable(model)
        self._shard_gradients = _function(self._gradients_of_shard, jit_compile=jit_compile)
        self.distribution = distribution
        self._update = self._apply_gradients
        if distribution.mirrored:
            apply_mirrored(optimizer)
        else:  # mirrored variables cannot be updated within a compiled function
            self._update = _function(self._update, jit_compile=jit_compile)
        self._step = _function(self._train)
        self.awaited = "a step that is being compiled: up to a minute"

    def __call__(self, batch: Batch, step: int) -> StepResult:
        """Update the weights once; `step` numbers the updates of the run.

        The sums hold "gradient_norm" as well, the global norm of the gradient before clipping.
        """
        seed = np.array([self._seed, step], np.int32)
        result = _as_numbers(self._step(batch, seed, self.distribution.wish), self.distribution)
        self.awaited = "this step"
        return result

    def _train(self, batch: Batch, seed: tf.Tensor, wish: tf.Tensor) -> StepResult:
        return self.distribution.run(self._train_replica, batch, seed, wish)

    def _train_replica(self, batch: Batch, seed: tf.Tensor, wish: tf.Tensor) -> StepResult:
        count = tf.reduce_sum(batch.valid)
        parts = split_batch(batch, self.shards)
        gradients, results = zip(
            *(
                self._shard_gradients(part, tf.random.fold_in(seed, shard, alg="philox"), count)
                for shard, part in self.distribution.own(parts)
            ),
            strict=True,
        )
        result = join_shards(results)
        if self.distribution.divides(len(parts)):
            added = [
                tf.ensure_shape(sum_in_pairs(shards), variable.shape)  # XLA can leave it unknown
                for variable, *shards in zip(
                    self.model.trainable_variables, *gradients, strict=True
                )
            ]
            added, result = joined_replicas(self.distribution, result, wish, added)
            gradients = (added,)
        norm = self._update(gradients)
        return StepResult({**result.sums, "gradient_norm": norm}, result.state)

    def _gradients_of_shard(
        self, part: Batch, seed: tf.Tensor, count: tf.Tensor
    ) -> tuple[list[tf.Tensor], StepResult]:
        variables = [v.value for v in self.model.trainable_variables]
        with tf.GradientTape() as tape:
            with dropout_seed(seed):
                y_pred, state = call_model(self.model, part, training=True)
            sums = sums_over_rows(self.objective, part, y_pred)
            loss = sums["loss"] / count
            if self.model.losses:
                parts = [tf.cast(part, loss.dtype) for part in self.model.losses]
                loss += tf.add_n(parts) / self.shards
            loss = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        return [tf.convert_to_tensor(g) for g in gradients], StepResult(sums, state)

    def _apply_gradients(self, gradients: tuple[list[tf.Tensor], ...]) -> tf.Tensor:
        summed = [sum_in_pairs(parts) for parts in zip(*gradients, strict=True)]
        scale = self.optimizer.scale_loss(tf.constant(1.0))
        norm = tf.linalg.global_norm([tf.cast(g, tf.float32) for g in summed]) / scale
        self.optimizer.apply(summed, self.model.trainable_variables)
        return norm


class EvaluateStep:
    """The sums of TrainStep for a batch, in inference mode; arguments as there.

    Without replicas also the outputs of a model that has one a row: those of every step are many.
    """

    def __init__(
        self,
        model: keras.Model,
        objective: Objective,
        *,
        shards: int,
        jit_compile: bool = True,
        distribution: Distribution = ALONE,
    ) -> None:
        self.model = model
        self.objective = objective
        self.shards = usable_shards(model, shards)
        self.distribution = distribution
        self._shard_sums = _function(
            self._sums_of_shard, jit_compile=jit_compile and compilable(model)
        )
        self._step = _function(self._evaluate)

    def __call__(self, batch: Batch) -> StepResult:
        return _as_numbers(self._step(batch, self.distribution.wish), self.distribution)

    def _evaluate(self, batch: Batch, wish: tf.Tensor) -> StepResult:
        return self.distribution.run(self._evaluate_replica, batch, wish)

    def _evaluate_replica(self, batch: Batch, wish: tf.Tensor) -> StepResult:
        parts = split_batch(batch, self.shards)
        result = join_shards([self._shard_sums(part) for _, part in self.distribution.own(parts)])
        if self.distribution.divides(len(parts)):
            _, result = joined_replicas(self.distribution, result, wish)
        return result

    def _sums_of_shard(self, part: Batch) -> StepResult:
        y_pred, state = call_model(self.model, part, training=False)
        outputs = y_pred if len(y_pred.shape) == 2 else None
        return StepResult(sums_over_rows(self.objective, part, y_pred), state, outputs)


class ScoreStep:
    """Loss and metrics of a batch, each value by itself, in inference mode; as EvaluateStep.

    Gives {"loss": (B, ...), metric: (B, ...)} arrays and the state that the model ended in.
    """

    def __init__(
        self, model: keras.Model, objective: Objective, *, jit_compile: bool = True
    ) -> None:
        self.model = model
        self.objective = objective
        self._step = _function(self._scores, jit_compile=jit_compile and compilable(model))

    def __call__(self, batch: Batch) -> tuple[dict[str, np.ndarray], tuple[tf.Tensor, ...]]:
        values, state = self._step(batch)
        return {name: value.numpy() for name, value in values.items()}, state

    def _scores(self, batch: Batch) -> tuple[dict[str, tf.Tensor], tuple[tf.Tensor, ...]]:
        y_pred, state = call_model(self.model, batch, training=False)
        values = {name: metric(batch.y, y_pred) for name, metric in self.objective.metrics.items()}
        return {"loss": self.objective.loss(batch.y, y_pred), **values}, state


class PredictStep:
    """The model's outputs for a batch of inputs, in inference mode; arguments as in TrainStep."""

    def __init__(self, model: keras.Model, *, shards: int = 1, jit_compile: bool = True) -> None:
        self.model = model
        self.shards = usable_shards(model, shards)
        self._outputs = _function(
            lambda x: model(x, training=False), jit_compile=jit_compile and compilable(model)
        )
        self._step = _function(self._predict) if self.shards > 1 else self._outputs

    def __call__(self, x: Any) -> np.ndarray:
        """x as the model takes it, or each input by its name, B first -> (B, C) or (B, T, V)."""
        outputs: np.ndarray = self._step(x).numpy()
        return outputs

    def _predict(self, x: tf.Tensor) -> tf.Tensor:
        parts = [self._outputs(part) for part in split_rows(x, self.shards)]
        return tf.concat(parts, axis=0)


def _function(body: Callable[P, R], *, jit_compile: bool | None = None) -> Callable[P, R]:
    """A function traced as it stands: autograph would write files to the system's /tmp."""
    traced: Callable[P, R] = tf.function(body, jit_compile=jit_compile, autograph=False)
    return traced


def joined_replicas(
    distribution: Distribution,
    result: StepResult,
    wish: tf.Tensor,
    gradients: Sequence[tf.Tensor] = (),
) -> tuple[list[tf.Tensor], StepResult]:
    """Gradients and results of all replicas, as of one that had computed every shard.

    The sums hold "stop" as well: how many replicas wish to.
    """
    state = tuple(distribution.in_place(rows) for rows in result.state)
    shares = (list(gradients), {**result.sums, _STOP: wish}, state)
    gradients, sums, state = distribution.total(shares)
    return list(gradients), StepResult(sums, state)


def _as_numbers(result: StepResult, distribution: Distribution) -> StepResult:
    sums = {name: value.numpy() for name, value in result.sums.items()}
    distribution.hear(sums.pop(_STOP, 0.0))
    return result._replace(sums=sums)


def compilable(model: keras.Model) -> bool:
    return all(getattr(layer, "supports_jit", True) for layer in model._flatten_layers())
