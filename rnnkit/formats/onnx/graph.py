"""A functional Keras model -> ONNX nodes: every operation of it is written by its own function."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from rnnkit.errors import OptionError
from rnnkit.runtime import keras

FAR = 2**62  # an end that a slice never reaches
DTYPES = {"float32": onnx.TensorProto.FLOAT, "int32": onnx.TensorProto.INT32,
          "int64": onnx.TensorProto.INT64, "bool": onnx.TensorProto.BOOL}  # fmt: skip


@dataclasses.dataclass(frozen=True, eq=False)
class Value:
    """What an operation of Keras's reads or gives.

    Args:
        name: in the graph.
        shape: with B first; None where it varies.
        dtype: Keras's name of it.
        mask: the name of which steps are real, (B, T); None: all.
    """

    name: str
    shape: tuple[int | None, ...]
    dtype: str
    mask: str | None = None


class Graph:
    """ONNX nodes as they are written: `graph.Add(graph.MatMul(x, W), b)` gives a name.

    A name, a Value, an array or a number may stand where a node reads something.
    """

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.scope = "model"  # before the names of what is written

    def __getattr__(self, kind: str) -> Callable[..., str]:
        if not kind[0].isupper():
            raise AttributeError(kind)
        return lambda *inputs, **attributes: self.node(kind, *inputs, **attributes)[0]

    def node(self, kind: str, *inputs: Any, outputs: int = 1, **attributes: Any) -> list[str]:
        """Write a node; the names of what it gives."""
        name = f"{self.scope}/{kind}_{len(self.nodes)}"
        names = [name if outputs == 1 else f"{name}_{number}" for number in range(outputs)]
        read = [self._name(one) for one in inputs]
        self.nodes.append(helper.make_node(kind, read, names, name, **attributes))
        return names

    def cast(self, x: Any, dtype: str) -> str:
        return self.Cast(x, to=DTYPES[dtype])

    def _name(self, read: Any) -> str:
        if read is None:  # an optional input that is left out
            return ""
        if isinstance(read, Value):
            return read.name
        return read if isinstance(read, str) else self._constant(read)

    def _constant(self, value: Any) -> str:
        array: NDArray[Any] = np.array(value, order="C")
        if array.dtype == np.float64:
            array = array.astype(np.float32)
        name = f"{self.scope}/constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(array, name))
        return name


Writer = Callable[..., Any]  # (graph, operation, *args, **kwargs) -> a name, a Value or several
WRITERS: dict[str, Writer] = {}  # by the name of Keras's class


def writes(*names: str) -> Callable[[Writer], Writer]:
    """Have a function write the operations of these classes of Keras's."""

    def keep(writer: Writer) -> Writer:
        WRITERS.update(dict.fromkeys(names, writer))
        return writer

    return keep


def write_model(graph: Graph, model: keras.Model, inputs: Sequence[Value]) -> list[Value]:
    """Write every operation of a model.

    Args:
        graph: takes the nodes.
        model: a functional one.
        inputs: in the order of `model.inputs`.

    Returns:
        What stands for `model.outputs`.

    Raises:
        OptionError: ONNX has no form of an operation.
    """
    known = {id(symbol): value for symbol, value in zip(model.inputs, inputs, strict=True)}
    for depth in sorted(model._nodes_by_depth, reverse=True):
        for node in model._nodes_by_depth[depth]:
            if node.is_input:
                continue
            args, kwargs = node.arguments.fill_in(known)
            found = write(graph, node.operation, *args, **kwargs)
            mask = _mask_after(node.operation, args)
            for symbol, one in zip(node.outputs, found, strict=True):
                if not isinstance(one, Value):
                    one = Value(one, tuple(symbol.shape), str(symbol.dtype), mask)
                known[id(symbol)] = one
    return [known[id(symbol)] for symbol in model.outputs]


def write(graph: Graph, operation: Any, *args: Any, **kwargs: Any) -> list[Any]:
    """Write one operation; what it gives. Its mask goes with what it reads."""
    kind = "Functional" if isinstance(operation, keras.Model) else type(operation).__name__
    if kind not in WRITERS:
        raise OptionError(f"{operation.name}: nothing writes Keras's {kind} for ONNX")
    kwargs.pop("training", None)
    mask = kwargs.pop("mask", None)  # of a model that is a layer a list, of its inputs' own
    if isinstance(mask, Value):
        args = (dataclasses.replace(args[0], mask=mask.name), *args[1:])
    before, graph.scope = graph.scope, operation.name
    found = WRITERS[kind](graph, operation, *args, **kwargs)
    graph.scope = before
    return found if isinstance(found, list) else [found]


def _mask_after(operation: Any, args: Sequence[Any]) -> str | None:
    """The mask that a layer hands on, as Keras's do."""
    first = next((one for one in keras.tree.flatten(args) if isinstance(one, Value)), None)
    handed_on = getattr(operation, "supports_masking", False)
    return first.mask if first is not None and handed_on else None
