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
from rnnkit.config.stack import InputFacts, LayerSummary, Stack, shown, skips_padding
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
        self.summaries: list[LayerSummary] = []
        self.problems: list[Problem] = []

    def run(self) -> Stack:
        shape = self.facts.shape
        steps = shape[0] or self.facts.shortest
        layers: list[Layer] = []
        for index, spec in enumerate(self.specs):
            # After a misfit go on as if it fitted: the next one is then another mistake.
            shape = self._fitted(index, spec, shape)
            layer = self._derive(index, spec).on(shape)
            shortest = (steps, *shape[1:]) if steps else shape
            self._check_layer(index, layer, shortest)
            output, parameters = layer.output_shape(shape), layer.parameters(shape)
            name = layer.name or f"{layer.kind}_{index + 1}"
            self.summaries.append(LayerSummary(layer.kind, name, output, parameters, layer.note))
            layers.append(layer)
            steps = layer.output_shape(shortest)[0] if len(output) == 2 else None
            shape = output
        self._check_output(shape)
        return Stack(tuple(layers), tuple(self.summaries), tuple(self.problems))

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
            return shape if ids else (length,)
        gives = f"layer {index} gives {shown(shape)}" if index else f"the data are {shown(shape)}"
        if ids:
            self._problem(index, f"{what} cannot read integer ids: start with an embedding")
            return (length, 1)
        if layer.input_rank == 2 and len(shape) != 2:
            self._problem(index, f"{what} needs (B, T, F) but {gives}: {self._advice(index)}")
            return (length, shape[-1])
        if layer.input_rank == 1 and len(shape) != 1:
            self._problem(index, f"{what} needs (B, F) but {gives}: {self._end_of_time(index)}")
            return (shape[-1],)
        return shape

    def _check_layer(self, index: int, layer: Layer, shape: Shape) -> None:
        """Note what keeps a layer from reading the shortest of the sequences, of this shape."""
        if isinstance(layer, Embedding):
            self._check_embedding(index, layer)
            return
        flaws = [layer.misfit(shape)]
        first = self._derive(0, self.specs[0])
        if skips_padding(first, self.facts) and len(shape) == 2:
            in_front = self.loaded.config.data.pads_in_front
            flaws.append(layer.masked_misfit(in_front=in_front))
        for flaw in flaws:
            if flaw is not None:
                self._problem(index, f"{layer.kind}: {flaw.message}", flaw.key)

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
        before = self._last_to_end_time(index)
        if before is None:
            return "its input has no time axis"
        if self.specs[before].recurrent:
            return f"set return_sequences: true{self._where(before, index)}"
        return f"remove layer {before + 1}, {self.specs[before].kind}"

    def _end_of_time(self, index: int) -> str:
        """How layer `index` could get one vector."""
        readers = [before for before in range(index) if self.specs[before].input_rank == 2]
        if readers and self.specs[readers[-1]].recurrent:
            return f"set return_sequences: false{self._where(readers[-1], index)}"
        return "put a recurrent layer or global_average_pooling_1d before it"

    def _last_to_end_time(self, index: int) -> int | None:
        """The layer before `index` that makes one vector of a sequence."""
        found = [
            before for before in range(index)
            if self.specs[before].input_rank == 2
            and len(self.summaries[before].output_shape) == 1
        ]  # fmt: skip
        return found[-1] if found else None

    def _check_output(self, shape: Shape) -> None:
        if (len(shape) == 2) == self.sequence_output:
            self._check_steps(shape)
            return
        last = len(self.specs) - 1
        readers = [index for index, spec in enumerate(self.specs) if spec.input_rank == 2]
        wanted = "one output an example, (B, classes)"
        if self.sequence_output:
            wanted = "one output a time step, (B, T, ...)"
        message = (
            f"the last layer, {self.specs[last].kind}, gives {shown(shape)} but "
            f"{self.loaded.config.task} needs {wanted}"
        )
        # The mistake is the last layer that reads a sequence and says otherwise.
        culprit = readers[-1] if readers else last
        if not self.specs[culprit].recurrent:
            advice = f"remove layer {culprit + 1}, {self.specs[culprit].kind}"
            if not self.sequence_output:
                advice = "add a recurrent layer, or global_average_pooling_1d"
            self._problem(last, f"{message}: {advice}")
            return
        advice = f"set return_sequences: {str(self.sequence_output).lower()}"
        self._problem(culprit, f"{message}: {advice}{self._where(culprit, culprit)}")

    def _check_steps(self, shape: Shape) -> None:
        """A task with an output a time step needs as many steps as there are."""
        steps = self.facts.shape[0]
        changing = [index for index, spec in enumerate(self.specs) if not spec.keeps_steps]
        if not self.sequence_output or not changing or (steps and steps == shape[0]):
            return
        kind = self.specs[changing[0]].kind
        self._problem(
            changing[0],
            f"{kind}: it changes the number of time steps, but {self.loaded.config.task} needs "
            "one output a time step, (B, T, ...)",
        )

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
