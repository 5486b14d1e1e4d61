"""Layer specs and the data's shape -> every layer's output shape and parameter count, statically.

This is what lets `rnnkit check` refuse a stack that does not fit without importing TensorFlow,
and what the model builder takes its derived arguments from.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from rnnkit.config.found import Found, cell_path, check_all_read, check_output
from rnnkit.config.layers import Concatenate, Dense, Embedding, Layer, Residual
from rnnkit.config.layers.container import Container
from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.stack import InputFacts, LayerSummary, Stack, shown
from rnnkit.problems import KeyPath
from rnnkit.words import listed


def infer_stack(loaded: LoadedConfig, facts: InputFacts, *, sequence_output: bool) -> Stack:
    """Fill in what is derived and follow the shapes through the layers.

    Args:
        loaded: the config; problems point into it.
        facts: the input, and those beside it.
        sequence_output: whether the task wants an output a time step, (T, ...), or one in all.
    """
    found = Found(loaded, facts)
    specs = loaded.config.model.layers
    each_step = sequence_output or facts.answered > 0
    layers, shape = _Chain(found, specs, ("model", "layers"), "", facts, each_step).follow()
    check_output(found, shape, sequence_output=sequence_output)
    check_all_read(found)
    return Stack(layers, tuple(found.summaries), tuple(found.problems))


@dataclasses.dataclass(frozen=True)
class _Chain:
    """Layers that follow one another: the model's, or those of a branch.

    Args:
        found: where to gather.
        specs: the layers.
        path: of the list in the config.
        prefix: of their numbers: `2.1.` in the first branch of the second layer.
        reads: what the first of them reads.
        gives_sequence: whether what comes after the last wants (T, ...).
        outer: (T,) where it runs at each of T steps; shapes are those of one step.
    """

    found: Found
    specs: Sequence[Layer]
    path: KeyPath
    prefix: str
    reads: InputFacts
    gives_sequence: bool
    outer: Shape = ()  # of the steps that it follows one by one

    def follow(self) -> tuple[tuple[Layer, ...], Shape]:
        """The layers with derived arguments filled in, and what the last one gives."""
        shape = self.reads.shape
        steps = shape[0] or self.reads.shortest
        layers: list[Layer] = []
        for index, spec in enumerate(self.specs):
            # After a misfit go on as if it fitted: the next one is then another mistake.
            shape = self._fitted(index, spec, self._answered(index, shape))
            layer = self._derive(index, spec, shape)
            parameters, trained = layer.parameters(shape), layer.trained(shape)
            if isinstance(layer, Container):
                layer, shape = self._joined(index, layer, shape, steps)
                steps = shape[0] or steps
            else:
                shortest = (steps, *shape[1:]) if steps and len(shape) == 2 else shape
                self._check_layer(index, layer, shortest)
                shape = layer.output_shape(shape)
                steps = layer.output_shape(shortest)[0] if shape[0] is None else shape[0]
            path, number = self._path(index), self._number(index)
            gives = (*self.outer, *shape)
            self.found.summaries.append(
                LayerSummary(layer, path, number, gives, parameters, trained)
            )
            layers.append(layer)
        return tuple(layers), shape

    def _is_last(self, index: int) -> bool:
        return not self.prefix and index == len(self.specs) - 1

    def _answered(self, index: int, shape: Shape) -> Shape:
        """What the last layer reads of a sequence where only the last steps are answered."""
        answered = self.found.facts.answered
        cut = answered and self._is_last(index) and len(shape) == 2
        return (answered, *shape[1:]) if cut else shape

    def _derive(self, index: int, spec: Layer, shape: Shape) -> Layer:
        if isinstance(spec, Wrapper):
            return spec.model_copy(update={"layer": self._derive(index, spec.layer, shape)})
        if isinstance(spec, Recurrent):
            given = spec.return_sequences
            derived = {"return_sequences": self._after(index) if given is None else given}
            return spec.model_copy(update=derived)
        if isinstance(spec, Embedding):
            masked = self.reads.masked
            chosen = {
                "input_dim": spec.input_dim or self.reads.vocabulary or 1,
                "mask_zero": masked if spec.mask_zero is None else spec.mask_zero,
            }
            return spec.model_copy(update=chosen)
        if isinstance(spec, Dense) and spec.units is None:
            if not self._is_last(index):
                message = "dense: missing key 'units': only the last layer's can be derived"
                self._problem(index, message)
            return spec.model_copy(update={"units": self.found.facts.outputs_of(shape)})
        return spec

    def _after(self, index: int) -> bool:
        """Whether what follows a layer wants a sequence."""
        for later in self.specs[index + 1 :]:
            if later.reads_sequence or self._joins_steps(later):
                return True
            if later.input_rank == 1:
                return False
        return self.gives_sequence

    def _joins_steps(self, layer: Layer) -> bool:
        """Whether a layer joins another input step by step."""
        if not isinstance(layer, Concatenate):
            return False
        beside = self.found.facts.beside.get(layer.input)
        return beside is not None and beside.time in ("shared", "nested")

    def _joined(
        self, index: int, layer: Container, shape: Shape, steps: int | None
    ) -> tuple[Layer, Shape]:
        """A layer made of layers with theirs filled in, and what it gives."""
        if (reads := self._branch_input(index, layer, shape, steps)) is None:
            return layer, shape
        wanted = self._after(index)
        if isinstance(layer, Residual):
            wanted = len(shape) == 2
        if isinstance(layer, Concatenate):
            wanted = reads.time == "shared"
        ends, branches = [], []
        many = len(layer.branches) > 1
        for number, specs in enumerate(layer.branches):
            path, prefix = self._path(index), f"{self._number(index)}."
            path = (*path, "layers") if self._is_spelt_out(path) else path
            if many:
                path, prefix = (*path, number), f"{prefix}{number + 1}."
            inner, outer = _each_step(reads)
            chain = _Chain(self.found, specs, path, prefix, inner, wanted, outer)
            branch, end = chain.follow()
            self._check_direction(branch, path)
            branches.append(branch)
            ends.append((*outer, *_flat(reads, end)))
        joined = layer.join(shape, ends)
        if len(joined) == 2 and joined[0] is None and not layer.keeps_steps:
            joined = "must keep the number of steps where lengths differ"
        if isinstance(joined, str):
            its = "its branches" if many else "its layers"
            given = " and ".join(map(shown, ends))
            what = f"layer {self._number(index)}, {layer.kind}: {its} {joined}"
            self._problem(index, f"{what}; here they give {given}")
            joined = shape if isinstance(layer, Residual | Concatenate) else ends[0]
        return layer.with_branches(branches), joined

    def _is_spelt_out(self, path: KeyPath) -> bool:
        """Whether the config says `kind: {layers: [...]}` rather than `kind: [...]`."""
        location = self.found.loaded.location
        return location((*path, "layers")) != location(path)

    def _check_direction(self, branch: Sequence[Layer], path: KeyPath) -> None:
        """A sequence that is turned round would be joined to the wrong steps."""
        for number, layer in enumerate(branch):
            if isinstance(layer, Recurrent) and layer.go_backwards and layer.return_sequences:
                message = (
                    f"{layer.kind}: go_backwards gives its sequence from the last step to the "
                    "first, which cannot be joined to the others: use bidirectional"
                )
                self.found.problem((*path, number, layer.kind), message, "go_backwards")

    def _branch_input(
        self, index: int, layer: Container, shape: Shape, steps: int | None
    ) -> InputFacts | None:
        """What the branches read: what passes, or another input, where there is such a one."""
        if not isinstance(layer, Concatenate):
            start = index == 0
            integer = start and self.reads.integer
            return dataclasses.replace(
                self.reads,
                shape=shape,
                integer=integer,
                masked=self._skips_padding,
                shortest=steps,
            )
        beside = self.found.facts.beside
        if layer.input not in beside:
            known = f"There is {listed(sorted(beside))}" if beside else "The data give none"
            message = f"concatenate: there is no other input '{layer.input}'. {known}"
            self._problem(index, message, "input")
        elif beside[layer.input].integer and not layer.layers:
            message = (
                f"concatenate: the input '{layer.input}' is integer ids, which cannot be joined as "
                "numbers: give it `layers: [{embedding: {output_dim: 4}}]`"
            )
            self._problem(index, message, "input")
            return None
        return beside.get(layer.input)

    def _fitted(self, index: int, layer: Layer, shape: Shape) -> Shape:
        """`shape`, or where the layer cannot read it, one that it can, with a problem noted."""
        length, ids = self.reads.shape[0], index == 0 and self.reads.integer
        what = f"layer {self._number(index)}, {layer.kind},"
        if isinstance(layer, Embedding):
            return shape if ids else (length,)
        if isinstance(layer, Container) and ids and not isinstance(layer, Concatenate):
            return shape  # its branches say so themselves
        if ids:
            self._problem(index, f"{what} cannot read integer ids: start with an embedding")
            return (length, 1)
        gives = "the data are" if index == 0 else f"layer {self._number(index - 1)} gives"
        if layer.reads_sequence and len(shape) != 2:
            message = f"{what} needs (B, T, F) but {gives} {shown(shape)}: {self._advice(index)}"
            self._problem(index, message)
            return (length, shape[-1])
        if layer.input_rank == 1 and len(shape) != 1:
            advice = "put a recurrent layer or global_average_pooling_1d before it"
            self._problem(index, f"{what} needs (B, F) but {gives} {shown(shape)}: {advice}")
            return (shape[-1],)
        return shape

    def _check_layer(self, index: int, layer: Layer, shape: Shape) -> None:
        """What keeps a layer from reading the shortest of the sequences, of this shape."""
        if isinstance(layer, Embedding):
            self._check_embedding(index, layer)
            return
        flaws = [layer.misfit(shape)]
        if len(shape) == 2 and self._skips_padding:
            in_front = self.found.loaded.config.data.pads_in_front
            flaws.append(layer.masked_misfit(in_front=in_front))
        for flaw in filter(None, flaws):
            self._problem(index, f"{layer.kind}: {flaw.message}", flaw.key)

    @property
    def _skips_padding(self) -> bool:
        first = self.specs[0]
        said = first.mask_zero if isinstance(first, Embedding) else None
        return self.reads.masked if said is None else said

    def _check_embedding(self, index: int, layer: Embedding) -> None:
        vocabulary = self.reads.vocabulary
        if index or not self.reads.integer:
            reason = "it is not the first layer" if index else "the data are not"
            message = f"layer {self._number(index)}, embedding, needs integer ids, but {reason}"
            self._problem(index, message)
        elif vocabulary is not None and (layer.input_dim or 0) < vocabulary:
            message = (
                f"embedding: input_dim (={layer.input_dim}) must exceed the largest id in the "
                f"data, {vocabulary - 1}"
            )
            self._problem(index, message, "input_dim")
        elif self.reads.masked and (flaw := layer.masked_misfit(in_front=False)):
            self._problem(index, f"embedding: {flaw.message}", flaw.key)

    def _advice(self, index: int) -> str:
        """How layer `index` could get its sequence back."""
        for before in range(index - 1, -1, -1):
            if self.specs[before].reads_sequence and not self.specs[before].recurrent:
                return f"remove layer {self._number(before)}, {self.specs[before].kind}"
            if self.specs[before].recurrent:
                where = self.found.where(
                    cell_path(self._path(before), self.specs[before]), self._path(index)
                )
                return f"set return_sequences: true{where}"
        return "its input has no time axis"

    def _number(self, index: int) -> str:
        return f"{self.prefix}{index + 1}"

    def _path(self, index: int) -> KeyPath:
        return (*self.path, index, self.specs[index].kind)

    def _problem(self, index: int, message: str, key: str = "") -> None:
        self.found.problem(self._path(index), message, key)


def _each_step(reads: InputFacts) -> tuple[InputFacts, Shape]:
    """What layers of an input read: its own, or, where steps are sequences, one step of (T,)."""
    if reads.time != "nested":
        return reads, ()
    return dataclasses.replace(reads, shape=reads.shape[1:], time="own"), reads.shape[:1]


def _flat(reads: InputFacts, end: Shape) -> Shape:
    """(K, E) that is no sequence but the vectors of K ids becomes one vector."""
    return (math.prod(n or 0 for n in end),) if reads.time == "none" else end
