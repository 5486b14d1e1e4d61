"""The compiled training, evaluation and prediction steps: a batch in, sums over its rows out.

A batch is cut into shards, one a core. Every shard's gradient is one compiled program; they run
side by side, because XLA on a CPU runs the elementwise work of a loop on one thread. A second
compiled program adds the gradients and updates the weights.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from rnnkit.data.batch import Batch
from rnnkit.layers import dropout_seed
from rnnkit.runtime import tf

MINIMUM_SHARD = 8  # rows; below it a shard's matrix products are too thin to pay


class StepResult(NamedTuple):
    """What a step gives back.

    sums: over what is valid, float32 scalars: "loss" (weighted), each metric, "count".
    state: what a model that carries its state ended in, (B, H) tensors; else ().
    """

    sums: dict[str, Any]
    state: tuple[Any, ...]


@dataclass(frozen=True)
class Objective:
    """What is minimised and what is reported, as functions of (y_true, y_pred).

    Each gives values of shape (B, ...); beyond the axes of a batch's `valid`, their mean counts.
    """

    loss: Callable[[Any, Any], Any]
    metrics: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)


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
    """

    def __init__(
        self,
        model: Any,
        optimizer: Any,
        objective: Objective,
        *,
        seed: int,
        shards: int,
        jit_compile: bool = True,
    ) -> None:
        if not optimizer.built:
            optimizer.build(model.trainable_variables)
        self.model = model
        self.optimizer = optimizer
        self.objective = objective
        self.shards = usable_shards(model, shards)
        self._seed = seed
        jit_compile = jit_compile and _compilable(model)
        self._shard_gradients = _function(self._gradients_of_shard, jit_compile=jit_compile)
        self._update = _function(self._apply_gradients, jit_compile=jit_compile)
        self._step = _function(self._train)

    def __call__(self, batch: Batch, step: int) -> StepResult:
        """Update the weights once; `step` numbers the updates of the run.

        The sums hold "gradient_norm" as well, the global norm of the gradient before clipping.
        """
        return _as_numbers(self._step(batch, np.array([self._seed, step], np.int32)))

    def _train(self, batch: Batch, seed: Any) -> StepResult:
        count = tf.reduce_sum(batch.valid)
        gradients, results = zip(
            *(
                self._shard_gradients(part, tf.random.fold_in(seed, shard, alg="philox"), count)
                for shard, part in enumerate(split_batch(batch, self.shards))
            ),
            strict=True,
        )
        sums, state = join_shards(results)
        return StepResult({**sums, "gradient_norm": self._update(gradients)}, state)

    def _gradients_of_shard(self, part: Batch, seed: Any, count: Any) -> tuple[Any, StepResult]:
        variables = [v.value for v in self.model.trainable_variables]
        with tf.GradientTape() as tape:
            with dropout_seed(seed):
                y_pred, state = call_model(self.model, part, training=True)
            sums = sums_over_rows(self.objective, part, y_pred)
            loss = sums["loss"] / count
            if self.model.losses:
                loss += tf.cast(tf.add_n(self.model.losses), loss.dtype) / self.shards
            loss = self.optimizer.scale_loss(loss)
        gradients = tape.gradient(loss, variables, unconnected_gradients="zero")
        return [tf.convert_to_tensor(g) for g in gradients], StepResult(sums, state)

    def _apply_gradients(self, gradients: tuple[list[Any], ...]) -> Any:
        summed = [tf.add_n(parts) for parts in zip(*gradients, strict=True)]
        scale = self.optimizer.scale_loss(tf.constant(1.0))
        norm = tf.linalg.global_norm([tf.cast(g, tf.float32) for g in summed]) / scale
        self.optimizer.apply(summed, self.model.trainable_variables)
        return norm


class EvaluateStep:
    """The sums of TrainStep for a batch, in inference mode; arguments as there."""

    def __init__(
        self, model: Any, objective: Objective, *, shards: int, jit_compile: bool = True
    ) -> None:
        self.model = model
        self.objective = objective
        self.shards = usable_shards(model, shards)
        self._shard_sums = _function(
            self._sums_of_shard, jit_compile=jit_compile and _compilable(model)
        )
        self._step = _function(self._evaluate)

    def __call__(self, batch: Batch) -> StepResult:
        return _as_numbers(self._step(batch))

    def _evaluate(self, batch: Batch) -> StepResult:
        return join_shards([self._shard_sums(part) for part in split_batch(batch, self.shards)])

    def _sums_of_shard(self, part: Batch) -> StepResult:
        y_pred, state = call_model(self.model, part, training=False)
        return StepResult(sums_over_rows(self.objective, part, y_pred), state)


class PredictStep:
    """The model's outputs for a batch of inputs, in inference mode; arguments as in TrainStep."""

    def __init__(self, model: Any, *, shards: int = 1, jit_compile: bool = True) -> None:
        self.model = model
        self.shards = usable_shards(model, shards)
        self._outputs = _function(
            lambda x: model(x, training=False), jit_compile=jit_compile and _compilable(model)
        )
        self._step = _function(self._predict) if self.shards > 1 else self._outputs

    def __call__(self, x: Any) -> np.ndarray:
        """x as the model takes it, B first -> (B, C) or (B, T, V)."""
        outputs: np.ndarray = self._step(x).numpy()
        return outputs

    def _predict(self, x: Any) -> Any:
        parts = [self._outputs(part) for part in tf.split(x, self.shards)]
        return tf.concat(parts, axis=0)


def _function(body: Callable[..., Any], *, jit_compile: bool | None = None) -> Any:
    """A function traced as it stands: autograph would write files to the system's /tmp."""
    return tf.function(body, jit_compile=jit_compile, autograph=False)


def default_shards(batch_size: int, cores: int) -> int:
    """How many shards to cut a batch into: one a core, equal, of at least MINIMUM_SHARD rows.

    With a GPU it is one: the GPU runs a whole batch at once.
    """
    if tf.config.list_logical_devices("GPU"):
        return 1
    most = max(1, min(cores, batch_size // MINIMUM_SHARD))
    return next(n for n in range(most, 0, -1) if batch_size % n == 0)


def usable_shards(model: Any, shards: int) -> int:
    """`shards`, or 1 for a model whose call changes variables: two at once would race for them."""
    changing = [
        v for v in model.non_trainable_variables if not v.path.endswith("seed_generator_state")
    ]
    return 1 if changing else shards


def split_batch(batch: Batch, shards: int) -> list[Batch]:
    """Equal parts of a batch, in order; the whole batch where its rows cannot be divided."""
    if batch.valid.shape[0] % shards:
        shards = 1
    flat = [tf.split(part, shards) for part in tf.nest.flatten(batch)]
    return [tf.nest.pack_sequence_as(batch, parts) for parts in zip(*flat, strict=True)]


def join_shards(results: Sequence[StepResult]) -> StepResult:
    """The sums added and the states laid one after the other, in the order of the shards.

    That order is fixed, so that rounding is always the same.
    """
    sums = [result.sums for result in results]
    added = {name: tf.add_n([part[name] for part in sums]) for name in sums[0]}
    states = zip(*(result.state for result in results), strict=True)
    return StepResult(added, tuple(tf.concat(parts, axis=0) for parts in states))


def call_model(model: Any, batch: Batch, *, training: bool) -> tuple[Any, tuple[Any, ...]]:
    """The outputs for a batch, and the state that the model ended in where it carries one."""
    if not batch.state:
        return model(batch.x, training=training), ()
    y_pred, *state = model([batch.x, *batch.state], training=training)
    return y_pred, tuple(state)


def sums_over_rows(objective: Objective, part: Batch, y_pred: Any) -> dict[str, Any]:
    """The loss, the metrics and the count, each summed over what is valid in `part`."""
    axes = len(part.valid.shape)
    loss = _mean_beyond(axes, objective.loss(part.y, y_pred))
    sums = {"loss": tf.reduce_sum(part.weight * loss)}
    for name, metric in objective.metrics.items():
        sums[name] = tf.reduce_sum(part.valid * _mean_beyond(axes, metric(part.y, y_pred)))
    return {**sums, "count": tf.reduce_sum(part.valid)}


def _mean_beyond(axes: int, values: Any) -> Any:
    """The mean over all axes after the first `axes`."""
    values = tf.cast(values, tf.float32)
    return tf.reduce_mean(tf.reshape(values, [*tf.unstack(tf.shape(values)[:axes]), -1]), axis=-1)


def _as_numbers(result: StepResult) -> StepResult:
    return StepResult({name: value.numpy() for name, value in result.sums.items()}, result.state)


def _compilable(model: Any) -> bool:
    return all(getattr(layer, "supports_jit", True) for layer in model._flatten_layers())
