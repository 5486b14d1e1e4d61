"""What was seen inside a model -> what could be changed in its config, in words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rnnkit.config.layers import Bidirectional, Layer, LayerNormalization
from rnnkit.config.layers.cells import LSTM
from rnnkit.config.layers.container import Container
from rnnkit.config.layers.recurrent import Gated, Recurrent
from rnnkit.config.stack import layer_name
from rnnkit.config.training import Optimizer
from rnnkit.diagnostics.inspection import Inspection
from rnnkit.diagnostics.tally import LayerRecord

UNBOUNDED = {"relu", "elu", "linear", "leaky_relu", "selu", "gelu", "softplus", "exponential"}
FLAT = {"sigmoid", "hard_sigmoid"}  # their slope is at most 1/4 and 1/6
KEEP_NORMS = {"orthogonal", "identity"}
SATURATED = 0.9  # of a gate's values below 0.1 or above 0.9
MANY_DEAD = 0.1  # of a layer's units: a few are no loss


def advise(
    inspection: Inspection, layers: Sequence[Layer], optimizer: Optimizer, *, trained: bool
) -> list[str]:
    """Sentences, each with the layer it is about; none where nothing is wrong.

    Args:
        inspection: what was seen.
        layers: the stack's layers.
        optimizer: the config's.
        trained: whether the weights have been trained.
    """
    specs = _specs(layers)
    normalized = any(isinstance(layer, LayerNormalization) for layer in layers)
    found: list[str] = []
    for record in inspection.layers:
        spec = specs[record.name.partition(" ")[0]]
        if record.flow.verdict == "vanishing":
            found += _against_vanishing(record, spec, trained=trained)
        elif record.flow.verdict == "exploding":
            found += _against_exploding(record, spec, optimizer, normalized=normalized)
        elif record.flow.verdict == "none":
            found.append(
                f"{record.name}: no gradient comes down to it: the layers above pass none."
            )
        found += _of_states(record)
        if trained:
            found += _of_gates(record)
    for layer in inspection.dead:
        if layer.dead > MANY_DEAD * layer.units:
            found.append(
                f"{layer.layer}: {layer.dead} of {layer.units} relu units never fired on these "
                f"{inspection.examples} examples: lower the learning rate, or use elu or "
                "leaky_relu."
            )
    return found


def _against_vanishing(record: LayerRecord, spec: Recurrent, *, trained: bool) -> Iterator[str]:
    factor = record.flow.factor
    if record.carrying is None:
        passed = (
            "no gradient passes to the step before"
            if math.isnan(factor)
            else f"each step back multiplies the gradient by {factor:.2g}"
        )
        yield (
            f"{record.name}: {passed}. Use lstm or gru: their gates can carry a state on unchanged."
        )
        yield from _about_the_start(record, spec)
    elif isinstance(spec, LSTM) and not spec.unit_forget_bias:
        yield (
            f"{record.name}: the forget gate starts half shut: set unit_forget_bias: true, and "
            "gradients pass from the start."
        )
    else:
        yield _about_the_gate(record, spec, trained=trained)
    if record.activation in FLAT:
        yield f"{record.name}: {record.activation} flattens gradients: use activation: tanh."


def _about_the_gate(record: LayerRecord, spec: Recurrent, *, trained: bool) -> str:
    name = record.carrying
    mean = next(gate.mean for gate in record.gates if gate.name == name)
    halves = math.log(0.5) / math.log(mean) if 0 < mean < 1 else math.inf
    said = (
        f"{record.name}: the {name} gate keeps {mean:.2f} of the state a step on average, which "
        f"halves it in {halves:.1f} steps."
    )
    if trained:
        cure = "If the answer lies further back, start with shorter sequences"
    else:
        cure = "Training can open it: inspect the run afterwards"
    if isinstance(spec, Gated) and spec.chrono is None:
        steps = len(record.flow.norms)
        cure += f"; or start with open gates: bias_initializer: {{chrono: {{max_length: {steps}}}}}"
    return f"{said} {cure}."


def _about_the_start(record: LayerRecord, spec: Recurrent) -> Iterator[str]:
    start = spec.recurrent_initializer
    name, options = (start, {}) if isinstance(start, str) else next(iter(start.items()))
    gain = options.get("gain", 1.0)
    if name in KEEP_NORMS and (gain > 1 if record.flow.verdict == "exploding" else gain < 1):
        yield (
            f"{record.name}: with gain (={gain:g}) the recurrent matrix multiplies the state by as "
            f"much at each step: use recurrent_initializer: {name} without it."
        )
    elif name not in KEEP_NORMS:
        yield (
            f"{record.name}: {name} makes the recurrent matrix shrink or stretch the state: use "
            "recurrent_initializer: orthogonal."
        )


def _against_exploding(
    record: LayerRecord, spec: Recurrent, optimizer: Optimizer, *, normalized: bool
) -> Iterator[str]:
    if not (optimizer.clipnorm or optimizer.global_clipnorm or optimizer.clipvalue):
        yield f"{record.name}: clip the gradients: optimizer: {{global_clipnorm: 1.0}}."
    if record.carrying is None:
        yield from _about_the_start(record, spec)
    if record.activation in UNBOUNDED:
        yield f"{record.name}: {record.activation} has no upper bound: use activation: tanh."
    if not normalized:
        yield (
            f"{record.name}: layer_normalization between recurrent layers keeps what they pass on "
            "in range."
        )


def _of_states(record: LayerRecord) -> Iterator[str]:
    for state, size in reversed(record.sizes.items()):  # c first: h grows with it
        if size.grows:
            what = "cell state" if state == "c" else "state"
            cure = ": tanh adds at most 1 a step" if record.activation in UNBOUNDED else ""
            finite = math.isfinite(size.largest)
            grows = (
                f"grows along the sequence, to {size.largest:.3g}" if finite else "is not finite"
            )
            yield f"{record.name}: the {what} {grows}{cure}."
            return


def _of_gates(record: LayerRecord) -> Iterator[str]:
    for gate in record.gates:
        if gate.low + gate.high > SATURATED:
            yield (
                f"{record.name}: the {gate.name} gate is shut or open in "
                f"{100 * (gate.low + gate.high):.0f} % of all cases, where it hardly learns: lower "
                "the learning rate, or regularise its weights."
            )


def _specs(layers: Sequence[Layer], prefix: str = "") -> dict[str, Recurrent]:
    """The recurrent layers by their names in the model, those within others too."""
    found: dict[str, Recurrent] = {}
    for index, layer in enumerate(layers, start=1):
        number = f"{prefix}{index}"
        if isinstance(layer, Container):
            many = len(layer.branches) > 1
            for place, branch in enumerate(layer.branches, start=1):
                found |= _specs(branch, f"{number}.{place}." if many else f"{number}.")
        inner = layer.layer if isinstance(layer, Bidirectional) else layer
        if isinstance(inner, Recurrent):
            found[layer_name(layer, number)] = inner
    return found
