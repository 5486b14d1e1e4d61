"""A checked stack and its batch size -> why they cannot fit the RAM, before it is full.

Linux kills a process that takes too much, without a word. What is counted here is the least that a
training step holds at once, so nothing that could be trained is refused. Imports no TensorFlow.
"""

from __future__ import annotations

import math
from pathlib import Path

from rnnkit.config.layers import Bidirectional, Layer
from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.stack import InputFacts, Stack
from rnnkit.data.ram import ram_size
from rnnkit.problems import Problem
from rnnkit.training.cluster import cluster_from_environment

_FLOAT = 4  # bytes; ids take as many


def ram_problems(loaded: LoadedConfig, facts: InputFacts, stack: Stack) -> list[Problem]:
    """The weights that are too many, or the batch that is too large; empty where both fit."""
    ram = ram_size()
    if ram is None:
        return []
    training = loaded.config.training
    on_gpu = _may_use_gpu(loaded.config.device)
    weights = 0 if on_gpu else 2 * _FLOAT * stack.parameters
    if weights > ram:
        message = (
            f"model: {stack.parameters:,} parameters and their gradients take {weights:,} bytes, "
            f"more than this machine's RAM ({ram:,} bytes): use fewer units"
        )
        return [loaded.problem(("model", "layers"), message)]
    row = _input_bytes(facts) + (0 if on_gpu else _kept_bytes(loaded, facts, stack))
    largest = int((ram - weights) // row)
    if training.batch_size <= largest:
        return []
    needed = weights + math.ceil(training.batch_size * row)
    message = (
        f"training: batch_size (={training.batch_size}) takes at least {needed:,} bytes, more than "
        f"this machine's RAM ({ram:,} bytes): at most {largest:,} examples could fit"
    )
    if not largest:
        message = (
            f"training: one example takes at least {math.ceil(row):,} bytes, more than this "
            f"machine's RAM ({ram:,} bytes): shorten the sequences or use fewer units"
        )
    return [loaded.problem(("training", "batch_size"), message, key=False)]


def _may_use_gpu(device: str) -> bool:
    """Whether what a step computes may lie in a GPU instead."""
    return device != "cpu" and (device != "auto" or any(Path("/dev").glob("nvidia[0-9]*")))


def _input_bytes(facts: InputFacts) -> int:
    """Of an example of a batch, which every worker makes whole."""
    return _FLOAT * sum(_size(one.shape, facts) for one in (facts, *facts.beside.values()))


def _kept_bytes(loaded: LoadedConfig, facts: InputFacts, stack: Stack) -> float:
    """What the layers keep of an example until its gradient is known; workers share examples."""
    cluster = cluster_from_environment()
    numbers = sum(_kept(row.layer, row.output_shape, facts) for row in stack.summaries)
    width = _FLOAT if loaded.config.training.dtype_policy == "float32" else _FLOAT // 2
    return width * numbers / (len(cluster.addresses) if cluster else 1)


def _kept(layer: Layer, shape: Shape, facts: InputFacts) -> int:
    """Numbers that a layer keeps of an example."""
    if isinstance(layer, Bidirectional):
        return 2 * _kept(layer.layer, shape, facts)
    if isinstance(layer, Recurrent):
        return (facts.shape[0] or facts.steps) * layer.units * layer.held
    return _size(shape, facts) if layer.kind in ("dense", "embedding") else 0


def _size(shape: Shape, facts: InputFacts) -> int:
    return math.prod(n or facts.steps for n in shape)
