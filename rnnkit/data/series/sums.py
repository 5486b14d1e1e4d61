"""Whether features together are the target, as casual + registered = all, or number the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.audit import exact_weights, written_sum
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.lookalikes import SHIFTS, Found
from rnnkit.data.series.quantities import rows_lost
from rnnkit.words import brief, counted

MOST = 100  # features
FEWEST = 20  # rows that a feature can number

Floats = NDArray[np.float64]


def sums(dataset: SeriesDataset) -> Found:
    """Several features that add up to a target, with weights, in the same row or in a later one."""
    data = dataset.data
    if not 1 < len(data.others) <= MOST:
        return
    targets, features = _longest(dataset)
    if told := list(_told(dataset, targets, features)):
        yield from told
        return
    for name, target in zip(data.targets, targets.T, strict=True):
        for shift in range(min(data.horizon, SHIFTS) + 1):
            x, y = features[: len(features) - shift], target[shift:]
            weights = exact_weights(x, y)
            if np.count_nonzero(weights[:-1]) < 2:
                continue
            written = written_sum(weights, data.others)
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
                    "them back, or leave them out",
                )
            break


def _told(dataset: SeriesDataset, targets: Floats, features: Floats) -> Found:
    """Known columns that add up to a target of the same row."""
    data = dataset.data
    known = features[:, len(data.features) :]
    for name, target in zip(data.targets, targets.T, strict=True):
        if known.shape[1] < 2:
            return
        weights = exact_weights(known, target)
        if np.count_nonzero(weights[:-1]) >= 2:
            yield (
                True,
                f"the target '{name}' is {written_sum(weights, data.known)} of the same row, all "
                "of data.known: the model would read the answer; name them in data.features, or "
                "leave them out",
            )


def numbers(dataset: SeriesDataset) -> Found:
    """Features of integers that rise, or fall, from each row to the next."""
    _, features = _longest(dataset)
    steps = np.diff(features, axis=0)
    steady = (steps > 0).all(axis=0) | (steps < 0).all(axis=0)
    whole = (features == np.rint(features)).all(axis=0)
    for index in np.flatnonzero(steady & whole & (len(features) >= FEWEST)).tolist():
        yield (
            False,
            f"the feature '{brief(dataset.data.others[index])}' numbers the rows: it goes on "
            "beyond all that a model is trained on; leave it out, unless it means more",
        )


def _longest(dataset: SeriesDataset) -> tuple[Floats, Floats]:
    """The targets as they were read, (n, K), and the features, (n, F), of the longest series."""
    series = max(dataset.series, key=len)
    raw = next(one for one in dataset.rows.series if one.name == series.name)
    lost = rows_lost(dataset.data.quantity)
    return raw.values[lost:, : len(dataset.data.targets)], series.features
