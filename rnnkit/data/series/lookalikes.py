"""Whether a dataset's rows give away the answers: copies, and features that know or number them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.audit import exact_weights, written_sum
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.dates import time_text
from rnnkit.data.series.quantities import rows_lost
from rnnkit.data.series.store import Series
from rnnkit.words import brief, counted

STRETCH = 32  # rows that must be equal for a window to be a copy; shorter lookbacks: theirs + 1
SHORTEST_STRETCH = 4  # shorter ones recur by chance
SAME = 0.9999  # correlation of changes from which a feature is the target itself
SUSPICIOUS = 0.99
TOLD = 0.35  # the same of a known column and the same row: weather has 0.1, a part of a sum 0.4
SHIFTS = 48  # rows into the future in which the target is looked for in the features

Found = Iterator[tuple[bool, str]]  # whether it is certain, and what it is
MOST = 100  # features
FEWEST = 20  # rows that a feature can number

Floats = NDArray[np.float64]


def copies(dataset: SeriesDataset) -> Found:
    """Windows of held-back parts that stand row for row in the training part."""
    length = min(dataset.data.lookback + 1, STRETCH)
    if length < SHORTEST_STRETCH:
        return
    hashes = _stretch_hashes(dataset.series, length)
    trained = np.sort(hashes[dataset.train.first_ahead])
    for name, part in dataset.parts.items():
        if name == "train":
            continue
        own = hashes[part.first_ahead]
        nearest = trained[np.minimum(np.searchsorted(trained, own), len(trained) - 1)]
        copied = (own == nearest) & (own != 0)
        if copied.any():
            first = time_text(part.times[int(np.argmax(copied)), 0])
            yield (
                False,
                f"{int(copied.sum()):,} of {len(part):,} {name} windows, the first for "
                f"{first}, stand row for row in the training part too: the file holds rows twice, "
                "unless the series repeats itself exactly",
            )


def answers(dataset: SeriesDataset) -> Found:
    """Features that move with the target before it does, known columns that move when it does."""
    data, lost = dataset.data, rows_lost(dataset.data.quantity)
    if not data.others:
        return
    longest = max(range(len(dataset.series)), key=lambda i: len(dataset.series[i]))
    series = dataset.series[longest]
    raw = next(one for one in dataset.rows.series if one.name == series.name)
    count = len(data.targets)
    targets = np.concatenate([series.targets, raw.values[lost:, :count]], axis=1)
    for index, feature in enumerate(data.others):
        known = feature in data.known
        for shift in range(min(data.horizon, SHIFTS) + 1):
            r = [_correlation(series.features[:, index], y, shift) for y in targets.T]
            best = int(np.argmax(np.abs(r)))
            if abs(r[best]) < (TOLD if known and shift == 0 else SUSPICIOUS):
                continue
            target = data.targets[best % count]
            if known and shift == 0:
                yield abs(r[best]) >= SAME, _told(feature, target, r[best])
            elif shift == 0:
                text = (
                    f"the feature '{feature}' is the target '{target}' of the same row "
                    f"(correlation of changes {r[best]:.4f}): the model reads that in any case; "
                    "make sure that it is known at the time of a forecast"
                )
                yield False, text
            else:
                ahead = counted(shift, "row")
                text = (
                    f"the feature '{feature}' knows the target '{target}' {ahead} ahead "
                    f"(correlation of changes {r[best]:.4f}): shift it back, or remove it from "
                    f"data.{'known' if known else 'features'}"
                )
                yield abs(r[best]) >= SAME, text
            break


def _told(known: str, target: str, r: float) -> str:
    return (
        f"'{known}' of data.known moves with the target '{target}' of the same row (correlation of "
        f"changes {r:.4f}): unless it is planned, as opening hours are, it is measured together "
        "with the target and known no sooner: name it in data.features, or leave it out"
    )


def _stretch_hashes(series: tuple[Series, ...], length: int) -> NDArray[np.uint64]:
    """A number for the `length` rows that end in each row, (R,); 0 where there is none.

    Rows that are all alike get 0 as well: a standstill recurs without anybody's fault.
    """
    width = series[0].targets.shape[1] + series[0].features.shape[1]
    odd = np.random.default_rng(0).integers(0, 2**63, width, np.uint64) | np.uint64(1)
    hashes = []
    for one in series:
        values = np.concatenate([one.targets, one.features], axis=1) + 0.0  # -0.0 is 0.0
        row = (np.ascontiguousarray(values).view(np.uint64) * odd).sum(axis=1, dtype=np.uint64)
        row ^= row >> np.uint64(29)
        result = np.zeros(len(row), np.uint64)
        full = len(row) - length + 1
        if full > 0:
            mixed = np.zeros(full, np.uint64)
            alike = np.ones(full, bool)
            for step in range(length):
                piece = row[step : step + full]
                mixed = mixed * np.uint64(0x9E3779B97F4A7C15) + piece
                alike &= piece == row[:full]
            result[length - 1 :] = np.where(alike, 0, mixed)
        hashes.append(result)
    return np.concatenate(hashes)


def _correlation(feature: NDArray[Any], target: NDArray[Any], shift: int) -> float:
    """Between the changes of a feature and those of the target `shift` rows later."""
    x, y = np.diff(feature), np.diff(target)
    x, y = x[: len(x) - shift], y[shift:]
    if len(x) < 3 or not x.std() or not y.std():
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


def sums(dataset: SeriesDataset) -> Found:
    """Several features that add up to a target, with weights, in the same row or in a later one."""
    data = dataset.data
    if not 1 < len(data.others) <= MOST:
        return
    targets, features = _longest(dataset)
    if told := list(_known_sums(dataset, targets, features)):
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


def _known_sums(dataset: SeriesDataset, targets: Floats, features: Floats) -> Found:
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
