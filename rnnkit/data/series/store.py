"""Series end to end, transformed and scaled: the one copy that all windows are gathered from."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.beside import Kept
from rnnkit.data.series.calendar import calendar_columns
from rnnkit.data.series.dates import Times
from rnnkit.data.series.quantities import Inverse, Values, apply_chain
from rnnkit.data.series.rows import DiskColumns, Static
from rnnkit.data.series.scaling import Affine, AnyScale
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.static import static_arrays

Positions = NDArray[np.intp]


@dataclasses.dataclass(frozen=True, eq=False)
class Series:
    """One series of n rows, in the user's units.

    Args:
        name: the panel's id; for a series alone the source's name.
        times: (n,) dates, datetime64[ns], or whole numbers, int64; strictly ascending.
        targets: (n, K) the quantity to forecast; NaN in rows that are yet to come.
        features: (n, F) further columns.
        filled: (n, K) which targets were not there, and follow from the rows before.
        filled_features: (n, F) the same of the features.
        train_end: rows [0, train_end) are the training part's.
        validation_end: rows [train_end, validation_end) are validation's, the rest is test's.
        static: what it is, the value of each static column.
    """

    name: str
    times: Times
    targets: Values
    features: Any  # array, or DiskColumns where they are large; as the last
    filled: NDArray[np.bool_]
    filled_features: Any
    train_end: int
    validation_end: int
    static: Static = dataclasses.field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.times)


class Columns:
    """Transformed targets and features of series end to end, (R, K + F), read when asked for.

    Args:
        targets: (R, K) transformed.
        series: S series, their features on disk in one file.
    """

    def __init__(self, targets: Values, series: Sequence[Series]) -> None:
        tables = [one.features.table for one in series]
        rows = np.array([table.offset // table.row_bytes for table in tables])  # in the file
        last = int(rows[-1]) + len(tables[-1])
        self.targets = targets
        self.shape = len(targets), tables[0].shape[1]
        self._file = dataclasses.replace(tables[0], offset=0, shape=(last, self.shape[1]), crc=None)
        self._starts = starts_of(series)
        self._ahead = rows - self._starts  # a row of the file, of one here

    def __len__(self) -> int:
        return len(self.targets)

    def __getitem__(self, rows: Any) -> Values:
        """Rows of a slice, or by number, (..., K + F)."""
        if isinstance(rows, slice):
            rows = np.arange(*rows.indices(len(self)))
        series = np.searchsorted(self._starts, rows, side="right") - 1
        values: Values = self._file[rows + self._ahead[series]]
        values[..., : self.targets.shape[1]] = self.targets[rows]
        return values


class Chosen:
    """Some rows of Columns, (n, K + F)."""

    def __init__(self, columns: Columns, rows: Positions) -> None:
        self._columns, self._rows = columns, rows
        self.shape = len(rows), columns.shape[1]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, some: slice) -> Values:
        return self._columns[self._rows[some]]


class Store:
    """All series end to end, transformed and scaled: what every window is gathered from.

    Args:
        series: S series.
        data: how they are prepared; its targets are named.
        scale: of K + F columns, one for all series or of each; None: they stay as they are.
        beside: how a model reads the static columns; None: there are none.

    Attributes:
        observed: (R,) whether all targets of a row came true, rather than being filled in.
        inputs: (R, C) float32, C = K targets + F others + calendar columns; R rows of all
            series together. Rows that a difference has no value for are NaN. None: they are
            made of the rows on disk when they are asked for.
        static: (S, n) by the input's name, what a model reads of the static columns.
        starts: (S,) where each series begins.
    """

    def __init__(
        self,
        series: tuple[Series, ...],
        data: SeriesData,
        scale: AnyScale | None,
        beside: Kept | None = None,
    ) -> None:
        self.series = series
        self.static = static_arrays([one.static for one in series], beside or {})
        self.data = data
        self.scale = None if scale is None else Affine(scale, [one.name for one in series])
        self.starts = starts_of(series)
        self.times: Times = np.concatenate([s.times for s in series])
        self.targets: Values = np.concatenate([s.targets for s in series])
        self.observed = np.concatenate([~s.filled.any(axis=1) for s in series])
        # a difference across two series is never asked for: histories begin after it
        self._inverse = Inverse(self.targets, data.transform)
        columns = columns_of(series, data)
        self._columns = columns if isinstance(columns, Columns) else None
        self.inputs: Any = None
        if not isinstance(columns, Columns):
            self.inputs = self._prepared(columns, np.arange(len(self)))

    def __len__(self) -> int:
        """R."""
        return len(self.times)

    @property
    def on_disk(self) -> bool:
        return self._columns is not None

    @property
    def bytes(self) -> int:
        """Of RAM."""
        arrays = [self.times, self.targets, *([] if self.inputs is None else [self.inputs])]
        return sum(array.nbytes for array in arrays)

    def read(self, rows: Positions) -> NDArray[np.float32]:
        """What stands in these rows for a model, (..., C)."""
        if self._columns is not None:
            return self._prepared(self._columns[rows], rows)
        found: NDArray[np.float32] = self.inputs[rows]
        return found

    def answers(self, rows: Positions) -> NDArray[np.float32]:
        """The first K of these."""
        if self._columns is not None:
            return self._scaled(self._columns.targets[rows], rows)
        found: NDArray[np.float32] = self.inputs[rows, : len(self.data.targets)]
        return found

    @functools.cached_property
    def category_columns(self) -> list[int]:
        """Where columns of categories stand among the K + F."""
        columns = (*self.data.targets, *self.data.others)
        return [columns.index(name) for name in self.data.categorical]

    @functools.cached_property
    def category_ids(self) -> NDArray[np.int32]:
        """The ids in these columns, (R, G); 0 where they are yet to come."""
        places = np.array(self.category_columns) - len(self.data.targets)
        ids = np.concatenate([one.features[:, places] for one in self.series])
        found: NDArray[np.int32] = np.nan_to_num(ids).astype(np.int32)
        return found

    def invert(self, outputs: NDArray[np.floating], origins: Positions) -> Values:
        """Model outputs, (W, steps, K), in the user's units, from the W rows known last."""
        forecasts = outputs.astype(np.float64)
        if self.scale is not None:
            forecasts = self.scale.invert(forecasts, self._series_of(origins)[:, None])
        return self._inverse(forecasts, origins)

    def target_scale(self, origins: Positions) -> tuple[Values, Values]:
        """Offset and divisor of the transformed targets, (W, 1, K) each."""
        shape = (len(origins), 1, len(self.data.targets))
        if self.scale is None:
            return np.zeros(shape), np.ones(shape)
        offset, divisor = self.scale.at(self._series_of(origins)[:, None], shape[2])
        return np.broadcast_to(offset, shape), np.broadcast_to(divisor, shape)

    def _prepared(self, columns: Values, rows: Positions) -> NDArray[np.float32]:
        calendar = calendar_columns(self.times[rows], self.data.calendar)
        return np.concatenate([self._scaled(columns, rows), calendar], axis=-1)

    def _scaled(self, columns: Values, rows: Positions) -> NDArray[np.float32]:
        """As many of the first columns as there are, (..., n)."""
        if self.scale is None:
            return columns.astype(np.float32)
        return self.scale.apply(columns, self._series_of(rows))

    def _series_of(self, rows: Positions) -> Positions:
        """The number of each row's series, (...)."""
        if self.scale is None or not self.scale.own:
            return np.zeros(1, np.intp)  # nobody heeds it
        return np.searchsorted(self.starts, rows, side="right") - 1


def columns_of(
    series: Sequence[Series],
    data: SeriesData,
    place: Callable[[Series, int], str] = lambda series, row: f"row {row + 1:,}",
) -> Values | Columns:
    """Transformed targets and the features of series end to end, (R, K + F), not scaled yet.

    Raises:
        DataError: the logarithm of a target that is not positive, at its `place`.
    """
    targets = np.concatenate(
        [apply_chain(s.targets, data.transform, functools.partial(place, s)) for s in series]
    )
    if isinstance(series[0].features, DiskColumns):
        return Columns(targets, series)
    return np.concatenate([targets, np.concatenate([s.features for s in series])], axis=1)


def training_columns(
    series: Sequence[Series],
    data: SeriesData,
    place: Callable[[Series, int], str] = lambda series, row: f"row {row + 1:,}",
) -> Values | Chosen:
    """The training part's rows of `columns_of`."""
    columns = columns_of(series, data, place)
    rows = rows_before(series, [one.train_end for one in series])
    return Chosen(columns, rows) if isinstance(columns, Columns) else columns[rows]


def rows_before(series: Sequence[Series], ends: Sequence[int]) -> Positions:
    """The first rows of each of series end to end."""
    spans = zip(starts_of(series), ends, strict=True)
    return np.concatenate([np.arange(start, start + end) for start, end in spans])


def starts_of(series: Sequence[Series]) -> Positions:
    """Where each of series end to end begins, (S,)."""
    return np.cumsum([0, *map(len, series)])[:-1].astype(np.intp)
