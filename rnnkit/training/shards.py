"""A batch -> equal parts of it, one a core, and what their steps gave -> that of the batch."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from rnnkit.config.training import TrainingConfig
from rnnkit.data.batch import Batch
from rnnkit.runtime import keras, tf
from rnnkit.training.devices import Device

# Without `_noinline`, TensorFlow makes of a tree of sums one sum from left to right, wherever XLA
# does not compile it.
_add = tf.function(operator.add, autograph=False, experimental_attributes={"_noinline": True})

S = TypeVar("S")

MINIMUM_SHARD = 4  # rows; a shard of fewer takes nearly as long (benchmarks/NOTES.md)


class StepResult(NamedTuple):
    """What a step gives back.

    sums: over what is valid, float32 scalars: "loss" (weighted), each metric, "count".
    state: what a model that carries its state ended in, (B, H) tensors; else ().
    outputs: (B, C) of a model with one output a row, from EvaluateStep alone; else None.
    """

    sums: dict[str, tf.Tensor]
    state: tuple[tf.Tensor, ...]
    outputs: tf.Tensor | None = None


def default_shards(batch_size: int, cores: int) -> int:
    """How many shards to cut a batch into: one a core, equal, of at least MINIMUM_SHARD rows.

    With a GPU it is one: the GPU runs a whole batch at once.
    """
    if tf.config.list_logical_devices("GPU"):
        return 1
    most = max(1, min(cores, batch_size // MINIMUM_SHARD))
    return next(n for n in range(most, 0, -1) if batch_size % n == 0)


def shards_of(training: TrainingConfig, device: Device, *, replicas: int = 1) -> int:
    """The config's `shards`, or what suits the device, equally many for each replica."""
    each = default_shards(training.batch_size // replicas, device.cores)
    return training.shards or replicas * each


def usable_shards(model: keras.Model, shards: int) -> int:
    """`shards`, or 1 for a model whose call changes variables: two at once would race for them."""
    layers = [layer for layer in model._flatten_layers() if layer.trainable]
    return 1 if any(layer._non_trainable_variables for layer in layers) else shards


def split_batch(batch: Batch, shards: int) -> list[Batch]:
    """Equal parts of a batch, in order; the whole batch where its rows cannot be divided."""
    if batch.valid.shape[0] % shards:
        shards = 1
    return split_rows(batch, shards)


def split_rows(tensors: S, shards: int) -> list[S]:
    """Equal parts of the rows of a structure of tensors, in order."""
    flat = [tf.split(part, shards) for part in tf.nest.flatten(tensors)]
    return [tf.nest.pack_sequence_as(tensors, parts) for parts in zip(*flat, strict=True)]


def sum_in_pairs(parts: Sequence[tf.Tensor]) -> tf.Tensor:
    """The sum of tensors, halves first.

    So two workers, whose halves are then added, make the very sum of one process.
    """
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    return _add(sum_in_pairs(parts[:middle]), sum_in_pairs(parts[middle:]))


def join_shards(results: Sequence[StepResult]) -> StepResult:
    """The sums added, states and outputs laid one after the other, in the order of the shards.

    That order is fixed, so that rounding is always the same.
    """
    sums = [result.sums for result in results]
    added = {name: sum_in_pairs([part[name] for part in sums]) for name in sums[0]}
    states = zip(*(result.state for result in results), strict=True)
    outputs = [result.outputs for result in results if result.outputs is not None]
    return StepResult(
        added,
        tuple(tf.concat(parts, axis=0) for parts in states),
        tf.concat(outputs, axis=0) if outputs else None,
    )
