"""Two models as their configs have them -> which weights of one the other begins with.

Layers are paired by name, rows of an embedding by the tokens that they stand for, columns of the
last layer by what they give. What has no partner stays as it was drawn. Imports no TensorFlow.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from rnnkit.config.layers import Concatenate, Dense, Embedding, Layer
from rnnkit.config.layers.container import Container
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.stack import LayerSummary, Stack
from rnnkit.data.batch import INPUT
from rnnkit.data.preprocessing import Names
from rnnkit.models.start import COLUMNS, ROWS, Beginning

_SHAPING = (  # arguments that decide the shapes of weights
    "units", "filters", "kernel_size", "groups", "num_heads", "key_dim", "value_dim", "output_dim",
    "use_bias", "reset_after", "center", "scale",
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Model:
    """What is known of a model without building it."""

    stack: Stack
    names: Names


def beginnings(old: Model, new: Model, *, without: Iterable[str] = ()) -> list[Beginning]:
    """What each layer with weights of the new model begins with.

    Args:
        old: what weights are taken from.
        new: what begins with them.
        without: names of layers that take none.
    """
    rows = {row.name: row for row in old.stack.summaries}
    found = []
    for row in new.stack.summaries:
        if not row.parameters or row.name in without:
            continue
        before = rows.get(row.name)
        if before is None:
            found.append(_drawn(row, "there is no layer of this name"))
        elif isinstance(row.layer, Embedding) and isinstance(before.layer, Embedding):
            found.append(_embedding(before, row, old, new))
        elif _is_last(before, old.stack) and _is_last(row, new.stack):
            found.append(_last(before, row, old.names.outputs, new.names.outputs))
        else:
            found.append(_whole(before, row))
    return found


def inputs_of(stack: Stack) -> dict[str, str]:
    """Which input each embedding of a model reads, by the layer's name."""
    reads = {id(layer): name for layer, name in _reading(stack.layers, INPUT)}
    rows = (row for row in stack.summaries if isinstance(row.layer, Embedding))
    return {row.name: reads[id(row.layer)] for row in rows}


def _reading(layers: Iterable[Layer], name: str) -> Iterator[tuple[Layer, str]]:
    for layer in layers:
        yield layer, name
        if isinstance(layer, Container):
            inner = layer.input if isinstance(layer, Concatenate) else name
            for branch in layer.branches:
                yield from _reading(branch, inner)


def _embedding(before: LayerSummary, row: LayerSummary, old: Model, new: Model) -> Beginning:
    if difference := _difference(before.layer, row.layer):
        return _drawn(row, difference)
    there = old.names.inputs.get(inputs_of(old.stack)[before.name])
    here = new.names.inputs.get(inputs_of(new.stack)[row.name])
    if here is None or there is None:
        if here is there and before.parameters == row.parameters:
            return Beginning(row.name, "its ids have no names, and are taken to be the same")
        return _drawn(row, "what its ids stand for is not known on both sides")
    return _paired(row, here, there, "token", ROWS)


def _last(
    before: LayerSummary,
    row: LayerSummary,
    there: Mapping[str, int] | None,
    here: Mapping[str, int] | None,
) -> Beginning:
    """The last layer: its columns are outputs, which mean something."""
    old, new = _inner(before.layer), _inner(row.layer)
    if here and there and _one_each(old, there) and _one_each(new, here):
        if difference := _difference(old, new, without="units"):
            return _drawn(row, difference)
        if before.parameters // len(there) != row.parameters // len(here):
            return _drawn(row, "it reads another number of features there")
        return _paired(row, here, there, "output", COLUMNS)
    return _whole(before, row) if here == there else _drawn(row, "its outputs are others there")


def _one_each(layer: Layer, names: Mapping[str, int]) -> bool:
    """Whether the layer gives one number for each name."""
    return isinstance(layer, Dense) and layer.units == len(names)


def _whole(before: LayerSummary, row: LayerSummary) -> Beginning:
    difference = _difference(before.layer, row.layer)
    if not difference and before.parameters != row.parameters:
        difference = "it reads another number of features there"
    return _drawn(row, difference) if difference else Beginning(row.name)


def _difference(old: Layer, new: Layer, *, without: str = "") -> str:
    """Why two layers cannot have the same weights, as far as their arguments say; or nothing."""
    if old.kind != new.kind:
        return f"it is a layer {old.kind} there"
    if isinstance(old, Wrapper) and isinstance(new, Wrapper):
        return _difference(old.layer, new.layer)
    for key in _SHAPING:
        there, here = getattr(old, key, None), getattr(new, key, None)
        if there != here and key != without:
            return f"{key} is {there} there, {here} here"
    return ""


def _paired(
    row: LayerSummary, here: Mapping[str, int], there: Mapping[str, int], noun: str, axis: int
) -> Beginning:
    """Places that stand for the same on both sides."""
    both = [name for name in here if name in there]
    text = f"{len(both):,} of {len(here):,} {noun}s"
    if not both:
        return _drawn(row, f"it has none of the {len(here):,} {noun}s there")
    if len(both) < len(here):
        text += f"; {len(here) - len(both):,} drawn"
    places = [np.array([ids[name] for name in both], np.int64) for ids in (here, there)]
    return Beginning(row.name, text, axis=axis, here=places[0], there=places[1])


def _drawn(row: LayerSummary, why: str) -> Beginning:
    return Beginning(row.name, why, taken=False)


def _is_last(row: LayerSummary, stack: Stack) -> bool:
    return row is stack.summaries[-1]


def _inner(layer: Layer) -> Layer:
    return layer.layer if isinstance(layer, Wrapper) else layer
