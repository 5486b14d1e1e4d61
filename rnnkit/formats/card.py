"""An exported network -> model.json, examples.npz and example.py beside it.

Whoever has these and the format's runtime needs no rnnkit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from numpy.typing import NDArray

from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import INPUT, Batch
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.formats.agreement import inputs_of
from rnnkit.formats.meaning import Classes, Meaning
from rnnkit.formats.network import NEXT, OUTPUT, Network, Port

EXAMPLES = 2  # rows that are kept to be asked again
CARD, ARRAYS, PROGRAM = "model.json", "examples.npz", "example.py"


def described(network: Network, meaning: Meaning, facts: InputFacts) -> dict[str, Any]:
    """What model.json says of inputs and outputs.

    Args:
        network: what was exported.
        meaning: of its numbers.
        facts: of the run's data.
    """
    states = {one.name for one in network.states}
    return {
        "inputs": [
            dict(_input(port, meaning, facts)) for port in network.inputs if port.name not in states
        ],
        "outputs": [_port(port) for port in network.outputs],
        "states": [
            {"input": one.name, "output": NEXT + one.name, "size": one.shape[-1]}
            for one in network.states
        ],
        "answer": meaning.answer.as_dict(),
        "notes": list(meaning.notes),
    }


def _port(port: Port) -> dict[str, Any]:
    axes = ["batch", *("steps" if size is None else size for size in port.shape[1:])]
    return {"name": port.name, "dtype": port.dtype, "shape": axes}


def _input(port: Port, meaning: Meaning, facts: InputFacts) -> Iterator[tuple[str, Any]]:
    own = facts if port.name == INPUT else facts.beside[port.name]
    yield from _port(port).items()
    if port.name == INPUT and meaning.names.features:
        yield "features", list(meaning.names.features)
    if port.name in meaning.names.inputs:
        yield "ids", dict(meaning.names.inputs[port.name])
    if (scale := meaning.scales.get(port.name)) is not None:
        yield "scale", {"offset": scale.offset, "divisor": scale.divisor}
    if own.masked and not own.integer:
        yield "padding", PADDING_VALUE


def examples_of(
    batch: Batch, answers: NDArray[np.float32], meaning: Meaning
) -> dict[str, NDArray[Any]]:
    """Some inputs of a batch as they were before they were scaled, and the run's own answers.

    Args:
        batch: of the part that was kept back.
        answers: of the run's model, (B, ...).
        meaning: of its numbers.
    """
    rows = np.flatnonzero(batch.valid.reshape(len(batch.valid), -1).any(axis=1))[:EXAMPLES]
    found: dict[str, NDArray[Any]] = {}
    for name, x in inputs_of(batch).items():
        found[name] = x[rows]
        if x.dtype == np.float32 and (scale := meaning.scales.get(name)) is not None:
            wide = x[rows].astype(np.float64)
            found[name] = wide * np.array(scale.divisor) + np.array(scale.offset)
        if x.dtype == np.float32:
            found[name] = np.where(x[rows] == PADDING_VALUE, np.nan, found[name])
    return {**found, OUTPUT: answers[rows]}


def program(texts: Mapping[str, str], *, file: str, network: Network, meaning: Meaning) -> str:
    """example.py.

    Args:
        texts: of the format: what it imports, how it is opened, what that is called.
        file: of the network.
        network: what was exported.
        meaning: of its numbers.
    """
    environment = jinja2.Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    template = Path(__file__).with_name("example.py.jinja").read_text(encoding="utf-8")
    of_classes = isinstance(meaning.answer, Classes)
    return environment.from_string(template).render(
        **texts,
        file=file,
        answer=meaning.answer.as_dict(),
        binary=of_classes and network.outputs[0].shape[-1] == 1,
        generates=of_classes and bool(network.states),
    )
