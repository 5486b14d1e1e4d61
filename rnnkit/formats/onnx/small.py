"""Nodes and their constants -> the same with large weights in float16 or int8, widened when read.

The network still computes in float32, so that every layer may be stored so and every runtime
reads it: what changes is the size of the file, and the weights by their rounding alone.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from rnnkit.formats import FLOAT16

Parts = dict[str, NDArray[Any]]  # what is stored, by name
LARGE = 256  # numbers from which on a constant is stored smaller


def smaller(
    nodes: list[onnx.NodeProto], constants: list[onnx.TensorProto], quantize: str
) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """The nodes and constants with what widens them; names stay.

    Args:
        nodes: in their order.
        constants: what they read.
        quantize: float16, or int8.
    """
    widening: list[onnx.NodeProto] = []
    stored: list[onnx.TensorProto] = []
    axes = _unit_axes(nodes)
    for constant in constants:
        array = numpy_helper.to_array(constant)
        if array.dtype != np.float32 or array.size < LARGE or array.ndim < 2:
            stored.append(constant)
            continue
        name = constant.name
        axis = axes.get(name, array.ndim - 1)
        parts, widened = _halved(array, name) if quantize == FLOAT16 else _coded(array, name, axis)
        stored += [numpy_helper.from_array(part, key) for key, part in parts.items()]
        widening += widened
    return [*widening, *nodes], stored


def _unit_axes(nodes: list[onnx.NodeProto]) -> dict[str, int]:
    """The axis of each weight that counts units: the last of a product's and of a table's.

    A recurrent layer's weights are (D, G·H, F), a convolution's (filters, F, steps).
    """
    axes = {"LSTM": 1, "GRU": 1, "RNN": 1, "Conv": 0, "Gather": 0}
    return {name: axes[node.op_type] for node in nodes if node.op_type in axes
            for name in node.input}  # fmt: skip


def _halved(array: NDArray[Any], name: str) -> tuple[Parts, list[onnx.NodeProto]]:
    kept = f"{name}/float16"
    limit = np.finfo(np.float16).max
    half = np.clip(array, -limit, limit).astype(np.float16)
    return {kept: half}, [_as_float(kept, name)]


def _coded(array: NDArray[Any], name: str, axis: int) -> tuple[Parts, list[onnx.NodeProto]]:
    """Symmetric codes of -127 to 127, a scale for each place on the axis.

    They are widened by Cast and Mul, which onnxruntime carries out once, when it opens the file; of
    a DequantizeLinear it does that at every call.
    """
    others = tuple(one for one in range(array.ndim) if one != axis)
    scale = np.abs(array).max(axis=others, keepdims=True) / np.float32(127)
    scale = np.where(scale == 0, np.float32(1), scale)
    kept, factor, wide = f"{name}/int8", f"{name}/scale", f"{name}/wide"
    nodes = [_as_float(kept, wide), helper.make_node("Mul", [wide, factor], [name])]
    return {kept: np.rint(array / scale).astype(np.int8), factor: scale}, nodes


def _as_float(kept: str, name: str) -> onnx.NodeProto:
    return helper.make_node("Cast", [kept], [name], to=onnx.TensorProto.FLOAT)
