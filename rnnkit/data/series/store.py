"""Series end to end, transformed and scaled: the one copy that all windows are gathered from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.scaling import Scale
from rnnkit.data.series.calendar import calendar_columns
from rnnkit.data.series.dates import Times
from rnnkit.data.series.quantities import Inverse, Values, apply_chain
from rnnkit.data.series.section import SeriesData

Positions = NDArray[np.intp]


@dataclasses.dataclass(frozen=True, eq=False)
class Series:
    """One series of n rows, in the user's units.

    Args:
        name: the panel's id; for a series alone the source's name.
        times: (n,) dates, datetime64[ns], or whole numbers, int64; strictly ascending.
        targets: (n, K) the quantity to forecast; NaN in rows that are yet to come.
        features: (n, F) further columns.
        filled: (n, K + F) which of them were not there, and follow from the rows before.
        train_end: rows [0, train_end) are the training part's.
        validation_end: rows [train_end, validation_end) are validation's, the rest is test's.
    """

    name: str
    times: Times
    targets: Values
    features: Values
    filled: NDArray[np.bool_]
    train_end: int
    validation_end: int

    def __len__(self) -> int:
        return len(self.times)


class Store:
    """All series end to end, transformed and scaled: what every window is gathered from.

    Args:
        series: S series.
        data: how they are prepared; its targets are named.
        scale: of K + F columns; None: they stay as they are.

    Attributes:
        observed: (R,) whether all targets of a row came true, rather than being filled in.
        inputs: (R, F_in) float32, F_in = K targets + F features + calendar columns; R rows of
            all series together. Rows that a difference has no value for are NaN.
        starts: (S,) where each series begins.
    """

    def __init__(self, series: tuple[Series, ...], data: SeriesData, scale: Scale | None) -> None:
        self.series = series
        self.data = data
        self.scale = scale
        self.starts: Positions = np.cumsum([0, *map(len, series)])[:-1].astype(np.intp)
        self.times: Times = np.concatenate([s.times for s in series])
        self.targets: Values = np.concatenate([s.targets for s in series])
        targets = self.targets.shape[1]
        self.observed = np.concatenate([~s.filled[:, :targets].any(axis=1) for s in series])
        self.inputs = np.concatenate([self._model_inputs(s) for s in series])
        # a difference across two series is never asked for: histories begin after it
        self._inverse = Inverse(self.targets, data.transform)

    def __len__(self) -> int:
        """R."""
        return len(self.inputs)

    @property
    def bytes(self) -> int:
        return self.inputs.nbytes + self.targets.nbytes + self.times.nbytes

    def invert(self, outputs: NDArray[np.floating], origins: Positions) -> Values:
        """Model outputs, (W, steps, K), in the user's units, from the W rows known last."""
        forecasts = outputs.astype(np.float64)
        if self.scale is not None:
            targets = slice(len(self.data.targets))
            divisor, offset = self.scale.divisor[targets], self.scale.offset[targets]
            forecasts = forecasts * np.array(divisor) + np.array(offset)
        return self._inverse(forecasts, origins)

    def _model_inputs(self, series: Series) -> NDArray[np.float32]:
        columns = columns_of(series, self.data)
        if self.scale is not None:
            columns = (columns - np.array(self.scale.offset)) / np.array(self.scale.divisor)
        calendar = calendar_columns(series.times, self.data.calendar)
        return np.concatenate([columns.astype(np.float32), calendar], axis=1)


def columns_of(
    series: Series, data: SeriesData, place: Callable[[int], str] = lambda row: f"row {row + 1:,}"
) -> Values:
    """Transformed targets and the features, (n, K + F), not scaled yet.

    Raises:
        DataError: the logarithm of a target that is not positive, at its `place`.
    """
    transformed = apply_chain(series.targets, data.transform, place)
    return np.concatenate([transformed, series.features], axis=1)
