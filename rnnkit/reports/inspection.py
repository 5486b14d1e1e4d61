"""What `rnnkit inspect` saw -> tables for the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from rnnkit.diagnostics.flow import Flow
from rnnkit.diagnostics.tally import LayerRecord
from rnnkit.reports.plots.gradients import weight_label
from rnnkit.training.lines import EPOCH
from rnnkit.words import counted, measured, percent, shape

if TYPE_CHECKING:
    from rnnkit.diagnostics.inspected import Comparison, Inspected

T = TypeVar("T")

REACH = (
    "reach: the steps back after which the gradient of the loss with respect to the state has "
    "fallen to 1 % of its largest; ≥: it never does."
)
SIZES = (
    "mean, largest: of a state's absolute values. end/half: the mean at the last step over that "
    "half-way."
)
RECORDED = "Recorded while training (gradients.csv): means over the steps of an epoch."
LOUD = {"vanishing", "exploding", "none"}


def inspection_tables(found: Inspected) -> RenderableType:
    """Everything about one model."""
    seen = found.inspection
    parts: list[RenderableType] = [
        Text(f"{found.title}: {counted(seen.examples, 'training example')}", "bold"),
        _flow_table(seen.layers),
        Text(f"{REACH} a step: what one more step back multiplies it by."),
    ]
    if any(layer.gates for layer in seen.layers):
        parts.append(_gate_table(seen.layers))
    parts += [_state_table(seen.layers), Text(SIZES), _weight_table(found)]
    if found.recorded:
        parts += [_recorded_table(found), Text(RECORDED)]
    if seen.dead:
        parts.append(_relu_table(found))
    parts += [Text(f"• {sentence}") for sentence in found.advice]
    return Group(*parts)


def comparison_table(compared: Comparison) -> RenderableType:
    """One row a model: how far back its loss reaches at the layer that reads the input.

    And the largest value of all its states: upon relu, layers further up grow more.
    """
    table = _table("", "layer", gradient="left", reach="right", largest="right")
    for label, found in zip(compared.labels, compared.inspected, strict=True):
        layer = found.inspection.layers[0]
        sizes = [size for one in found.inspection.layers for size in one.sizes.values()]
        largest = float(np.max([size.largest for size in sizes]))
        kind = layer.kind if layer.activation == "tanh" else f"{layer.kind} {layer.activation}"
        table.add_row(Text(label), kind, _verdict(layer.flow), reach(layer.flow), _size(largest))
    advice = [
        Text(f"• {label}: {text}")
        for label, one in zip(compared.labels, compared.inspected, strict=True)
        for text in one.advice
    ]
    return Group(
        table,
        Text(
            "Of each model the first recurrent layer, with up to "
            f"{counted(max(one.inspection.examples for one in compared.inspected), 'example')}. "
            f"{REACH} Of an LSTM it is the longer one of h and c. largest: of the values of all "
            "states."
        ),
        *advice,
    )


def reach(flow: Flow) -> str:
    """`37`, `≥ 100` where it does not fade, with a decimal where it is short."""
    if flow.verdict == "one step" or not flow.finite:
        return "–"
    if flow.fades_after is None:
        return f"≥ {len(flow.norms):,}"
    return f"{flow.reach:.1f}" if flow.reach < 10 else f"{flow.reach:,.0f}"


def _flow_table(layers: Sequence[LayerRecord]) -> Table:
    table = _table("layer", "state", gradient="left", reach="right", step="right")
    table.columns[-1].header = "a step"
    for layer in layers:
        for name, (state, flow) in _named(layer, layer.flows):
            table.add_row(name, state, _verdict(flow), reach(flow), _factor(flow.factor))
    return table


def _gate_table(layers: Sequence[LayerRecord]) -> Table:
    table = _table("layer", "gate", mean="right", low="right", high="right")
    table.columns[-2].header, table.columns[-1].header = "below 0.1", "above 0.9"
    for layer in layers:
        for name, (gate, values) in _named(layer, {gate.name: gate for gate in layer.gates}):
            table.add_row(name, gate, _size(values.mean), percent(values.low), percent(values.high))
    return table


def _state_table(layers: Sequence[LayerRecord]) -> Table:
    table = _table("layer", "state", mean="right", largest="right", growth="right")
    table.columns[2].header, table.columns[-1].header = "mean", "end/half"
    for layer in layers:
        for name, (state, size) in _named(layer, layer.sizes):
            growth = Text(_size(size.growth), "bold" if size.grows else "")
            growth.append(" grows" if size.grows else "")
            table.add_row(
                name, state, _size(float(size.mean_at.mean())), _size(size.largest), growth
            )
    return table


def _weight_table(found: Inspected) -> Table:
    table = _table("weight", "shape", norm="right", gradient="right")
    for weight in found.inspection.weights:
        table.add_row(
            Text(weight_label(weight.name)),
            shape(weight.shape),
            measured(weight.norm),
            _size(weight.gradient),
        )
    return table


def _recorded_table(found: Inspected) -> Table:
    """The first epoch and the last; all of them are in the picture."""
    table = _table("gradient norm of")
    rows = [found.recorded[0], *found.recorded[1:][-1:]]
    for row in rows:
        table.add_column(f"epoch {row[EPOCH]:.0f}", justify="right", no_wrap=True)
    for name in rows[0]:
        if name != EPOCH:
            table.add_row(Text(weight_label(name)), *(_size(row[name]) for row in rows))
    return table


def _relu_table(found: Inspected) -> Table:
    table = _table("relu layer", units="right", dead="right")
    table.columns[-1].header = "never fired"
    for layer in found.inspection.dead:
        table.add_row(Text(layer.layer), f"{layer.units:,}", f"{layer.dead:,}")
    return table


def _table(*left: str, **rest: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in left:
        table.add_column(head, overflow="fold")
    for head, side in rest.items():
        table.add_column(head, justify="right" if side == "right" else "left", no_wrap=True)
    return table


def _named(layer: LayerRecord, values: dict[str, T]) -> Iterator[tuple[Text, tuple[str, T]]]:
    """The items, the first of them with the layer's name."""
    for index, item in enumerate(values.items()):
        yield Text(layer.name if index == 0 else ""), item


def _verdict(flow: Flow) -> Text:
    return Text(flow.verdict, "bold" if flow.verdict in LOUD else "")


def _factor(value: float) -> str:
    if math.isnan(value):
        return "–"
    return f"× {value:.3f}" if 1e-3 <= value < 1e6 else f"× {value:.2g}"


def _size(value: float) -> str:
    return measured(value) if math.isfinite(value) else "not finite"
