"""A loss or gradient that is not finite -> where it began: the batch, and the first layer.

The weights that gave it are gone, for the update has spoilt them. But a step is a function of what
a checkpoint holds: the steps since the last one are taken again, up to the batch in question.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from rnnkit.data.batch import Batch
from rnnkit.errors import DivergedError
from rnnkit.layers import dropout_seed
from rnnkit.models.build import call_model
from rnnkit.runtime import keras, tf
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import load_checkpoint
from rnnkit.training.shards import split_batch

if TYPE_CHECKING:
    from rnnkit.training.loop import Trainer

_ADVICE = (
    "The last good checkpoint is kept. Lower the learning rate, or clip the gradients with "
    "optimizer: {global_clipnorm: 1.0}."
)


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
    layers = [layer for layer in model.layers if not isinstance(layer, keras.layers.InputLayer)]
    outputs = keras.Model(model.inputs, [layer.output for layer in layers])
    seed = np.array([trainer.seed, step], np.int32)
    for number, part in enumerate(split_batch(batch, train_step.shards)):
        part_seed = tf.random.fold_in(seed, number, alg="philox")
        inputs = [part.x, *part.state] if part.state else part.x
        with dropout_seed(part_seed):
            values = outputs(inputs, training=True)
        for layer, value in zip(layers, values, strict=True):
            if not _finite(value):
                yield f"the first layer whose output is not finite is {layer.name}"
        with tf.GradientTape() as tape, dropout_seed(part_seed):
            y_pred, _ = call_model(model, part, training=True)
            loss = objective.loss(part.y, y_pred)
        if not _finite(tf.reduce_sum(loss)):
            yield "the outputs are finite, their loss is not"
        gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
        for variable, gradient in reversed(
            list(zip(model.trainable_variables, gradients, strict=True))
        ):
            if gradient is not None and not _finite(tf.convert_to_tensor(gradient)):
                yield f"the first gradient that is not finite is that of {variable.path}"


def _finite(values: Any) -> bool:
    return all(
        np.isfinite(np.asarray(part, np.float32)).all()
        for part in tf.nest.flatten(values)
        if tf.as_dtype(part.dtype).is_floating
    )
