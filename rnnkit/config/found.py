"""What is gathered on the way through the layers of a config, and checked at their end."""

from __future__ import annotations

import dataclasses

from rnnkit.config.layers import Concatenate, Layer
from rnnkit.config.layers.layer import Shape
from rnnkit.config.layers.recurrent import Recurrent
from rnnkit.config.layers.wrapper import Wrapper
from rnnkit.config.loading import LoadedConfig
from rnnkit.config.stack import InputFacts, LayerSummary, shown
from rnnkit.problems import KeyPath, Problem


@dataclasses.dataclass(frozen=True)
class Found:
    """What is gathered on the way through all layers."""

    loaded: LoadedConfig
    facts: InputFacts  # of the whole model
    summaries: list[LayerSummary] = dataclasses.field(default_factory=list)
    problems: list[Problem] = dataclasses.field(default_factory=list)

    def problem(self, path: KeyPath, message: str, key: str = "") -> None:
        place = (*path, key) if key else path
        self.problems.append(self.loaded.problem(place, message, key=not key))

    def where(self, path: KeyPath, seen_from: KeyPath) -> str:
        """` at line 14`, for the `return_sequences` of the layer at a path."""
        place = self.loaded.location((*path, "return_sequences"))
        if not place.line:
            return f" in layer {int(path[2]) + 1}"
        same = place.source == self.loaded.location(seen_from).source
        return f" at line {place.line}" if same else f" at {place.source}:{place.line}"


def check_output(found: Found, shape: Shape, *, sequence_output: bool) -> None:
    if found.facts.answered and len(shape) == 2:
        _check_answered(found)
        return
    if (len(shape) == 2) == sequence_output:
        if sequence_output:
            _check_steps(found, shape)
        return
    last = found.summaries[-1]
    wanted = "one output an example, (B, classes)"
    if sequence_output:
        wanted = "one output a time step, (B, T, ...)"
    message = (
        f"the last layer, {last.kind}, gives {shown(shape)} but {found.loaded.config.task} needs "
        f"{wanted}"
    )
    readers = [row for row in found.summaries if row.layer.input_rank == 2]
    culprit = readers[-1] if readers else last
    if not culprit.layer.recurrent:
        advice = "add a recurrent layer, or global_average_pooling_1d"
        if sequence_output:
            advice = f"remove layer {culprit.number}, {culprit.kind}"
        found.problem(last.path, f"{message}: {advice}")
        return
    # The mistake is the last layer that reads a sequence and says otherwise.
    advice = f"set return_sequences: {str(sequence_output).lower()}"
    where = found.where(cell_path(culprit.path, culprit.layer), culprit.path)
    found.problem(culprit.path, f"{message}: {advice}{where}")


def _check_steps(found: Found, shape: Shape) -> None:
    """A task with an output a time step needs as many as there are."""
    steps = found.facts.shape[0]
    changing = [row for row in found.summaries if not row.layer.keeps_steps]
    if changing and (steps is None or steps != shape[0]):
        message = (
            f"{changing[0].kind}: it changes the number of time steps, but "
            f"{found.loaded.config.task} needs one output a time step"
        )
        found.problem(changing[0].path, message)


def _check_answered(found: Found) -> None:
    """The last steps are answered: they must be the input's, in its order."""
    for row in found.summaries:
        changes = not row.layer.keeps_steps
        if changes or (isinstance(row.layer, Recurrent) and row.layer.go_backwards):
            what = "changes the number of time steps" if changes else "turns them round"
            message = (
                f"{row.kind}: it {what}, but the last {found.facts.answered:,}, those of the rows "
                "to forecast, have an output each: use another layer, or return_sequences: false "
                "in the recurrent layer after it"
            )
            found.problem(row.path, message)


def check_all_read(found: Found) -> None:
    """An input that no layer names would be left out silently."""
    named = {row.layer.input for row in found.summaries if isinstance(row.layer, Concatenate)}
    for name in sorted(found.facts.beside.keys() - named):
        ids = found.facts.beside[name].integer
        layers = ", layers: [{embedding: {output_dim: 4}}]" if ids else ""
        message = (
            f"model: no layer reads the input '{name}' that the data give: add "
            f"`concatenate: {{input: {name}{layers}}}` where it is to be joined"
        )
        found.problem(("model", "layers"), message)


def cell_path(path: KeyPath, spec: Layer) -> KeyPath:
    """Where the arguments of a recurrent layer stand."""
    return (*path, "layer", spec.layer.kind) if isinstance(spec, Wrapper) else path
