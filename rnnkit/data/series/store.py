"""Series end to end, transformed and scaled: the one copy that all windows are gathered from."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Times
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.quantities import Inverse, Values

Positions = NDArray[np.intp]


@dataclasses.dataclass(frozen=True, eq=False)
class Series:
    """One series of n rows, in the user's units.

    Args:
        name: the panel's id; for a series alone the source's name.
        times: (n,) dates, datetime64[ns], or whole numbers, int64; strictly ascending.
        targets: (n, K) the quantity to forecast; NaN in rows that are yet to come.
        features: (n, F) further columns.
        train_end: rows [0, train_end) are the training part's.
        validation_end: rows [train_end, validation_end) are validation's, the rest is test's.
    """

    name: str
    times: Times
    targets: Values
    features: Values
    train_end: int
    validation_end: int

    def __len__(self) -> int:
        return len(self.times)


class Store:
    """All series end to end, transformed and scaled: what every window is gathered from.

    Args:
        series: S series.
        kept: how they are prepared.

    Attributes:
        inputs: (R, F_in) float32, F_in = K targets + F features + calendar columns; R rows of
            all series together. Rows that a difference has no value for are NaN.
        starts: (S,) where each series begins.
    """

    def __init__(self, series: tuple[Series, ...], kept: SeriesPreprocessing) -> None:
        self.series = series
        self.kept = kept
        self.starts: Positions = np.cumsum([0, *map(len, series)])[:-1].astype(np.intp)
        self.times: Times = np.concatenate([s.times for s in series])
        self.targets: Values = np.concatenate([s.targets for s in series])
        self.inputs = np.concatenate([kept.model_inputs(s) for s in series])
        # a difference across two series is never asked for: histories begin after it
        self.inverse = Inverse(self.targets, kept.transform)

    @property
    def bytes(self) -> int:
        return self.inputs.nbytes + self.targets.nbytes + self.times.nbytes
