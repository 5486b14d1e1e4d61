"""ONNX Runtime: a network as an ONNX graph of its own LSTM nodes, for inference on the CPU."""

from __future__ import annotations

import os
import time
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.data import SEED, load_data
from benchmarks.rows import Network, Row
from rnnkit.words import counted

GRAPH = {"opset_imports": [helper.make_opsetid("", 17)], "ir_version": 10}
STATES = ("h", "c")


class OnnxRun(Contender):
    """Drawn weights; with as many threads as are fastest."""

    packages = ("onnx", "onnxruntime")

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        self._model = onnx_model(row.network).SerializeToString()
        self.session = self._session(threads=0)

    def tune(self) -> None:
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
        counts = sorted({1, cores})
        sessions = {counted(count, "thread"): self._session(threads=count) for count in counts}
        self.fastest("session", sessions)

    def run(self, steps: int) -> Measures:
        return self._generate(steps) if self.row.task == "generate" else self._predict(steps)

    def _session(self, *, threads: int) -> Any:
        """A session of its own; 0 threads are as many as there are cores."""
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        # else its threads spin on while the next contender has its turn
        options.add_session_config_entry("session.force_spinning_stop", "1")
        return onnxruntime.InferenceSession(
            self._model, options, providers=["CPUExecutionProvider"]
        )

    def _predict(self, steps: int) -> Measures:
        size = self.row.batch
        x = load_data(self.row, size * (steps + 1)).x
        state = _zeros(self.row.network, size)
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = time.perf_counter()
            self.session.run(["y"], {"x": x[step * size : (step + 1) * size], **state})
        return {"seconds": time.perf_counter() - began}

    def _generate(self, steps: int) -> Measures:
        """The likeliest token fed back, again and again, with the states."""
        token, state = np.zeros((1, 1), np.int32), _zeros(self.row.network, 1)
        names = ["y", *(f"next_{name}" for name in state)]
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = time.perf_counter()
            logits, *ends = self.session.run(names, {"x": token, **state})
            token[0, 0] = logits.argmax()
            state = dict(zip(state, ends, strict=True))
        return {"seconds": time.perf_counter() - began}


def onnx_model(network: Network) -> Any:
    """x (B, T, F) or (B, T) tokens and states (1, B, H) -> y, (B, V) or (B, T, V), and states."""
    graph = _Graph(network)
    return helper.make_model(graph.build(), **GRAPH)


class _Graph:
    """Nodes and weights, collected layer by layer."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._rng = np.random.default_rng(SEED)
        self._nodes: list[Any] = []
        self._weights: list[Any] = []

    def build(self) -> Any:
        """ONNX's GraphProto."""
        network, units = self.network, self.network.units
        x = "x"
        if network.embedding:
            table = self._weight(network.inputs, network.embedding)
            x = self._node("Gather", table, x)
        x = self._node("Transpose", x, perm=[1, 0, 2])  # (T, B, F)
        features = network.features
        for number in range(network.layers):
            x, features = self._lstm(x, number, features), units
        if network.per_step:
            x = self._node("Transpose", x, perm=[1, 0, 2])
        else:
            x = self._node("Gather", x, self._constant(np.array(-1)), axis=0)
        if network.hidden:
            x = self._node("Relu", self._dense(x, features, network.hidden))
            features = network.hidden
        y = self._dense(x, features, network.outputs)
        self._nodes.append(helper.make_node("Identity", [y], ["y"]))
        return helper.make_graph(
            self._nodes, "network", self._inputs(), self._outputs(), self._weights
        )

    def _lstm(self, x: str, number: int, features: int) -> str:
        """(T, B, F) -> (T, B, H); takes and gives the layer's states by their names."""
        units, own = self.network.units, [f"{name}_{number}" for name in STATES]
        weights = [self._weight(1, 4 * units, size) for size in (features, units)]
        bias = self._weight(1, 8 * units)
        each = f"outputs_{number}"
        activation = self.network.activation.capitalize()
        self._nodes.append(
            helper.make_node(
                "LSTM",
                [x, *weights, bias, "", *own],
                [each, *(f"next_{name}" for name in own)],
                hidden_size=units,
                activations=["Sigmoid", activation, activation],
            )
        )
        return self._node("Squeeze", each, self._constant(np.array([1])))  # its directions

    def _dense(self, x: str, inputs: int, outputs: int) -> str:
        product = self._node("MatMul", x, self._weight(inputs, outputs))
        return self._node("Add", product, self._weight(outputs))

    def _inputs(self) -> list[Any]:
        kind = TensorProto.INT32 if self.network.embedding else TensorProto.FLOAT
        sides = ["B", "T"] if self.network.embedding else ["B", "T", self.network.inputs]
        return [helper.make_tensor_value_info("x", kind, sides), *self._states()]

    def _outputs(self) -> list[Any]:
        y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
        return [y, *self._states("next_")]

    def _states(self, prefix: str = "") -> list[Any]:
        sides = [1, "B", self.network.units]
        return [
            helper.make_tensor_value_info(f"{prefix}{name}", TensorProto.FLOAT, sides)
            for name in _zeros(self.network, 1)
        ]

    def _weight(self, *shape: int) -> str:
        limit = (6 / (shape[-1] + shape[-2] if len(shape) > 1 else shape[0])) ** 0.5
        return self._constant(self._rng.uniform(-limit, limit, shape).astype(np.float32))

    def _constant(self, values: NDArray[Any]) -> str:
        name = f"weight_{len(self._weights)}"
        self._weights.append(numpy_helper.from_array(values, name))
        return name

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"{kind.lower()}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name


def _zeros(network: Network, rows: int) -> dict[str, NDArray[np.float32]]:
    """The states of every layer by their names, (1, B, H) each."""
    zeros = np.zeros((1, rows, network.units), np.float32)
    return {f"{name}_{number}": zeros for number in range(network.layers) for name in STATES}
