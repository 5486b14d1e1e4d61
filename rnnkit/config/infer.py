"""Layer specs and the data's shape -> every layer's output shape and parameter count, statically.

This is what lets `rnnkit check` refuse a stack that does not fit without importing TensorFlow,
and what the model builder takes its derived arguments from.
"""

from __future__ import annotations

from collections.abc import Sequence

from rnnkit.config.layers import Dense, Embedding, Layer
from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.stack import InputFacts, LayerSummary, Stack, shown
from rnnkit.problems import KeyPath, Problem


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
            # After a misfit go on as if it fitted: the next one is then another mistake.
            shape = self._fitted(index, layer, shape)
            output, parameters = layer.output_shape(shape), layer.parameters(shape)
            name = layer.name or f"{layer.kind}_{index + 1}"
            summaries.append(LayerSummary(layer.kind, name, output, parameters, layer.note))
            layers.append(layer)
            shape = output
        self._check_output(shape)
        return Stack(tuple(layers), tuple(summaries), tuple(self.problems))

    def _derive(self, index: int, spec: Layer) -> Layer:
        if isinstance(spec, Wrapper):
            return spec.model_copy(update={"layer": self._derive(index, spec.layer)})
        if isinstance(spec, Recurrent):
            return spec.model_copy(update={"return_sequences": self._gives_sequences(index, spec)})
        if isinstance(spec, Embedding):
            chosen = {
                "input_dim": spec.input_dim or self.facts.vocabulary or 1,
                "mask_zero": self.facts.masked if spec.mask_zero is None else spec.mask_zero,
            }
            return spec.model_copy(update=chosen)
        if isinstance(spec, Dense) and spec.units is None:
            if index < len(self.specs) - 1:
                message = "dense: missing key 'units': only the last layer's can be derived"
                self._problem(index, message)
            return spec.model_copy(update={"units": self.facts.outputs or 1})
        return spec

    def _gives_sequences(self, index: int, spec: Recurrent) -> bool:
        if spec.return_sequences is not None:
            return spec.return_sequences
        ranks = [later.input_rank for later in self.specs[index + 1 :] if later.input_rank]
        return ranks[0] == 2 if ranks else self.sequence_output

    def _fitted(self, index: int, layer: Layer, shape: Shape) -> Shape:
        """`shape`, or where the layer cannot read it, one that it can, with a problem noted."""
        length, ids = self.facts.shape[0], index == 0 and self.facts.integer
        what = f"layer {index + 1}, {layer.kind},"
        if isinstance(layer, Embedding):
            self._check_embedding(index, layer)
            return shape if ids else (length,)
        if ids:
            self._problem(index, f"{what} cannot read integer ids: start with an embedding")
            return (length, 1)
        if layer.input_rank == 2 and len(shape) != 2:
            gives = (
                f"layer {index} gives {shown(shape)}" if index else f"the data are {shown(shape)}"
            )
            self._problem(index, f"{what} needs (B, T, F) but {gives}: {self._advice(index)}")
            return (length, shape[-1])
        return shape

    def _check_embedding(self, index: int, layer: Embedding) -> None:
        vocabulary = self.facts.vocabulary
        if index or not self.facts.integer:
            reason = "it is not the first layer" if index else "the data are not"
            message = f"layer {index + 1}, embedding, needs integer ids, but {reason}"
            self._problem(index, message)
        elif vocabulary is not None and (layer.input_dim or 0) < vocabulary:
            message = (
                f"embedding: input_dim (={layer.input_dim}) must exceed the largest id in the "
                f"data, {vocabulary - 1}"
            )
            self._problem(index, message, "input_dim")

    def _advice(self, index: int) -> str:
        """How layer `index` could get its sequence back."""
        for before in range(index - 1, -1, -1):
            if self.specs[before].recurrent:
                return f"set return_sequences: true{self._where(before, index)}"
        return "its input has no time axis"

    def _check_output(self, shape: Shape) -> None:
        if (len(shape) == 2) == self.sequence_output:
            return
        last = len(self.specs) - 1
        recurrent = [index for index, spec in enumerate(self.specs) if spec.recurrent]
        wanted = "one output an example, (B, classes)"
        if self.sequence_output:
            wanted = "one output a time step, (B, T, ...)"
        message = (
            f"the last layer, {self.specs[last].kind}, gives {shown(shape)} but "
            f"{self.loaded.config.task} needs {wanted}"
        )
        if not recurrent:
            self._problem(last, f"{message}: add a recurrent layer")
            return
        # The mistake is the one recurrent layer that says otherwise.
        culprit = recurrent[-1]
        advice = f"set return_sequences: {str(self.sequence_output).lower()}"
        self._problem(culprit, f"{message}: {advice}{self._where(culprit, culprit)}")

    def _where(self, index: int, seen_from: int) -> str:
        """` at line 14`, for the `return_sequences` of layer `index`."""
        place = self.loaded.location((*self._path(index), "return_sequences"))
        if not place.line:
            return f" in layer {index + 1}"
        same = place.source == self.loaded.location(self._path(seen_from)).source
        return f" at line {place.line}" if same else f" at {place.source}:{place.line}"

    def _path(self, index: int) -> KeyPath:
        spec = self.specs[index]
        path: KeyPath = ("model", "layers", index, spec.kind)
        return (*path, "layer", spec.layer.kind) if isinstance(spec, Wrapper) else path

    def _problem(self, index: int, message: str, key: str = "") -> None:
        path: KeyPath = ("model", "layers", index, self.specs[index].kind)
        place = (*path, key) if key else path
        self.problems.append(self.loaded.problem(place, message, key=not key))
