"""Start: what the weights of a model begin with, where that is not what its seed draws."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.run import Run

if TYPE_CHECKING:
    from rnnkit.runtime import keras

Weights = Sequence[NDArray[np.float32]]  # of a layer, in Keras's order
Numbers = NDArray[np.int64]

ROWS, COLUMNS = 0, -1
LABELS = ("start", "taken", "new")  # of what a person is told of it


@dataclasses.dataclass(frozen=True, eq=False)
class Beginning:
    """What the weights of one layer begin with.

    Args:
        layer: its name.
        text: how much was taken, or why nothing was.
        taken: whether anything was.
        axis: of the weights, along which `here` is filled with what is `there`; None: all of it.
        weights: to take from; None: those of the run's layer of this name.
    """

    layer: str
    text: str = "all of it"
    taken: bool = True
    axis: int | None = None
    here: Numbers | None = None
    there: Numbers | None = None
    weights: Weights | None = None

    def filled(self, drawn: NDArray[np.float32], given: NDArray[np.float32]) -> NDArray[np.float32]:
        """One of its weights, as it was drawn -> as it begins."""
        if self.axis is None:
            return given
        filled = drawn.copy()
        np.moveaxis(filled, self.axis, 0)[self.here] = np.moveaxis(given, self.axis, 0)[self.there]
        return filled


@dataclasses.dataclass(frozen=True, eq=False)
class Start:
    """What the layers of a model begin with.

    Args:
        layers: of a run every layer with weights, else those with word vectors.
        run: whose weights are taken.
        sha256: of its model.keras.
        vectors: the SHA-256 of each file of word vectors, by its path.
    """

    layers: tuple[Beginning, ...]
    run: Run | None = None
    sha256: str = ""
    vectors: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """For people: a label and a text each."""
        found = []
        if self.run is not None:
            found.append(("start", f"from {self.run.path}, SHA-256 {self.sha256[:12]}..."))
        for one in self.layers:
            found.append(("taken" if one.taken else "new", f"{one.layer}: {one.text}"))
        return found

    @property
    def facts(self) -> dict[str, Any]:
        """For run.json."""
        return {
            "run": None if self.run is None else self.run.name,
            "sha256": self.sha256 or None,
            "vectors": dict(self.vectors),
            "layers": {one.layer: {"taken": one.taken, "text": one.text} for one in self.layers},
        }

    def set_weights(self, model: keras.Model, source: keras.Model | None) -> None:
        """Let a model begin so.

        Args:
            model: it, with the weights that were drawn.
            source: the run's model.
        """
        layers, others = _layers(model), {} if source is None else _layers(source)
        for one in self.layers:
            if one.taken:
                layer = layers[one.layer]
                given = others[one.layer].get_weights() if one.weights is None else one.weights
                pairs = zip(layer.get_weights(), given, strict=True)
                layer.set_weights([one.filled(drawn, weight) for drawn, weight in pairs])


def _layers(model: keras.Model) -> dict[str, keras.layers.Layer]:
    """By name, those within others too; of two of a name the outer one."""
    return {layer.name: layer for layer in reversed(model._flatten_layers(include_self=False))}
