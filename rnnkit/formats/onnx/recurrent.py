"""Keras's LSTM, GRU and SimpleRNN, one way or both, as ONNX's own nodes of these names.

Runtimes have kernels for them. The equations are the same: ONNX adds biases of x and of h, orders
the LSTM's gates i, o, f, c, and calls GRU's reset_after linear_before_reset. Every node is
time-major, D directions side by side: (T, B, F) -> (T, D, B, H), and the last states (D, B, H).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.errors import OptionError
from rnnkit.formats.onnx.graph import Graph, Value, writes

FIRST = 2**30  # more steps than any sequence has
MERGED = {"sum": "ReduceSum", "mul": "ReduceProd", "ave": "ReduceMean"}

_ACTIVATIONS = {  # ONNX's name, and its alpha and beta where it takes them
    "tanh": ("Tanh",),
    "sigmoid": ("Sigmoid",),
    "relu": ("Relu",),
    "softsign": ("Softsign",),
    "softplus": ("Softplus",),
    "linear": ("Affine", 1.0, 0.0),
    "elu": ("Elu", 1.0),
    "leaky_relu": ("LeakyRelu", 0.2),
    "hard_sigmoid": ("HardSigmoid", 1 / 6, 0.5),
}


@writes("LSTM", "GRU", "SimpleRNN")
def _one_way(graph: Graph, layer: Any, x: Value, initial_state: Sequence[Value] = ()) -> list[str]:
    found = _run(graph, [layer], x, initial_state)
    kept = graph.Squeeze(found.outputs if layer.return_sequences else found.last[0], [-2])
    if layer.return_sequences and layer.go_backwards:
        kept = graph.Slice(kept, [-1], [-FIRST], [1], [-1])
    return [kept, *(graph.Squeeze(state, [1]) for state in found.last if layer.return_state)]


@writes("Bidirectional")
def _both_ways(graph: Graph, layer: Any, x: Value) -> str:
    found = _run(graph, [layer.forward_layer, layer.backward_layer], x, ())
    both = found.outputs if layer.return_sequences else found.last[0]
    if layer.merge_mode == "concat":
        return graph.Reshape(both, [0, 0, -1] if layer.return_sequences else [0, -1])
    return graph.node(MERGED[layer.merge_mode], both, [-2], keepdims=0)[0]


class _Found(NamedTuple):
    outputs: str  # (B, T, D, H), each at its step
    last: list[str]  # states, (B, D, H) each


def _run(graph: Graph, ways: Sequence[Any], x: Value, initial_state: Sequence[Value]) -> _Found:
    kind = {"LSTM": "LSTM", "GRU": "GRU", "SimpleRNN": "RNN"}[type(ways[0]).__name__]
    weights = [np.stack(side) for side in zip(*map(_weights, ways), strict=True)]
    skipped = None if x.mask is None else _Skipped(graph, x.mask)
    steps = x if skipped is None else skipped.real_first(x)
    initial = [graph.Unsqueeze(state, [0]) for state in initial_state]
    backwards = "reverse" if ways[0].go_backwards else "forward"
    [outputs, *last] = graph.node(
        kind, graph.Transpose(steps, perm=[1, 0, 2]), *weights,
        None if skipped is None else skipped.lengths, *initial,
        outputs=3 if kind == "LSTM" else 2,
        hidden_size=ways[0].units,
        direction="bidirectional" if len(ways) == 2 else backwards,
        **_activations(ways), **_options(ways[0]),
    )  # fmt: skip
    outputs = graph.Transpose(outputs, perm=[2, 0, 1, 3])
    if skipped is not None:
        outputs = skipped.put_back(outputs, zero=ways[0].zero_output_for_mask)
        before: list[Any] = [*initial] or [np.float32(0)] * len(last)
        last = list(map(skipped.unless_empty, last, before))
    return _Found(outputs, [graph.Transpose(state, perm=[1, 0, 2]) for state in last])


def _weights(layer: Any) -> tuple[NDArray[np.float32], ...]:
    """W (G·H, F), R (G·H, H) and both biases in a row (2·G·H,), in ONNX's order of gates."""
    cell = layer.cell
    kernel, recurrent = cell.kernel.numpy().T, cell.recurrent_kernel.numpy().T
    bias = cell.bias.numpy() if layer.use_bias else np.zeros(len(kernel), np.float32)
    biases = bias if bias.ndim == 2 else np.stack([bias, np.zeros_like(bias)])
    if type(layer).__name__ == "LSTM":
        order = np.arange(len(kernel)).reshape(4, -1)[[0, 3, 1, 2]].reshape(-1)  # i f c o in Keras
        kernel, recurrent, biases = kernel[order], recurrent[order], biases[:, order]
    return kernel, recurrent, biases.reshape(-1)


def _options(layer: Any) -> dict[str, int]:
    return {"linear_before_reset": int(layer.reset_after)} if hasattr(layer, "reset_after") else {}


def _activations(ways: Sequence[Any]) -> dict[str, list[Any]]:
    """The attributes that say them, for each direction in turn.

    Raises:
        OptionError: ONNX's nodes do not have one.
    """
    names = [name for layer in ways for name in _names(layer)]
    for name in names:
        if name not in _ACTIVATIONS:
            kind = type(ways[0]).__name__
            raise OptionError(f"{ways[0].name}: ONNX's {kind} has no activation '{name}'")
    found = [_ACTIVATIONS[name] for name in names]
    attributes = {
        "activations": [one[0] for one in found],
        "activation_alpha": [one[1] for one in found if len(one) > 1],
        "activation_beta": [one[2] for one in found if len(one) > 2],
    }
    return {key: values for key, values in attributes.items() if values}


def _names(layer: Any) -> list[str]:
    """Of its activations, in the order in which its node takes them."""
    names = [layer.activation.__name__]
    if hasattr(layer, "recurrent_activation"):
        names.insert(0, layer.recurrent_activation.__name__)
    if type(layer).__name__ == "LSTM":
        names.append(names[-1])  # of the new part of the state, and of the state
    return names


class _Skipped:
    """Padded steps, wherever they stand: brought behind the real ones, and back.

    ONNX's nodes skip only what follows the length of a sequence.

    Args:
        graph: takes the nodes.
        mask: which steps are real, (B, T).
    """

    def __init__(self, graph: Graph, mask: Any) -> None:
        self.graph = graph
        self.mask = mask
        real = graph.cast(mask, "int64")
        self.count = graph.CumSum(real, np.int64(1))  # (B, T) of the real ones so far
        self.lengths = graph.cast(graph.ReduceSum(real, [1], keepdims=0), "int32")
        steps = graph.CumSum(graph.Expand(np.int64(1), graph.Shape(mask)), np.int64(1))
        urgency = graph.Sub(graph.Mul(real, np.int64(FIRST)), steps)
        _, self.order = graph.node("TopK", urgency, graph.Shape(mask, start=1), outputs=2, axis=1)

    def real_first(self, x: Value) -> str:
        """(B, T, F) in the order in which they are run."""
        return self._taken(x, self.order)

    def put_back(self, outputs: str, *, zero: bool) -> str:
        """(B, T, D, H) at their steps; at a padded one 0, or as in Keras the output before it."""
        graph = self.graph
        at = graph.Max(graph.Sub(self.count, np.int64(1)), np.int64(0))
        shown = self.mask if zero else graph.Greater(self.count, np.int64(0))
        placed = self._taken(outputs, at)
        return graph.Where(graph.Unsqueeze(shown, [-1, -2]), placed, np.float32(0))

    def unless_empty(self, state: str, before: Any) -> str:
        """A last state (D, B, H); where no step is real, what it started from."""
        graph = self.graph
        real = graph.Unsqueeze(graph.Greater(self.lengths, np.int32(0)), [0, 2])
        return graph.Where(real, state, before)

    def _taken(self, values: Any, steps: str) -> str:
        return self.graph.GatherND(values, self.graph.Unsqueeze(steps, [-1]), batch_dims=1)
