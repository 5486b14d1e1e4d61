"""Layer specs and the data's shape -> every layer's output shape and parameter count, statically.

This is what lets `rnnkit check` refuse a stack that does not fit without importing TensorFlow,
and what the model builder takes its derived arguments from. Shapes leave out the batch: (T, F) a
sequence of vectors, (H,) one vector, (T,) a sequence of integer ids.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from rnnkit.config.document import KeyPath
from rnnkit.config.layers import (
    GRU,
    LSTM,
    Bidirectional,
    Dense,
    Embedding,
    Layer,
    LayerNormalization,
    Recurrent,
)
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.problems import Location, Problem

Shape = tuple[int | None, ...]


@dataclasses.dataclass(frozen=True)
class InputFacts:
    """What the data say about a model's input and output."""

    shape: Shape  # (T, F), or (T,) for integer ids; T is None when lengths differ
    integer: bool  # ids, for an embedding
    vocabulary: int | None  # largest id + 1
    classes: int | None  # distinct labels

    @property
    def masked(self) -> bool:
        """Whether examples differ in length, so that padded steps must be skipped."""
        return self.shape[0] is None


@dataclasses.dataclass(frozen=True)
class LayerSummary:
    """One row of the layer table."""

    kind: str
    name: str
    output_shape: Shape
    parameters: int
    note: str  # the arguments worth seeing: units, activation, rate


@dataclasses.dataclass(frozen=True)
class Stack:
    """The stack with every derived argument filled in."""

    layers: tuple[Layer, ...]
    summaries: tuple[LayerSummary, ...]
    problems: tuple[Problem, ...]

    @property
    def output_shape(self) -> Shape:
        return self.summaries[-1].output_shape

    @property
    def parameters(self) -> int:
        return sum(row.parameters for row in self.summaries)


def infer_stack(loaded: LoadedConfig, facts: InputFacts, *, sequence_output: bool) -> Stack:
    """Fill in what is derived and follow the shapes through the layers.

    Args:
        loaded: the config; problems point into it.
        facts: the input.
        sequence_output: whether the task wants an output a time step, (T, ...), or one in all.
    """
    return _Inference(loaded, facts, sequence_output).run()


class _Inference:
    def __init__(self, loaded: LoadedConfig, facts: InputFacts, sequence_output: bool) -> None:
        self.loaded = loaded
        self.facts = facts
        self.sequence_output = sequence_output
        self.specs: Sequence[Layer] = loaded.config.model.layers
        self.problems: list[Problem] = []

    def run(self) -> Stack:
        shape = self.facts.shape
        layers: list[Layer] = []
        summaries: list[LayerSummary] = []
        for index, spec in enumerate(self.specs):
            layer = self._derive(index, spec)
            if not self._accepts(index, layer, shape):
                break
            output, parameters = measure(layer, shape)
            name = layer.name or f"{layer.kind}_{index + 1}"
            summaries.append(LayerSummary(layer.kind, name, output, parameters, _note(layer)))
            layers.append(layer)
            shape = output
        else:
            self._check_output(shape)
        return Stack(tuple(layers), tuple(summaries), tuple(self.problems))

    def _derive(self, index: int, spec: Layer) -> Layer:
        if isinstance(spec, Recurrent | Bidirectional):
            derived = {"return_sequences": self._return_sequences(index, spec)}
            if isinstance(spec, Recurrent):
                return spec.model_copy(update=derived)
            return spec.model_copy(update={"layer": spec.layer.model_copy(update=derived)})
        if isinstance(spec, Embedding):
            chosen = {
                "input_dim": spec.input_dim or self.facts.vocabulary or 1,
                "mask_zero": self.facts.masked if spec.mask_zero is None else spec.mask_zero,
            }
            return spec.model_copy(update=chosen)
        return spec

    def _return_sequences(self, index: int, spec: Recurrent | Bidirectional) -> bool:
        if spec.return_sequences is not None:
            return spec.return_sequences
        return self.sequence_output or any(later.recurrent for later in self.specs[index + 1 :])

    def _accepts(self, index: int, layer: Layer, shape: Shape) -> bool:
        ids = index == 0 and self.facts.integer
        if isinstance(layer, Embedding):
            return self._accepts_embedding(index, layer, ids)
        if ids:
            message = f"layer 1, {layer.kind}, cannot read integer ids: start with an embedding"
        elif layer.recurrent and len(shape) != 2:
            message = (
                f"layer {index + 1}, {layer.kind}, needs (B, T, F) but "
                f"layer {index} gives {shown(shape)}: {self._advice(index)}"
            )
        else:
            return True
        self._problem(index, message)
        return False

    def _accepts_embedding(self, index: int, layer: Embedding, ids: bool) -> bool:
        if not ids:
            what = "the data are not integer ids" if index == 0 else "it is not the first layer"
            self._problem(index, f"layer {index + 1}, embedding, needs integer ids, but {what}")
        elif self.facts.vocabulary is not None and (layer.input_dim or 0) < self.facts.vocabulary:
            message = (
                f"embedding: input_dim (={layer.input_dim}) must exceed the largest id in the "
                f"data, {self.facts.vocabulary - 1}"
            )
            self._problem(index, message, "input_dim")
        else:
            return True
        return False

    def _advice(self, index: int) -> str:
        """How layer `index` could get its sequence back."""
        for before in range(index - 1, -1, -1):
            if self.specs[before].recurrent:
                line = self._place(before, "return_sequences").line
                return "set return_sequences: true" + (f" at line {line}" if line else "")
        return "its input has no time axis"

    def _check_output(self, shape: Shape) -> None:
        if len(shape) == 2 and not self.sequence_output:
            last = len(self.specs) - 1
            message = (
                f"the last layer, {self.specs[last].kind}, gives {shown(shape)} but "
                f"{self.loaded.config.task} needs one output an example, (B, classes): "
            )
            recurrent = [i for i, spec in enumerate(self.specs) if spec.recurrent]
            if not recurrent:
                self._problem(last, message + "add a recurrent layer")
                return
            line = self._place(recurrent[-1], "return_sequences").line
            where = f" at line {line}" if line else f" in layer {recurrent[-1] + 1}"
            self._problem(recurrent[-1], message + f"set return_sequences: false{where}")

    def _place(self, index: int, key: str) -> Location:
        return self.loaded.location((*self._path(index), key))

    def _path(self, index: int) -> KeyPath:
        spec = self.specs[index]
        path: KeyPath = ("model", "layers", index, spec.kind)
        return (*path, "layer", spec.layer.kind) if isinstance(spec, Bidirectional) else path

    def _problem(self, index: int, message: str, key: str = "") -> None:
        path = self._path(index)
        self.problems.append(self.loaded.problem((*path, key) if key else path, message))


def measure(layer: Layer, shape: Shape) -> tuple[Shape, int]:
    """Output shape and parameter count of one layer, for an input that it accepts."""
    features = shape[-1] or 0
    match layer:
        case Recurrent():
            output: Shape = (shape[0], layer.units) if layer.return_sequences else (layer.units,)
            return output, recurrent_parameters(layer, features)
        case Bidirectional():
            output, parameters = measure(layer.layer, shape)
            width = layer.layer.units * (2 if layer.merge_mode == "concat" else 1)
            return (*output[:-1], width), 2 * parameters
        case Embedding():
            return (*shape, layer.output_dim), (layer.input_dim or 0) * layer.output_dim
        case Dense():
            bias = layer.units if layer.use_bias else 0
            return (*shape[:-1], layer.units), features * layer.units + bias
        case LayerNormalization():
            return shape, features * (layer.center + layer.scale)
    return shape, 0


def recurrent_parameters(layer: Recurrent, features: int) -> int:
    """Weights of one direction: kernel (F, G·H), recurrent kernel (H, G·H), biases; G gates."""
    gates = {LSTM: 4, GRU: 3}.get(type(layer), 1)
    biases = 2 if isinstance(layer, GRU) and layer.reset_after else 1
    per_unit = features + layer.units + (biases if layer.use_bias else 0)
    return gates * layer.units * per_unit


def shown(shape: Shape) -> str:
    """`(B, 28, 256)`; an unknown T stays `T`."""
    return f"({', '.join(['B', *('T' if n is None else str(n) for n in shape)])})"


def _note(layer: Layer) -> str:
    inner = layer.layer if isinstance(layer, Bidirectional) else layer
    parts = [inner.kind] if inner is not layer else []
    for key in ("units", "output_dim", "activation", "rate"):
        value = getattr(inner, key, None)
        if value is not None:
            parts.append(str(value))
    return " ".join(parts)
