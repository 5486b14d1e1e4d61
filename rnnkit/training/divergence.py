"""A loss or gradient that is not finite -> where it began: the batch, and the first layer.

The weights that gave it are gone, for the update has spoilt them. But a step is a function of what
a checkpoint holds: the steps since the last one are taken again, up to the batch in question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from rnnkit.data.batch import Batch
from rnnkit.errors import DivergedError
from rnnkit.layers import dropout_seed
from rnnkit.models.build import call_model, initial_state
from rnnkit.runtime import keras, tf
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import load_checkpoint
from rnnkit.training.shards import split_batch
from rnnkit.training.trainer import Trainer

_ADVICE = (
    "The last good checkpoint is kept. Lower the learning rate, or clip the gradients with "
    "optimizer: {global_clipnorm: 1.0}."
)
_LOSS_ALONE = "the outputs are finite, their loss is not"


def diverged(
    trainer: Trainer, checkpoints: Checkpoints, *, step: int, loss: float
) -> DivergedError:
    """The error for update number `step`, whose loss or gradient is not finite."""
    epoch, index = divmod(step, trainer.steps)
    what = "the gradient became nan" if np.isfinite(loss) else f"the loss became {loss}"
    origin: str | None
    if trainer.train_step.distribution.replicas > 1:  # which would all have to take them again
        origin = "`rnnkit resume` in one process, on one device, says in which layer"
    else:
        origin = _origin(trainer, checkpoints, step)
    place = f"{what} in epoch {epoch + 1}, batch {index + 1}"
    return DivergedError(f"{place}{f': {origin}' if origin else ''}. {_ADVICE}")


def diverged_in_validation(trainer: Trainer, *, epoch: int, loss: float) -> DivergedError:
    """The error for weights that are finite, and so large that their validation loss is not.

    Args:
        epoch: finished, from 0.
        loss: of the validation part.
    """
    origin = _origin_in_validation(trainer)
    place = f"the validation loss became {loss} after epoch {epoch + 1}"
    return DivergedError(f"{place}{f', in {origin}' if origin else ''}. {_ADVICE}")


def _origin_in_validation(trainer: Trainer) -> str | None:
    """The first batch whose loss is not finite, and the first layer in it."""
    model, feed = trainer.train_step.model, trainer.validation
    state: Any = None
    for number, batch in enumerate(feed.batches(trainer.batch_size) if feed else (), start=1):
        before = initial_state(model, len(batch.valid)) if state is None else state
        batch = batch._replace(state=before)
        result = trainer.evaluate_step(batch)
        if not np.isfinite(result.sums["loss"]):
            found = [*_layers_not_finite(model, batch, training=False), _LOSS_ALONE]
            return f"batch {number}: {found[0]}"
        state = result.state
    return None


def _origin(trainer: Trainer, checkpoints: Checkpoints, step: int) -> str | None:
    """What was first not finite in a step; None where the steps cannot be taken again."""
    found = checkpoints.newest(lambda problem: None)
    train_step = trainer.train_step
    if found is None:
        return None
    state = load_checkpoint(found[0], train_step.model, train_step.optimizer)
    carried = trainer.carried(state)
    for batch in trainer.batches(state):
        batch = batch._replace(state=carried)
        if state.step == step:
            return next(_not_finite(trainer, batch, step), None)
        if trainer.stop:
            return None
        carried = train_step(batch, state.step).state
        state.step += 1
    return None


def _not_finite(trainer: Trainer, batch: Batch, step: int) -> Iterator[str]:
    """Everything in a step that is not finite, in the order in which it is computed."""
    train_step = trainer.train_step
    model, objective = train_step.model, train_step.objective
    for variable in model.weights:
        if not _finite(variable):
            yield f"{variable.path} was no longer finite before it"
    if not _finite(batch.x):
        yield "its input is not finite"
    seed = np.array([trainer.seed, step], np.int32)
    for number, part in enumerate(split_batch(batch, train_step.shards)):
        part_seed = tf.random.fold_in(seed, number, alg="philox")
        with dropout_seed(part_seed):
            found = _layers_not_finite(model, part, training=True)
        yield from found
        with tf.GradientTape() as tape, dropout_seed(part_seed):
            y_pred, _ = call_model(model, part, training=True)
            loss = objective.loss(part.y, y_pred)
        if not _finite(tf.reduce_sum(loss)):
            yield _LOSS_ALONE
        gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
        for variable, gradient in reversed(
            list(zip(model.trainable_variables, gradients, strict=True))
        ):
            if gradient is not None and not _finite(tf.convert_to_tensor(gradient)):
                yield f"the first gradient that is not finite is that of {variable.path}"


def _layers_not_finite(model: keras.Model, batch: Batch, *, training: bool) -> list[str]:
    """A sentence for each layer whose output for a batch is not finite, from the input on."""
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    outputs = keras.Model(model.inputs, [layer.output for layer in layers])
    values = outputs([*tf.nest.flatten(batch.x), *batch.state], training=training)
    return [
        f"the first layer whose output is not finite is {layer.name}"
        for layer, value in zip(layers, values, strict=True)
        if not _finite(value)
    ]


def _finite(values: Any) -> bool:
    return all(
        np.isfinite(np.asarray(part, np.float32)).all()
        for part in tf.nest.flatten(values)
        if tf.as_dtype(part.dtype).is_floating
    )
