"""Whether features together are the target, as casual + registered = all, or number the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.lookalikes import SHIFTS, Found
from rnnkit.data.series.quantities import rows_lost
from rnnkit.words import brief, counted

SAMPLE = 2000  # rows on which a sum is looked for; it is tried on all
ROWS_EACH = 5  # for each feature, so that no sum fits by chance
MOST = 100  # features
EXACT = 1e-7  # of the range of the target
FEWEST = 20  # rows that a feature can number

Floats = NDArray[np.float64]


def sums(dataset: SeriesDataset) -> Found:
    """Several features that add up to a target, with weights, in the same row or in a later one."""
    data = dataset.data
    if not 1 < len(data.features) <= MOST:
        return
    targets, features = _longest(dataset)
    for name, target in zip(data.targets, targets.T, strict=True):
        for shift in range(min(data.horizon, SHIFTS) + 1):
            x, y = features[: len(features) - shift], target[shift:]
            weights = _weights(x, y)
            if np.count_nonzero(weights[:-1]) < 2:
                continue
            written = _written(weights, data.features)
            if shift == 0:
                yield (
                    False,
                    f"the target '{name}' is {written} of the same row: the model reads that in "
                    "any case; make sure that these are known at the time of a forecast",
                )
            else:
                yield (
                    True,
                    f"the target '{name}' is {written} of {counted(shift, 'row')} before: shift "
                    "them back, or remove them from data.features",
                )
            break


def numbers(dataset: SeriesDataset) -> Found:
    """Features of integers that rise, or fall, from each row to the next."""
    _, features = _longest(dataset)
    steps = np.diff(features, axis=0)
    steady = (steps > 0).all(axis=0) | (steps < 0).all(axis=0)
    whole = (features == np.rint(features)).all(axis=0)
    for index in np.flatnonzero(steady & whole & (len(features) >= FEWEST)).tolist():
        yield (
            False,
            f"the feature '{brief(dataset.data.features[index])}' numbers the rows: it goes on "
            "beyond all that a model is trained on; leave it out, unless it means more",
        )


def _longest(dataset: SeriesDataset) -> tuple[Floats, Floats]:
    """The targets as they were read, (n, K), and the features, (n, F), of the longest series."""
    series = max(dataset.series, key=len)
    raw = next(one for one in dataset.rows.series if one.name == series.name)
    lost = rows_lost(dataset.data.quantity)
    return raw.values[lost:, : len(dataset.data.targets)], series.features


def _weights(x: Floats, y: Floats) -> Floats:
    """Weights of the features, and a constant, that give y exactly: few; all 0 where none do."""
    nothing = np.zeros(x.shape[1] + 1)
    table = np.concatenate([x, np.ones((len(x), 1))], axis=1)
    if len(y) < ROWS_EACH * table.shape[1] or np.ptp(y) == 0:
        return nothing
    some = np.unique(np.linspace(0, len(y) - 1, SAMPLE).astype(np.intp))
    kept = list(range(table.shape[1]))
    if _misfit(table[some], y[some], kept) > EXACT:
        return nothing
    for column in reversed(range(table.shape[1])):
        fewer = [other for other in kept if other != column]
        if fewer and _misfit(table[some], y[some], fewer) <= EXACT:
            kept = fewer
    if _misfit(table, y, kept) > EXACT:
        return nothing
    nothing[kept] = np.linalg.lstsq(table[:, kept], y)[0]
    return nothing


def _misfit(table: Floats, y: Floats, columns: list[int]) -> float:
    """The largest error of the best weights, as a share of the range of y."""
    x = table[:, columns]
    size = np.abs(x).max(axis=0)
    size[size == 0] = 1
    weights = np.linalg.lstsq(x / size, y)[0]
    return float(np.abs(x / size @ weights - y).max() / np.ptp(y))


def _written(weights: Floats, features: list[str]) -> str:
    """`2 * a - b + 1`."""
    parts = []
    for weight, name in zip(weights, [*features, None], strict=True):
        if weight:
            size = f"{abs(weight):.4g}"
            if name is not None:
                size = "" if np.isclose(abs(weight), 1) else f"{size} * "
                size += f"'{brief(name)}'"
            parts.append(("- " if weight < 0 else "+ ") + size)
    return " ".join(parts).removeprefix("+ ")
