"""The training part and the examples to judge -> what every baseline says of these."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.ridge import Ridge
from rnnkit.data.dataset import PADDING_VALUE
from rnnkit.data.measured.dataset import MeasuredPart
from rnnkit.data.measured.targets import TargetScale, Values
from rnnkit.words import counted

MEAN = "mean"
MOST_INPUTS = 2000  # of a linear model, for whose products of all pairs a few seconds are enough
MOST_WORK = 10**11  # rows * inputs^2 of the products
_ROWS = 1024  # that are looked at together

Inputs = NDArray[np.floating[Any]]


def baselines(
    train: MeasuredPart, part: MeasuredPart, scale: TargetScale, vocabulary: int | None
) -> dict[str, Values]:
    """The answers of every baseline to the examples of a part, (N, K) in the targets' units.

    They learn what the network does, scaled targets, and their answers are taken back alike.

    Args:
        train: what they learn from.
        part: what they are asked.
        scale: of the targets.
        vocabulary: of ids, which are counted; None: features are numbers.
    """
    found = {MEAN: np.tile(train.actual.mean(axis=0), (len(part), 1))}
    for name, rows in _ridges(train, vocabulary).items():
        found[name] = scale.invert(_ridge(train, part, rows, vocabulary))
    return found


def _ridges(train: MeasuredPart, vocabulary: int | None) -> dict[str, int]:
    """The linear models by name, and how many of an example's last rows each reads; 0: ids."""
    if vocabulary is not None:
        return {"ridge on counts": 0} if vocabulary <= MOST_INPUTS else {}
    _, length, features = train.store.shape
    most = min(length, MOST_INPUTS // features)
    if most == 0:
        return {}
    longest = "all rows" if most == length else f"the last {counted(most, 'row')}"
    return {"ridge on the last row": 1} | ({f"ridge on {longest}": most} if most > 1 else {})


def _ridge(
    train: MeasuredPart, part: MeasuredPart, rows: int, vocabulary: int | None
) -> NDArray[np.float64]:
    """Scaled answers, (N, K), of a linear model that reads so many last rows of an example."""
    widths = {name: _width(values) for name, values in train.beside.items()}
    inputs = (vocabulary or rows * train.store.shape[2]) + sum(widths.values())
    most = max(1, MOST_WORK // inputs**2)
    if len(train) > most:
        train = train.take(np.unique(np.linspace(0, len(train) - 1, most).astype(np.intp)))

    def chunks(part: MeasuredPart) -> Iterator[tuple[Inputs, Inputs]]:
        for start in range(0, len(part), _ROWS):
            chosen = slice(start, start + _ROWS)
            x = _inputs(part.rows(chosen), rows, vocabulary)
            beside = (_one_hot(part.beside[name][chosen], n) for name, n in widths.items())
            yield np.concatenate([x, *beside], axis=1), part.y[chosen]

    model = Ridge(chunks(train))
    return np.concatenate([model(x) for x, _ in chunks(part)])


def _width(values: NDArray[Any]) -> int:
    """Inputs that what stands beside sequences becomes; 0 for a category of too many values."""
    if values.dtype.kind == "f":
        return int(values.shape[1])
    count = int(values.max()) + 1
    return count if count <= MOST_INPUTS else 0


def _one_hot(values: NDArray[Any], width: int) -> Inputs:
    """Numbers (n, S) as they are; ids (n, 1) as one of `width`, or none."""
    return values if values.dtype.kind == "f" else (values == np.arange(width)).astype(np.float64)


def _inputs(x: Inputs, rows: int, vocabulary: int | None) -> Inputs:
    """(n, P): the last real rows side by side, the first one repeated where they are too few.

    Of ids how often each stands there.
    """
    if vocabulary is not None:
        places = np.arange(len(x))[:, None] * vocabulary + x.astype(np.intp)
        counts = np.bincount(places.ravel(), minlength=len(x) * vocabulary)
        return counts.reshape(len(x), vocabulary).astype(np.float64)
    real = x[:, :, 0] != PADDING_VALUE
    count, begin = real.sum(axis=1)[:, None], real.argmax(axis=1)[:, None]
    steps = begin + (count - rows + np.arange(rows)).clip(0, count - 1)
    last: Inputs = x[np.arange(len(x))[:, None], steps]
    return last.reshape(len(x), -1)
