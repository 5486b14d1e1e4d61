"""The long-memory problems as arrays, drawn from a generator.

Hochreiter and Schmidhuber 1997, "Long Short-Term Memory", section 5.4 (adding); the forms here
are those of Bai, Kolter and Koltun 2018, "An Empirical Evaluation of Generic Convolutional and
Recurrent Networks for Sequence Modeling".
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

COPIED = 10  # digits to remember
DIGITS = 8  # 1 to 8
BLANK, DELIMITER = 0, 9
SYMBOLS = 10

ADDING_VARIANCE = 1 / 6  # of the sum of two uniform values, 2 / 12: the error of always saying 1


def adding(
    rng: np.random.Generator, examples: int, length: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Values uniform in [0, 1] and a marker at one step of each half -> the marked ones' sum.

    Returns:
        x (N, T, 2), the value and the marker (0 or 1) of each step; y (N,).
    """
    values = rng.random((examples, length), dtype=np.float32)
    half = length // 2
    rows = np.arange(examples)
    first = rng.integers(0, half, examples)
    second = rng.integers(half, length, examples)
    markers = np.zeros_like(values)
    markers[rows, first] = 1
    markers[rows, second] = 1
    return np.stack([values, markers], axis=2), values[rows, first] + values[rows, second]


def copy(
    rng: np.random.Generator, examples: int, length: int
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Ten digits from 1 to 8, a wait, a signal -> blanks, and the ten digits after the signal.

    The first of the eleven 9s that end x is the signal; with it x and y have `length` + 20 steps.

    Returns:
        x, y (N, length + 20).
    """
    digits = rng.integers(1, DIGITS + 1, (examples, COPIED), dtype=np.int32)
    x = np.full((examples, length + 2 * COPIED), BLANK, np.int32)
    y = x.copy()
    x[:, :COPIED] = digits
    x[:, -COPIED - 1 :] = DELIMITER
    y[:, -COPIED:] = digits
    return x, y


def copy_baseline(length: int) -> float:
    """Nats a step of blanks, then each of the 8 digits alike: 10 ln 8 / (length + 20)."""
    return COPIED * math.log(DIGITS) / (length + 2 * COPIED)


def one_hot(symbols: NDArray[np.int32]) -> NDArray[Any]:
    """(B, T) -> (B, T, SYMBOLS) float32."""
    return np.eye(SYMBOLS, dtype=np.float32)[symbols]
