"""Keras's plain layers, and the operations between them, as ONNX nodes.

Args and shapes are those of Keras's `call`; what is given is the name of (B, ...), as Keras gives.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from rnnkit.errors import OptionError
from rnnkit.formats.onnx.graph import FAR, Graph, Value, write, write_model, writes
from rnnkit.runtime import keras

HIDDEN = -1e30  # a score that softmax makes 0

_ACTIVATIONS: dict[str, Callable[[Graph, Any], str]] = {
    "elu": lambda g, x: g.Elu(x),
    "exponential": lambda g, x: g.Exp(x),
    "gelu": lambda g, x: g.Mul(
        g.Mul(x, np.float32(0.5)), g.Add(g.Erf(g.Mul(x, np.float32(math.sqrt(0.5)))), np.float32(1))
    ),
    "hard_sigmoid": lambda g, x: g.HardSigmoid(x, alpha=1 / 6, beta=0.5),
    "hard_silu": lambda g, x: g.Mul(x, g.HardSigmoid(x, alpha=1 / 6, beta=0.5)),
    "leaky_relu": lambda g, x: g.LeakyRelu(x, alpha=0.2),
    "linear": lambda g, x: g.Identity(x),
    "mish": lambda g, x: g.Mul(x, g.Tanh(g.Softplus(x))),
    "relu": lambda g, x: g.Relu(x),
    "relu6": lambda g, x: g.Clip(x, np.float32(0), np.float32(6)),
    "selu": lambda g, x: g.Selu(x),
    "sigmoid": lambda g, x: g.Sigmoid(x),
    "silu": lambda g, x: g.Mul(x, g.Sigmoid(x)),
    "softmax": lambda g, x: g.Softmax(x, axis=-1),
    "softplus": lambda g, x: g.Softplus(x),
    "softsign": lambda g, x: g.Softsign(x),
    "tanh": lambda g, x: g.Tanh(x),
}


def _activated(graph: Graph, layer: Any, x: Any) -> str:
    name = layer.activation.__name__
    if name not in _ACTIVATIONS:
        raise OptionError(f"{layer.name}: nothing writes activation (={name}) for ONNX")
    return x if name == "linear" and isinstance(x, str) else _ACTIVATIONS[name](graph, x)


@writes("Activation")
def _activation(graph: Graph, layer: Any, x: Value) -> str:
    return _activated(graph, layer, x)


@writes("LeakyReLU")
def _leaky_relu(graph: Graph, layer: Any, x: Value) -> str:
    return graph.LeakyRelu(x, alpha=float(layer.negative_slope))


@writes("PReLU")
def _prelu(graph: Graph, layer: Any, x: Value) -> str:
    return graph.PRelu(x, layer.alpha.numpy())


@writes("Dropout", "SpatialDropout1D", "GaussianNoise")
def _nothing(graph: Graph, layer: Any, x: Value) -> str:
    return x.name  # outside of training


@writes("Dense")
def _dense(graph: Graph, layer: Any, x: Value) -> str:
    return _activated(graph, layer, _affine(graph, layer, x))


def _affine(graph: Graph, layer: Any, x: Any, rows: int | None = None) -> str:
    """x W + b; `rows` of W, where Keras keeps heads apart: (F, heads, dim) or (heads, dim, F)."""
    W, b = layer.kernel.numpy(), layer.bias
    W = W if rows is None else W.reshape(rows, -1)
    y = graph.MatMul(x, W)
    return y if b is None else graph.Add(y, b.numpy().reshape(-1))


@writes("Embedding")
def _embedding(graph: Graph, layer: Any, ids: Value) -> Value:
    name = graph.Gather(layer.embeddings.numpy(), ids, axis=0)
    mask = graph.Not(graph.Equal(ids, np.int32(0))) if layer.mask_zero else None
    return Value(name, (*ids.shape, layer.output_dim), "float32", mask)


@writes("Masking")
def _masking(graph: Graph, layer: Any, x: Value) -> Value:
    real = graph.cast(graph.Not(graph.Equal(x, np.float32(layer.mask_value))), "int32")
    kept = graph.cast(graph.ReduceMax(real, [-1]), "bool")
    mask = graph.Squeeze(kept, [-1])
    return Value(graph.Where(kept, x, np.float32(0)), x.shape, x.dtype, mask)


@writes("Conv1D")
def _conv_1d(graph: Graph, layer: Any, x: Value) -> str:
    span = (layer.kernel_size[0] - 1) * layer.dilation_rate[0]
    pads = {"causal": [span, 0], "same": [span // 2, span - span // 2]}.get(layer.padding, [0, 0])
    edges: dict[str, Any] = {"pads": pads}
    if layer.padding == "same" and layer.strides[0] > 1:  # how much is padded depends on T
        edges = {"auto_pad": "SAME_UPPER"}
    b = [layer.bias.numpy()] if layer.use_bias else []
    y = graph.Conv(
        graph.Transpose(x, perm=[0, 2, 1]), layer.kernel.numpy().transpose(2, 1, 0), *b,
        strides=list(layer.strides), dilations=list(layer.dilation_rate), group=layer.groups,
        **edges,
    )  # fmt: skip
    return _activated(graph, layer, graph.Transpose(y, perm=[0, 2, 1]))


@writes("MaxPooling1D", "AveragePooling1D")
def _pooling(graph: Graph, layer: Any, x: Value) -> str:
    kind = "MaxPool" if type(layer).__name__ == "MaxPooling1D" else "AveragePool"
    window: dict[str, Any] = {"kernel_shape": list(layer.pool_size), "strides": list(layer.strides)}
    edges = "SAME_UPPER" if layer.padding == "same" else "VALID"
    [y] = graph.node(kind, graph.Transpose(x, perm=[0, 2, 1]), auto_pad=edges, **window)
    return graph.Transpose(y, perm=[0, 2, 1])


@writes("GlobalMaxPooling1D")
def _global_max(graph: Graph, layer: Any, x: Value) -> str:
    return graph.ReduceMax(x, [1], keepdims=0)


@writes("GlobalAveragePooling1D")
def _global_average(graph: Graph, layer: Any, x: Value) -> str:
    if x.mask is None:
        return graph.ReduceMean(x, [1], keepdims=0)
    real = graph.cast(graph.Unsqueeze(x.mask, [-1]), "float32")
    total = graph.ReduceSum(graph.Mul(x, real), [1], keepdims=0)
    return graph.Div(total, graph.ReduceSum(real, [1], keepdims=0))


@writes("BatchNormalization")
def _batch_normalization(graph: Graph, layer: Any, x: Value) -> str:
    factor = 1 / np.sqrt(layer.moving_variance.numpy() + np.float32(layer.epsilon))
    factor = factor * layer.gamma.numpy() if layer.scale else factor
    shift = -layer.moving_mean.numpy() * factor
    return graph.Add(graph.Mul(x, factor), shift + layer.beta.numpy() if layer.center else shift)


@writes("LayerNormalization")
def _layer_normalization(graph: Graph, layer: Any, x: Value) -> str:
    return _standardized(graph, layer, x, [-1])


@writes("GroupNormalization")
def _group_normalization(graph: Graph, layer: Any, x: Value) -> str:
    features = x.shape[-1] or 0
    steps = [-1] if len(x.shape) == 3 else []
    apart = graph.Reshape(x, [0, *steps, layer.groups, features // layer.groups])
    axes = [1, 3] if steps else [2]
    return _standardized(graph, layer, apart, axes, shape=[0, *steps, features])


def _standardized(
    graph: Graph, layer: Any, x: Any, axes: list[int], shape: list[int] | None = None
) -> str:
    """(x - mean) / deviation over some axes, brought to a shape; then gamma and beta."""
    centred = graph.Sub(x, graph.ReduceMean(x, axes))
    variance = graph.ReduceMean(graph.Mul(centred, centred), axes)
    y = graph.Div(centred, graph.Sqrt(graph.Add(variance, np.float32(layer.epsilon))))
    y = y if shape is None else graph.Reshape(y, shape)
    y = graph.Mul(y, layer.gamma.numpy()) if layer.scale else y
    return graph.Add(y, layer.beta.numpy()) if layer.center else y


@writes("UnitNormalization")
def _unit_normalization(graph: Graph, layer: Any, x: Value) -> str:
    length = graph.Sqrt(graph.ReduceSum(graph.Mul(x, x), [-1]))
    return graph.Div(x, graph.Max(length, np.float32(1e-6)))  # sqrt(1e-12), as in Keras


@writes("Softmax")
def _softmax(graph: Graph, layer: Any, x: Value) -> str:
    return _shares(graph, x, x.mask, axis=layer.axis)


def _shares(graph: Graph, x: Any, mask: Any, *, axis: int) -> str:
    """Softmax over what a mask leaves; 0 elsewhere."""
    if mask is None:
        return graph.Softmax(x, axis=axis)
    shares = graph.Softmax(graph.Where(mask, x, np.float32(HIDDEN)), axis=axis)
    return graph.Where(mask, shares, np.float32(0))


@writes("MultiHeadAttention")
def _attention(
    graph: Graph, layer: Any, query: Value, value: Value, use_causal_mask: bool = False, **_: Any
) -> str:
    features = query.shape[-1]
    q, k, v = (
        graph.Transpose(graph.Reshape(_affine(graph, dense, x, features), [0, 0, heads, -1]),
                        perm=[0, 2, 1, 3])
        for dense, x in ((layer._query_dense, query), (layer._key_dense, value),
                         (layer._value_dense, value))
        for heads in [layer.num_heads]
    )  # fmt: skip
    scores = graph.MatMul(q, graph.Transpose(k, perm=[0, 1, 3, 2]))
    scores = graph.Mul(scores, np.float32(1 / math.sqrt(layer.key_dim)))
    mask = None if value.mask is None else graph.Unsqueeze(value.mask, [1, 2])  # (B, 1, 1, T)
    if use_causal_mask:
        steps = graph.Range(np.int64(0), _length(graph, query), np.int64(1))
        causal = graph.GreaterOrEqual(graph.Unsqueeze(steps, [1]), graph.Unsqueeze(steps, [0]))
        mask = causal if mask is None else graph.And(mask, causal)
    heads = graph.MatMul(_shares(graph, scores, mask, axis=-1), v)
    joined = graph.Reshape(graph.Transpose(heads, perm=[0, 2, 1, 3]), [0, 0, -1])
    rows = math.prod(layer._output_dense.kernel.shape[:-1])
    return _affine(graph, layer._output_dense, joined, rows)


def _length(graph: Graph, x: Value) -> str:
    """T."""
    return graph.Squeeze(graph.Shape(x, start=1, end=2), [0])


@writes("RepeatVector")
def _repeat_vector(graph: Graph, layer: Any, x: Value) -> str:
    return graph.Tile(graph.Unsqueeze(x, [1]), [1, layer.n, 1])


@writes("Flatten")
def _flatten(graph: Graph, layer: Any, x: Value) -> str:
    return graph.Flatten(x, axis=1)


@writes("Cropping1D")
def _cropping(graph: Graph, layer: Any, x: Value) -> str:
    before, after = layer.cropping
    return graph.Slice(x, [before], [-after or FAR], [1])


@writes("TimeDistributed")
def _time_distributed(graph: Graph, layer: Any, x: Value) -> str:
    if not isinstance(layer.layer, keras.Model):  # what reads vectors reads them at every step
        [name] = write(graph, layer.layer, x)
        return str(name)
    shape = graph.Concat([-1], graph.Shape(x, start=2), axis=0)
    rows = Value(graph.Reshape(x, shape), (None, *x.shape[2:]), x.dtype)
    [y] = write_model(graph, layer.layer, [rows])
    return graph.Reshape(y, graph.Concat(graph.Shape(x, end=2), [y.shape[-1]], axis=0))


@writes("Functional")
def _functional(graph: Graph, model: Any, inputs: Any, **_: Any) -> list[Value]:
    return write_model(graph, model, keras.tree.flatten(inputs))


@writes("Concatenate")
def _concatenate(graph: Graph, operation: Any, parts: Any) -> str:
    return graph.Concat(*parts, axis=operation.axis)


@writes("Add", "Multiply")
def _joined(graph: Graph, operation: Any, *parts: Any) -> str:
    kind = {"Add": "Add", "Multiply": "Mul"}[type(operation).__name__]
    first, *others = keras.tree.flatten(parts)
    for other in others:
        [first] = graph.node(kind, first, other)
    return first if isinstance(first, str) else first.name
