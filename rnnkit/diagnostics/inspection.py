"""A model, its data and its objective -> everything that `rnnkit inspect` shows of it."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rnnkit.data.batch import Batch, Feed, Shuffle
from rnnkit.diagnostics.replay import Replay, Replayed
from rnnkit.diagnostics.tally import Gate, LayerRecord, LayerTally, StateSize
from rnnkit.errors import RunError
from rnnkit.runtime import keras
from rnnkit.training.objective import Objective

BATCH = 32  # rows that are read at a time
KEPT = 1 << 23  # values of a state, over rows, steps and units, that are looked at at a time


@dataclasses.dataclass(frozen=True)
class WeightGradient:
    """A weight matrix and the gradient of the training loss, by their Euclidean norms."""

    name: str
    shape: tuple[int, ...]
    norm: float
    gradient: float


@dataclasses.dataclass(frozen=True)
class DeadUnits:
    """How many units of a relu layer never fired."""

    layer: str
    dead: int
    units: int


@dataclasses.dataclass(frozen=True, eq=False)
class Inspection:
    """What a model does with some of its training examples, without dropout."""

    examples: int
    layers: tuple[LayerRecord, ...]
    weights: tuple[WeightGradient, ...]
    dead: tuple[DeadUnits, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values; numbers that are not finite become None."""
        return {
            "examples": self.examples,
            "layers": [_layer_values(layer) for layer in self.layers],
            "weights": [
                {**dataclasses.asdict(w), "norm": _number(w.norm), "gradient": _number(w.gradient)}
                for w in self.weights
            ],
            "relu": [dataclasses.asdict(d) for d in self.dead],
        }


def inspect_model(
    model: keras.Model,
    objective: Objective,
    feed: Feed,
    *,
    examples: int,
    seed: int,
    sequence_output: bool,
) -> Inspection:
    """Look at a model at work; each row starts from a state of 0, running text too.

    Args:
        model: of Keras's own layers, in float32; [x] -> [y].
        objective: the task's.
        feed: the training part.
        examples: how many to look at, at most.
        seed: decides which.
        sequence_output: see Replay.

    Raises:
        RunError: the model has no recurrent layer.
    """
    replay = Replay(model, objective, sequence_output=sequence_output)
    if not replay.watched:
        raise RunError("the model has no recurrent layer: there is no time to look along")
    tallies = [LayerTally(watched) for watched in replay.watched]
    active = _Activity(model)
    weights: list[float | NDArray[np.float32]] = [0.0] * len(model.trainable_variables)
    rows, losses = 0, 0.0
    units = sum(watched.layer.units for watched in replay.watched)
    for batch in _pieces(_some(feed, examples, seed), units):
        replayed: Replayed = replay(batch)
        real = _real_rows(batch)
        for tally, trace in zip(tallies, replayed.traces, strict=True):
            tally.add(trace, replayed.position, real)
        weights = [w + g for w, g in zip(weights, replayed.weights, strict=True)]
        active.add(batch.x, real)
        rows += int(real.sum())
        losses += float(np.sum(batch.valid))
    layers = tuple(tally.record() for tally in tallies)
    recurrent = (
        DeadUnits(layer.name, layer.dead_units, layer.units)
        for layer in layers
        if layer.dead_units is not None
    )
    return Inspection(
        examples=rows,
        layers=layers,
        weights=tuple(
            WeightGradient(v.path, tuple(v.shape), _norm(v.numpy()), _norm(g / losses))
            for v, g in zip(model.trainable_variables, weights, strict=True)
        ),
        dead=(*recurrent, *active.dead()),
    )


def _some(feed: Feed, examples: int, seed: int) -> Iterator[Batch]:
    """Batches from the start of the first epoch, until there are `examples` rows."""
    left = examples
    for batch in feed.batches(min(BATCH, examples), shuffle=Shuffle(seed, 0)):
        real = _real_rows(batch)
        kept = real.cumsum() <= left
        if not kept.all():  # rows beyond are made filler
            counted = kept.reshape(-1, *[1] * (np.ndim(batch.valid) - 1))
            batch = batch._replace(valid=batch.valid * counted, weight=batch.weight * counted)
        yield batch
        left -= int(real.sum())
        if left <= 0:
            return


def _pieces(batches: Iterator[Batch], units: int) -> Iterator[Batch]:
    """The same rows, as many at a time as KEPT allows: states and gates of all steps fit the RAM.

    Each number of rows is traced once, so it is a power of 2.
    """
    for batch in batches:
        steps = max(np.shape(x)[1] for x in keras.tree.flatten(batch.x))
        most = 1 << max(0, (KEPT // (steps * units)).bit_length() - 1)
        for start in range(0, len(batch.valid), most):
            piece = keras.tree.map_structure(itemgetter(slice(start, start + most)), batch)
            if _real_rows(piece).any():
                yield piece


def _real_rows(batch: Batch) -> NDArray[np.bool_]:
    """(B,) False for filler."""
    real: NDArray[np.bool_] = np.reshape(batch.valid, (len(batch.valid), -1)).max(axis=1) > 0
    return real


class _Activity:
    """Which units of the dense relu layers have fired."""

    def __init__(self, model: keras.Model) -> None:
        self._layers = [
            layer
            for layer in model.layers
            if isinstance(layer, keras.layers.Dense) and layer.activation is keras.activations.relu
        ]
        outputs = [layer.output for layer in self._layers]
        self._model = keras.Model(model.input, outputs) if outputs else None
        self._fired = [np.zeros(layer.units, np.bool_) for layer in self._layers]

    def add(self, x: Any, rows: NDArray[np.bool_]) -> None:
        if self._model is None:
            return
        outputs = keras.tree.flatten(self._model(x, training=False))
        for index, output in enumerate(outputs):
            values = output.numpy()[rows]
            self._fired[index] |= (values > 0).reshape(-1, values.shape[-1]).any(axis=0)

    def dead(self) -> Iterator[DeadUnits]:
        for layer, fired in zip(self._layers, self._fired, strict=True):
            yield DeadUnits(layer.name, int((~fired).sum()), len(fired))


def _layer_values(layer: LayerRecord) -> dict[str, Any]:
    return {
        "name": layer.name,
        "kind": layer.kind,
        "units": layer.units,
        "activation": layer.activation,
        "gradient": layer.flow.verdict,
        "reach": _number(layer.flow.reach),
        "reach_at_least": layer.flow.fades_after is None,
        "carrier": layer.carrier,
        "flows": {
            state: {
                "verdict": flow.verdict,
                "fades_after": flow.fades_after,
                "factor": _number(flow.factor),
                "norms": _numbers(flow.norms),
            }
            for state, flow in layer.flows.items()
        },
        "gates": {gate.name: _gate_values(gate) for gate in layer.gates},
        "states": {state: _size_values(size) for state, size in layer.sizes.items()},
        "dead_units": layer.dead_units,
    }


def _gate_values(gate: Gate) -> dict[str, Any]:
    return {
        "mean": _number(gate.mean),
        "below_0.1": gate.low,
        "above_0.9": gate.high,
        "mean_at_step": _numbers(gate.mean_at),
        "below_0.1_at_step": _numbers(gate.low_at),
        "above_0.9_at_step": _numbers(gate.high_at),
    }


def _size_values(size: StateSize) -> dict[str, Any]:
    return {
        "mean": _number(float(size.mean_at.mean())),
        "largest": _number(size.largest),
        "growth": _number(size.growth),
        "mean_at_step": _numbers(size.mean_at),
        "largest_at_step": _numbers(size.largest_at),
    }


def _norm(values: ArrayLike) -> float:
    return float(np.linalg.norm(np.asarray(values, np.float64)))


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _numbers(values: NDArray[np.floating]) -> list[float | None]:
    return [_number(value) for value in values.tolist()]
