"""A network -> model.onnx, and onnxruntime to answer from it."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

import onnx
from onnx import helper

from rnnkit.formats.network import Arrays, Ask, Network, Port
from rnnkit.formats.onnx.graph import DTYPES, Graph, Value, write_model
from rnnkit.formats.onnx.small import smaller
from rnnkit.version import __version__

OPSET = 18  # onnxruntime 1.14 and later
IR_VERSION = 8  # of the file, as old as that

EXAMPLE = {
    "runtime": "onnxruntime",
    "imports": "import numpy as np\nimport onnxruntime",
    "opening": """\
session = onnxruntime.InferenceSession(here / "model.onnx")
names = [one["name"] for one in card["outputs"]]


def ask(inputs):
    \"\"\"Inputs by name -> outputs by name.\"\"\"
    return dict(zip(names, session.run(names, inputs)))

""",
}

for _writers in ("layers", "operations", "recurrent"):
    importlib.import_module(f"rnnkit.formats.onnx.{_writers}")


def write(network: Network, path: Path, quantize: str | None) -> None:
    """Write the network as it computes outside of training.

    Args:
        network: what is exported.
        path: of the file.
        quantize: float16 or int8, how large weights are stored; None: float32.

    Raises:
        OptionError: ONNX has no form of one of its layers.
    """
    graph = Graph()
    read = [Value(port.name, port.shape, port.dtype) for port in network.inputs]
    given = write_model(graph, network.model, read)
    graph.scope = "model"
    for port, value in zip(network.outputs, given, strict=True):
        graph.nodes.append(helper.make_node("Identity", [value.name], [port.name]))
    nodes, constants = graph.nodes, graph.constants
    if quantize is not None:
        nodes, constants = smaller(nodes, constants, quantize)
    whole = helper.make_graph(
        nodes, network.model.name, _ports(network.inputs), _ports(network.outputs), constants
    )
    model = helper.make_model(
        whole, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION,
        producer_name="rnnkit", producer_version=__version__,
    )  # fmt: skip
    onnx.checker.check_model(model)
    onnx.save_model(model, path)


def _ports(ports: Sequence[Port]) -> list[onnx.ValueInfoProto]:
    """With names for what varies: the batch, and of each input its steps."""
    found = []
    for port in ports:
        sizes = ["batch", *(f"{port.name}_{axis}" if n is None else n
                            for axis, n in enumerate(port.shape[1:], 1))]  # fmt: skip
        found.append(helper.make_tensor_value_info(port.name, DTYPES[port.dtype], sizes))
    return found


def opened(path: Path, network: Network) -> Ask:
    """What answers from the file, on the CPU."""
    import onnxruntime

    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [port.name for port in network.outputs]

    def ask(values: Arrays) -> Arrays:
        return dict(zip(names, session.run(names, dict(values)), strict=True))

    return ask
