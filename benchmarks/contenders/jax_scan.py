"""JAX: the article's network as a scan over time under jit, what else XLA makes of it."""

from __future__ import annotations

import functools
import time
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.contenders.contender import Contender, Measures
from benchmarks.data import SEED, load_data
from benchmarks.rows import Network, Row

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-7  # Adam's, as in Keras
Weights = dict[str, Any]


class JaxScan(Contender):
    """One compiled step: inputs projected in one product, a scan over time, Adam."""

    packages = ("jax", "jaxlib")

    def __init__(self, row: Row, *, device: str) -> None:
        super().__init__(row, device=device)
        self._weights = new_weights(row.network)
        first, second = (jax.tree.map(jnp.zeros_like, self._weights) for _ in range(2))
        self._moments = first, second  # each its own, since a step may write over both
        self._key = jax.random.key(SEED)
        self._trained = 0
        step = functools.partial(_step, row.network, row.learning_rate)
        self._step = jax.jit(step, donate_argnums=(0, 1))

    def run(self, steps: int) -> Measures:
        size = self.row.batch
        data = load_data(self.row, size * (steps + 1))
        order = np.random.default_rng(SEED).permutation(len(data.x))
        losses = []
        began = time.perf_counter()
        for step in range(steps + 1):
            if step == 1:
                began = time.perf_counter()
            rows = order[step * size : (step + 1) * size]
            self._trained += 1
            self._weights, self._moments, loss = self._step(
                self._weights,
                self._moments,
                data.x[rows],
                data.y[rows],
                jax.random.fold_in(self._key, self._trained),
                float(self._trained),
            )
            losses.append(float(loss))
        return {"seconds": time.perf_counter() - began, "loss": float(np.mean(losses))}


def new_weights(network: Network) -> Weights:
    """Glorot's uniform ones, orthogonal between the states; the forget gate's bias 1."""
    keys = iter(jax.random.split(jax.random.key(SEED), 2 * network.layers + 2))
    uniform, orthogonal = jax.nn.initializers.glorot_uniform(), jax.nn.initializers.orthogonal()
    units, features = network.units, network.features
    weights: Weights = {}
    for number in range(network.layers):
        weights[f"W{number}"] = uniform(next(keys), (features, 4 * units))
        weights[f"U{number}"] = orthogonal(next(keys), (units, 4 * units))
        weights[f"b{number}"] = jnp.zeros(4 * units).at[units : 2 * units].set(1.0)
        features = units
    for name, outputs in (("hidden", network.hidden), ("outputs", network.outputs)):
        weights[name] = uniform(next(keys), (features, outputs))
        weights[f"{name}_b"] = jnp.zeros(outputs)
        features = outputs
    return weights


def _lstm(network: Network, weights: Weights, number: int, x: Any) -> Any:
    """(T, B, F) -> (T, B, H)."""
    activation = {"relu": jax.nn.relu, "tanh": jnp.tanh}[network.activation]
    U = weights[f"U{number}"]
    zx = x @ weights[f"W{number}"] + weights[f"b{number}"]  # (T, B, 4H)

    def step(state: tuple[Any, Any], zx_t: Any) -> tuple[tuple[Any, Any], Any]:
        h, c = state
        i, f, g, o = jnp.split(zx_t + h @ U, 4, axis=1)
        c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * activation(g)
        h = jax.nn.sigmoid(o) * activation(c)
        return (h, c), h

    zeros = jnp.zeros((x.shape[1], network.units))
    return jax.lax.scan(step, (zeros, zeros), zx)[1]


def _loss(network: Network, weights: Weights, x: Any, y: Any, key: Any) -> Any:
    """The mean crossentropy of a batch, dropout included."""
    keys = jax.random.split(key, network.layers + 1)
    x = x.transpose(1, 0, 2)
    for number, rate in enumerate(network.dropout):
        x = _lstm(network, weights, number, x)
        x = _dropped(keys[number], rate, x if number < network.layers - 1 else x[-1])
    x = jax.nn.relu(x @ weights["hidden"] + weights["hidden_b"])
    x = _dropped(keys[-1], network.hidden_dropout, x)
    logits = jax.nn.log_softmax(x @ weights["outputs"] + weights["outputs_b"])
    return -jnp.take_along_axis(logits, y[:, None], axis=1).mean()


def _dropped(key: Any, rate: float, x: Any) -> Any:
    return jnp.where(jax.random.bernoulli(key, 1 - rate, x.shape), x / (1 - rate), 0.0)


def _step(
    network: Network,
    learning_rate: float,
    weights: Weights,
    moments: tuple[Weights, Weights],
    x: Any,
    y: Any,
    key: Any,
    step: Any,
) -> tuple[Weights, tuple[Weights, Weights], Any]:
    """Adam's update: new weights, their moments, and the loss before it."""
    loss, gradient = jax.value_and_grad(functools.partial(_loss, network))(weights, x, y, key)
    first = jax.tree.map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, moments[0], gradient)
    second = jax.tree.map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, moments[1], gradient)
    rate = learning_rate * jnp.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
    weights = jax.tree.map(
        lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), weights, first, second
    )
    return weights, (first, second), loss
