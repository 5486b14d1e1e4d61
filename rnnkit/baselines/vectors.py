"""What a network for frames must beat: each fitted on the training part, in nats a sequence.

Frames are (n, T, F) arrays, a chunk of sequences at a time, with a mask (n, T) of the real ones.
A baseline's `nats` gives -ln p of every real value, (n, T, F), and 0 for padding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]
Chunks = Iterable[tuple[Floats, Floats]]  # frames (n, T, F), mask (n, T)

VARIANCE_FLOOR = 1e-4  # of the scaled frames; keeps the density of a constant feature finite
SMOOTHING = 0.5  # imagined ones, and as many zeros, in every count: no probability is 0
RIDGE = 1.0  # of the regressions: the precision of a Gaussian prior around 0
WHOLE_FRAME = 100  # up to so many features a regression reads the whole previous frame
FIT_WORK = 3 * 10**7  # rows * inputs^2 of one regression's normal equations
FEWEST_ROWS = 100  # for each input, whatever the work: fewer would not tell what the inputs say
FIT_ROWS = 10**6
NEWTON_STEPS = 15


class Baseline(Protocol):
    """One of the classes below, fitted."""

    name: ClassVar[str]

    @property
    def text(self) -> str:
        """What it does, in words that continue `it predicts each frame from`."""
        ...

    def nats(self, frames: Floats, mask: Floats) -> Floats:
        """-ln p of each value, (n, T, F)."""
        ...


class Independent:
    """Every feature by its own mean (and variance), whatever came before."""

    name: ClassVar[str] = "independent"

    def __init__(self, mean: Floats, variance: Floats | None, *, per_position: bool) -> None:
        self.mean = mean  # (F,), or (T, F) when positions differ
        self.variance = variance  # of Gaussian frames; None: Bernoulli
        self.per_position = per_position

    @property
    def text(self) -> str:
        return f"each {'position' if self.per_position else 'feature'}'s mean in the training part"

    @classmethod
    def fit(cls, chunks: Chunks, *, gaussian: bool, per_position: bool) -> Self:
        """Means over all real frames, or at each position where all sequences are as long."""
        axes = 0 if per_position else (0, 1)
        total: Any = 0.0
        squares: Any = 0.0
        count: Any = 0.0
        for frames, mask in chunks:
            real = frames * mask[:, :, None]
            total = total + real.sum(axes, dtype=np.float64)
            squares = squares + (real * real).sum(axes, dtype=np.float64)
            count = count + mask[:, :, None].sum(axes, dtype=np.float64)
        if not gaussian:
            mean = (total + SMOOTHING) / (count + 2 * SMOOTHING)
            return cls(mean, None, per_position=per_position)
        mean = total / count
        variance = np.maximum(squares / count - mean * mean, VARIANCE_FLOOR)
        return cls(mean, variance, per_position=per_position)

    def nats(self, frames: Floats, mask: Floats) -> Floats:
        if self.variance is None:
            values = bernoulli_nats(frames, self.mean)
        else:
            values = gaussian_nats(frames, self.mean, self.variance)
        return values * mask[:, :, None]


class PreviousFrame:
    """A first-order Markov model: a regression of every feature on the frame before."""

    name: ClassVar[str] = "previous frame"

    def __init__(self, weights: Floats, variance: Floats | None, *, whole: bool) -> None:
        self.weights = weights  # (2 + F, F): bias, whether it is the first frame, the one before;
        self.variance = variance  # or (3, F): ..., the feature's own value before
        self.whole = whole

    @property
    def text(self) -> str:
        kind = "logistic" if self.variance is None else "linear"
        inputs = "the frame before" if self.whole else "its own value in the frame before"
        return f"a {kind} model of each feature from {inputs}"

    @classmethod
    def fit(cls, chunks: Chunks, *, gaussian: bool) -> Self:
        """Fit on at most FIT_ROWS frames: the first ones of the chunks."""
        frames, mask = _first_rows(chunks)
        features = frames.shape[2]
        whole = features <= WHOLE_FRAME
        real = mask > 0
        y = frames[real].astype(np.float64)  # (n, F)
        before = _before(frames)[real].astype(np.float64)
        first = np.zeros(mask.shape)
        first[:, 0] = 1
        common = np.stack([np.ones(len(y)), first[real]], axis=1)  # (n, 2)
        regress = _least_squares if gaussian else _logistic
        if whole:
            weights = regress(np.concatenate([common, before], axis=1), y)
        else:
            columns = [
                regress(np.column_stack([common, before[:, f]]), y[:, f : f + 1])
                for f in range(features)
            ]
            weights = np.concatenate(columns, axis=1)
        fitted = cls(weights, None, whole=whole)
        if not gaussian:
            return fitted
        residuals = (frames - fitted.scores(frames))[real]
        variance = np.maximum((residuals**2).mean(axis=0), VARIANCE_FLOOR)
        return cls(weights, variance, whole=whole)

    def scores(self, frames: Floats) -> Floats:
        """Logits or means of every frame, (n, T, F)."""
        before = _before(frames)
        scores: Floats = before @ self.weights[2:] if self.whole else before * self.weights[2]
        scores = scores + self.weights[0]
        scores[:, 0] += self.weights[1]
        return scores

    def nats(self, frames: Floats, mask: Floats) -> Floats:
        scores = self.scores(frames)
        if self.variance is None:
            values: Floats = np.logaddexp(0, scores) - frames * scores
        else:
            values = gaussian_nats(frames, scores, self.variance)
        return values * mask[:, :, None]


class NeighbourTable:
    """Binary images: how often a pixel is 1, given where it is and four pixels drawn before it."""

    name: ClassVar[str] = "neighbour table"
    text: ClassVar[str] = "a table over the pixels left, up-left, up and up-right, for each place"

    def __init__(self, probabilities: Floats, undo: Callable[[Floats], Floats]) -> None:
        self.probabilities = probabilities  # (16, height, width)
        self._undo = undo

    @classmethod
    def fit(cls, chunks: Chunks, undo: Callable[[Floats], Floats]) -> Self:
        """Count, over sequences that `undo` turns into images (n, height, width)."""
        ones: Any = 0.0
        counts: Any = 0.0
        for frames, _ in chunks:
            images = undo(frames)
            pattern = _neighbours(images)
            found = np.stack([pattern == number for number in range(16)])  # (16, n, H, W)
            counts = counts + found.sum(1)
            ones = ones + (found & (images > 0.5)).sum(1)
        return cls((ones + SMOOTHING) / (counts + 2 * SMOOTHING), undo)

    def nats(self, frames: Floats, mask: Floats) -> Floats:
        """In the layout of the images, (n, height, width)."""
        images = self._undo(frames)
        rows, columns = np.indices(images.shape[1:])
        p = self.probabilities[_neighbours(images), rows, columns]
        return bernoulli_nats(images, p)


def bernoulli_nats(y: Floats, p: Floats) -> Floats:
    """-(y ln p + (1 - y) ln(1 - p))."""
    nats: Floats = -(y * np.log(p) + (1 - y) * np.log1p(-p))
    return nats


def gaussian_nats(y: Floats, mean: Floats, variance: Floats) -> Floats:
    """-ln of the normal density: (ln(2 pi variance) + (y - mean)^2 / variance) / 2."""
    nats: Floats = 0.5 * (np.log(2 * np.pi * variance) + (y - mean) ** 2 / variance)
    return nats


def _before(frames: Floats) -> Floats:
    """The frame before each frame, zeros before the first."""
    return np.concatenate([np.zeros_like(frames[:, :1]), frames[:, :-1]], axis=1)


def _first_rows(chunks: Chunks) -> tuple[Floats, Floats]:
    """Sequences until they hold as many real frames as a regression may cost."""
    taken: list[tuple[Floats, Floats]] = []
    rows = 0
    for frames, mask in chunks:
        inputs = 2 + (frames.shape[2] if frames.shape[2] <= WHOLE_FRAME else 1)
        most = min(FIT_ROWS, max(FIT_WORK // inputs**2, FEWEST_ROWS * inputs))
        real = np.cumsum(mask.sum(axis=1)).astype(int)
        keep = max(1, int(np.searchsorted(real, most - rows, side="right")))
        taken.append((frames[:keep, :most], mask[:keep, :most]))
        rows += int(real[min(keep, len(frames)) - 1])
        if rows >= most or keep < len(frames):
            break
    return np.concatenate([f for f, _ in taken]), np.concatenate([m for _, m in taken])


def _least_squares(x: Floats, y: Floats) -> Floats:
    """Ridge regression: x (n, K), y (n, F) -> (K, F)."""
    weights: Floats = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ y)
    return weights


def _logistic(x: Floats, y: Floats) -> Floats:
    """Ridge logistic regressions by Newton's method: x (n, K), y (n, F) in 0..1 -> (K, F)."""
    weights = np.zeros((x.shape[1], y.shape[1]))
    if not (used := x.any(axis=0)).all():  # a silent key: its weights are 0
        weights[used] = _logistic(x[:, used], y)
        return weights
    for feature, w in enumerate(weights.T):
        for _ in range(NEWTON_STEPS):
            p = 0.5 + 0.5 * np.tanh(0.5 * (x @ w))
            gradient = x.T @ (y[:, feature] - p) - RIDGE * w
            curvature = (x * (p * (1 - p))[:, None]).T @ x + RIDGE * np.eye(len(w))
            step = np.linalg.solve(curvature, gradient)
            step *= min(1.0, 4.0 / max(float(np.abs(step).max()), 1e-12))  # far from the optimum
            w += step
            if np.abs(step).max() < 1e-4:
                break
    return weights


def _neighbours(images: Floats) -> NDArray[np.intp]:
    """Which of the four earlier neighbours are 1, as a number in 0..15; outside is 0."""
    height, width = images.shape[1:]
    edged = np.pad(images > 0.5, ((0, 0), (1, 0), (1, 1))).astype(np.intp)
    left, up_left = edged[:, 1:, :width], edged[:, :height, :width]
    up, up_right = edged[:, :height, 1 : width + 1], edged[:, :height, 2:]
    pattern: NDArray[np.intp] = left * 8 + up_left * 4 + up * 2 + up_right
    return pattern
