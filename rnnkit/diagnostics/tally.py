"""Traces, a batch at a time -> what a layer did over all of them: curves, shares and sizes."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.diagnostics.cells import cell_of
from rnnkit.diagnostics.flow import Flow
from rnnkit.diagnostics.replay import Trace, Watched
from rnnkit.runtime import keras

LOW, HIGH = 0.1, 0.9  # a gate outside is all but shut or open, and its slope all but 0
GROWN, LARGE = 1.5, 10.0  # a state that grows: from half-way on by 1.5, and to more than 10
RARE = 0.1  # a step back that fewer of the examples have is left out: too few to average

Curve = NDArray[np.float64]  # (T,) over the steps in the order of reading


@dataclasses.dataclass(frozen=True, eq=False)
class Gate:
    """A gate over all units, examples and real steps; and the same step by step."""

    name: str
    mean: float
    low: float  # the share below 0.1
    high: float  # the share above 0.9
    mean_at: Curve
    low_at: Curve
    high_at: Curve


@dataclasses.dataclass(frozen=True, eq=False)
class StateSize:
    """How large a state is, step by step."""

    mean_at: Curve  # of its absolute value, over units and examples
    largest_at: Curve

    @property
    def largest(self) -> float:
        return float(self.largest_at.max())

    @property
    def growth(self) -> float:
        """The mean size at the last step over that half-way; 1 for a state that has settled."""
        half = float(self.mean_at[len(self.mean_at) // 2])
        return float(self.mean_at[-1]) / half if half != 0 else 1.0

    @property
    def grows(self) -> bool:
        """Whether it has not settled by half-way and has become large, or is not finite."""
        finite = bool(np.isfinite(self.largest_at).all())
        return not finite or (self.growth > GROWN and self.largest > LARGE)


@dataclasses.dataclass(frozen=True, eq=False)
class LayerRecord:
    """What one direction of a recurrent layer did."""

    name: str
    kind: str  # lstm, gru or simple_rnn
    carrying: str | None  # the gate that the state before is multiplied by
    units: int
    activation: str
    flows: dict[str, Flow]  # by state: h, and c for lstm
    gates: tuple[Gate, ...]
    sizes: dict[str, StateSize]  # by state
    example: NDArray[np.float32]  # (T, H): the first example's c, or h where there is no c
    dead_units: int | None  # relu: units that gave 0 at every step of every example

    @property
    def carrier(self) -> str:
        """The state in which the loss reaches furthest back."""
        return max(self.flows, key=lambda state: self.flows[state].reach)

    @property
    def flow(self) -> Flow:
        """How the loss reaches back through `carrier`."""
        return self.flows[self.carrier]


class LayerTally:
    """Adds up one layer's traces."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.cell = cell_of(watched.layer)
        self.states, self.gates = self.cell.states, self.cell.gates
        self._norms: dict[str, Any] = {}
        self._sums: dict[str, Any] = {}
        self._example: NDArray[np.float32] | None = None
        self._active = np.zeros(watched.layer.units, np.bool_)

    def add(
        self, trace: Trace, position: NDArray[np.int32] | None, rows: NDArray[np.bool_]
    ) -> None:
        """Count a batch.

        Args:
            trace: the layer's.
            position: Replayed's.
            rows: (B,) False for filler.
        """
        mask = trace.mask & rows
        back = self._steps_back(trace.mask, position)
        seen = mask & (back >= 0)
        for name, norms in zip(self.states, trace.gradients, strict=True):
            self._count(self._norms, name, back[seen], norms[seen], len(mask))
        for name, gate in zip(self.gates, trace.gates, strict=True):
            self._add(f"{name} mean", gate.mean(axis=2), mask)
            self._add(f"{name} low", (gate < LOW).mean(axis=2), mask)
            self._add(f"{name} high", (gate > HIGH).mean(axis=2), mask)
        for name, state in zip(self.states, trace.states, strict=True):
            size = np.abs(state, dtype=np.float64)  # sums of what float32 just holds
            self._add(f"{name} size", size.mean(axis=2), mask)
            most = np.where(mask, size.max(axis=2), 0).max(axis=1)
            key = f"{name} most"
            self._sums[key] = _longer(np.maximum, self._sums.get(key, most), most)
        h = trace.states[0]
        self._active = self._active | ((h != 0) & mask[..., None]).any(axis=(0, 1))  # (H,)
        if self._example is None:
            row = int(rows.argmax())
            self._example = trace.states[-1][trace.mask[:, row], row]

    def record(self) -> LayerRecord:
        """What has been counted."""
        layer = self.watched.layer
        activation = keras.activations.serialize(layer.activation)
        assert self._example is not None
        return LayerRecord(
            name=self.watched.name,
            kind=self.cell.kind,
            carrying=self.cell.carrying,
            units=layer.units,
            activation=activation,
            flows={name: Flow(self._mean_norms(name)) for name in self.states},
            gates=tuple(map(self._gate, self.gates)),
            sizes={
                name: StateSize(self._mean(f"{name} size"), self._largest(name))
                for name in self.states
            },
            example=self._example,
            dead_units=int((~self._active).sum()) if activation == "relu" else None,
        )

    def _steps_back(
        self, mask: NDArray[np.bool_], position: NDArray[np.int32] | None
    ) -> NDArray[np.int64]:
        """(T, B): how many steps each one lies before the step whose loss is followed.

        A layer below others that reads against their time meets that step first: it is counted
        away from there, since the loss comes down through the time of those above.
        """
        steps = np.arange(len(mask))[:, None]
        against = self.watched.backward and not self.watched.top
        if position is None:
            position = mask.argmax(axis=0) if against else np.where(mask, steps, 0).max(axis=0)
        elif self.watched.backward:
            position = len(mask) - 1 - position
        return np.asarray(steps - position if against else position - steps)

    def _count(
        self,
        sums: dict[str, Any],
        name: str,
        at: NDArray[np.int64],
        values: NDArray[np.floating],
        steps: int,
    ) -> None:
        """Add `values` to the sums at the places `at`, and count them."""
        added = np.stack(
            [np.bincount(at, weights=values, minlength=steps), np.bincount(at, minlength=steps)]
        )
        sums[name] = _longer(np.add, sums.get(name, np.zeros_like(added)), added)

    def _add(self, name: str, values: NDArray[np.floating], mask: NDArray[np.bool_]) -> None:
        steps = np.broadcast_to(np.arange(len(mask))[:, None], mask.shape)
        self._count(self._sums, name, steps[mask], values[mask], len(mask))

    def _mean_norms(self, name: str) -> Curve:
        sums, counts = self._norms[name]
        often = counts >= max(1.0, RARE * counts.max())
        curve: Curve = sums[often] / counts[often]
        return curve

    def _mean(self, name: str) -> Curve:
        sums, counts = self._sums[name]
        curve: Curve = sums[counts > 0] / counts[counts > 0]
        return curve

    def _largest(self, name: str) -> Curve:
        counts = self._sums[f"{name} size"][1]
        curve: Curve = self._sums[f"{name} most"][counts > 0].astype(np.float64)
        return curve

    def _gate(self, name: str) -> Gate:
        totals = [self._sums[f"{name} {what}"] for what in ("mean", "low", "high")]
        mean, low, high = (float(sums.sum() / counts.sum()) for sums, counts in totals)
        mean_at, low_at, high_at = (self._mean(f"{name} {w}") for w in ("mean", "low", "high"))
        return Gate(name, mean, low, high, mean_at, low_at, high_at)


def _longer(combine: np.ufunc, before: NDArray[Any], added: NDArray[Any]) -> NDArray[Any]:
    """Two arrays (..., T) combined; the shorter is filled up with 0: batches differ in length."""
    steps = max(before.shape[-1], added.shape[-1])
    filled = (
        np.pad(a, [(0, 0)] * (a.ndim - 1) + [(0, steps - a.shape[-1])]) for a in (before, added)
    )
    combined: NDArray[Any] = combine(*filled)
    return combined
