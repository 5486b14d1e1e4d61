"""keras.ops between layers, of which masks are made, as ONNX nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from rnnkit.formats.onnx.graph import FAR, Graph, Value, writes


def _number(value: Any, like: Value) -> Any:
    """A number as the tensor that it stands beside."""
    return value if isinstance(value, Value) else np.asarray(value, like.dtype)


@writes("Where")
def _where(graph: Graph, operation: Any, condition: Value, x: Any, y: Any) -> str:
    like = x if isinstance(x, Value) else y
    return graph.Where(condition, _number(x, like), _number(y, like))


@writes("NotEqual")
def _not_equal(graph: Graph, operation: Any, x: Value, y: Any) -> str:
    return graph.Not(graph.Equal(x, _number(y, x)))


@writes("LogicalAnd")
def _and(graph: Graph, operation: Any, x: Value, y: Value) -> str:
    return graph.And(x, y)


@writes("Any")
def _any(graph: Graph, operation: Any, x: Value) -> str:
    return graph.cast(_reduced(graph, "ReduceMax", operation, graph.cast(x, "int32")), "bool")


@writes("Min")
def _min(graph: Graph, operation: Any, x: Value) -> str:
    return _reduced(graph, "ReduceMin", operation, x)


@writes("Sum")
def _sum(graph: Graph, operation: Any, x: Value) -> str:
    return _reduced(graph, "ReduceSum", operation, x)


def _reduced(graph: Graph, kind: str, operation: Any, x: Any) -> str:
    axes = np.atleast_1d(operation.axis).astype(np.int64)
    return graph.node(kind, x, axes, keepdims=int(operation.keepdims))[0]


@writes("ExpandDims")
def _expand_dims(graph: Graph, operation: Any, x: Value) -> str:
    return graph.Unsqueeze(x, np.atleast_1d(operation.axis).astype(np.int64))


@writes("Cast")
def _cast(graph: Graph, operation: Any, x: Value) -> str:
    return graph.cast(x, operation.dtype)


@writes("OnesLike")
def _ones_like(graph: Graph, operation: Any, x: Value) -> str:
    return _filled(graph, operation, x, 1)


@writes("ZerosLike")
def _zeros_like(graph: Graph, operation: Any, x: Value) -> str:
    return _filled(graph, operation, x, 0)


def _filled(graph: Graph, operation: Any, x: Value, value: int) -> str:
    return graph.Expand(np.asarray(value, operation.dtype or x.dtype), graph.Shape(x))


@writes("Reshape")
def _reshape(graph: Graph, operation: Any, x: Value) -> str:
    return graph.Reshape(x, np.array(operation.newshape, np.int64))


@writes("GetItem")
def _get_item(graph: Graph, operation: Any, x: Value, key: Any) -> str:
    """Slices along some axes, and a number of a step along others, which fall away."""
    keys = key if isinstance(key, tuple) else (key,)
    starts, ends, steps = [], [], []
    gone: list[int] = []
    for axis, one in enumerate(keys):
        if isinstance(one, int):
            one, gone = slice(one, one + 1 or None), [*gone, axis]
        starts.append(one.start or 0)
        ends.append(FAR if one.stop is None else one.stop)
        steps.append(one.step or 1)
    sliced = graph.Slice(x, starts, ends, list(range(len(keys))), steps)
    return graph.Squeeze(sliced, gone) if gone else sliced
