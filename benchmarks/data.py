"""A row -> its data in memory, the same numbers for every contender: random, but learnable."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.rows import Network, Row, Source
from rnnkit.datasets import EMBEDDED, FOLDER

SEED = 0
NOISE = 0.5  # standard deviation of what lies over a class's template
SURPRISE = 0.1  # share of tokens that do not follow from the one before


class Data(NamedTuple):
    """x: (N, T, F) float32 or (N, T) int32. y: (N,) int32 classes, or (N, T) next tokens."""

    x: NDArray[Any]
    y: NDArray[np.int32]


class Unequal(NamedTuple):
    """N sequences end to end.

    values: (S, F) float32. lengths: (N,) steps of each. y: (N,) int32 classes.
    """

    values: NDArray[Any]
    lengths: NDArray[np.intp]
    y: NDArray[np.int32]


# how long the tunes of a well-known collection are, in steps: of each share of them at most so many
LENGTHS = {0.0: 40, 0.5: 254, 0.9: 383, 0.99: 768, 1.0: 1788}
SEQUENCES = 694


@functools.lru_cache(maxsize=1)
def load_unequal(network: Network) -> Unequal:
    """SEQUENCES sequences whose lengths lie as LENGTHS says; noise that leans to a class's side."""
    rng = np.random.default_rng(SEED)
    shares = np.linspace(0, 1, SEQUENCES)
    lengths = np.interp(shares, list(LENGTHS), list(LENGTHS.values())).astype(np.intp)
    lengths = rng.permutation(lengths)
    y = rng.integers(0, network.outputs, SEQUENCES).astype(np.int32)
    sides = rng.normal(scale=NOISE, size=(network.outputs, network.inputs))
    values = rng.normal(size=(int(lengths.sum()), network.inputs)) + np.repeat(sides[y], lengths, 0)
    return Unequal(values.astype(np.float32), lengths, y)


def load_data(row: Row, examples: int) -> Data:
    """N examples for a row, kept for the next call."""
    return _load(row.source, row.network, examples)


@functools.lru_cache(maxsize=4)
def _load(source: Source, network: Network, examples: int) -> Data:
    rng = np.random.default_rng(SEED)
    if source == "mnist":
        return _mnist(examples)
    if source == "signals":
        return _signals(rng, network, examples)
    return _characters(rng, network, examples)


def _mnist(examples: int) -> Data:
    with np.load(FOLDER / EMBEDDED["mnist"].file, allow_pickle=False) as file:
        x, y = file["x_train"], file["y_train"]
    rows = np.resize(np.arange(len(x)), examples)
    return Data(x[rows].astype(np.float32) / 255, y[rows].astype(np.int32))


def _signals(rng: np.random.Generator, network: Network, examples: int) -> Data:
    """Each class has a template of its own, which lies under noise."""
    shape = (network.steps, network.inputs)
    templates = rng.normal(size=(network.outputs, *shape)).astype(np.float32)
    y = rng.integers(0, network.outputs, examples).astype(np.int32)
    noise = rng.normal(scale=NOISE, size=(examples, *shape)).astype(np.float32)
    return Data(templates[y] + noise, y)


def _characters(rng: np.random.Generator, network: Network, examples: int) -> Data:
    """Each token has one that usually follows it."""
    vocabulary, steps = network.inputs, network.steps
    follower = rng.permutation(vocabulary).astype(np.int32)
    tokens = rng.integers(0, vocabulary, (examples, steps + 1), np.int32)  # (N, T+1)
    surprising = rng.random((examples, steps + 1)) < SURPRISE
    for t in range(1, steps + 1):
        tokens[:, t] = np.where(surprising[:, t], tokens[:, t], follower[tokens[:, t - 1]])
    return Data(tokens[:, :-1], tokens[:, 1:])
