"""The `data:` section of a forecasting config -> a dataset; new files -> windows like its own."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np

from rnnkit.config.forecasting import ForecastingData
from rnnkit.config.stack import InputFacts
from rnnkit.data import files
from rnnkit.data.columns import named_columns, require_columns
from rnnkit.data.scaling import Scale, fit_scale
from rnnkit.data.series.dataset import SeriesDataset, WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing, Tail
from rnnkit.data.series.quantities import apply_chain, rows_lost
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.sources import A_ROW, A_VALUE, read_source
from rnnkit.data.series.splits import part_ends
from rnnkit.data.series.store import Series, Store
from rnnkit.data.series.windows import cut_windows
from rnnkit.errors import DataError


def load_dataset(data: ForecastingData) -> SeriesDataset:
    """Read, mend, split, transform and scale.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    return build_dataset(read_source(data), data)


def input_facts(data: ForecastingData) -> InputFacts:
    """What a model must know of the data: how many columns it reads, and how many it forecasts.

    Everything is read, and refused where no window fits.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    dataset = load_dataset(data)
    return dataclasses.replace(
        dataset.preprocessing.facts, validated=dataset.validation is not None
    )


def build_dataset(rows: Rows, data: ForecastingData) -> SeriesDataset:
    """Rows -> windows in parts; a pure function, which the leak audit calls with other rows.

    Raises:
        DataError: a logarithm that does not exist, a border outside the data, or no window fits.
    """
    kept = _keep(rows, data)
    lost = rows_lost(kept.quantity)
    long_enough = [one for one in rows.series if len(one) > lost]
    if not long_enough:
        raise DataError(f"{rows.source}: no row is left after data.quantity: give more rows")
    ends = part_ends([one.times[lost:] for one in long_enough], data.split)
    series = tuple(
        series_of(one, kept, rows, train_end=train, validation_end=validation)
        for one, (train, validation) in zip(long_enough, ends, strict=True)
    )
    kept = kept.model_copy(update={"scale": _fit(data.scale, series, long_enough, kept, rows)})
    store = Store(series, kept)
    train = cut_windows(store, [(0, s.train_end) for s in series], part="train", limit=data.limit)
    held_back = {
        "validation": [(s.train_end, s.validation_end) for s in series],
        "test": [(s.validation_end, len(s)) for s in series],
    }
    parts = {
        name: cut_windows(store, spans, part=name, limit=data.limit)
        for name, spans in held_back.items()
        if getattr(data.split, name) != 0
    }
    return SeriesDataset(
        source=rows.source,
        sha256=rows.sha256,
        series=series,
        train=train,
        validation=parts.get("validation"),
        test=parts.get("test"),
        preprocessing=kept,
        rows=rows,
        rebuild=functools.partial(build_dataset, data=data),
    )


def read_new(path: Path, kept: SeriesPreprocessing) -> WindowPart:
    """Every window of another table with the run's columns, prepared as the run's were.

    Raises:
        DataError: the file does not fit the run, or is too short.
    """
    rows = read_new_rows(path, kept)
    lost = rows_lost(kept.quantity)
    found = [one for one in rows.series if len(one) > lost]
    if not found:
        raise DataError(f"{path}: no row is left after the run's quantity: give more rows")
    series = tuple(series_of(one, kept, rows) for one in found)
    return cut_windows(Store(series, kept), [(0, len(s)) for s in series], part="data")


def read_new_rows(path: Path, kept: SeriesPreprocessing) -> Rows:
    """The rows of another table with the run's columns.

    Raises:
        DataError: the file does not fit the run.
    """
    path = files.find_file(path, kinds=files.TABLES)
    from rnnkit.data.frames.table import read_table  # pandas takes 0.4 s to import
    from rnnkit.data.series.tables import read_rows

    named = [c for c in (kept.time, kept.series) if c is not None]
    table = read_table(path, text=named, a_row=A_ROW, a_value=A_VALUE)
    targets = [(("data", "target"), name) for name in kept.targets]
    wanted = [*targets, *named_columns(kept, "features", "time", "series")]
    require_columns(path, table.frame.columns, wanted)
    rows = read_rows(
        table,
        kept,
        targets=kept.targets,
        features=kept.features,
        source=kept.source if kept.series is None else path.name,
        sha256="",
    )
    if kept.time is not None and (rows.series[0].times.dtype.kind == "M") != kept.dates:
        kinds = ("whole numbers", "dates")
        raise DataError(
            f"{path}: column '{kept.time}' holds {kinds[not kept.dates]}, but in the run's data "
            f"it held {kinds[kept.dates]}"
        )
    return rows


def series_of(
    one: SeriesRows,
    kept: SeriesPreprocessing,
    rows: Rows,
    *,
    train_end: int = 0,
    validation_end: int = 0,
) -> Series:
    """One series with the quantity that is forecast; the rows it has no value for are left out.

    Raises:
        DataError: the logarithm of a value that is not positive.
    """
    targets, lost = len(kept.targets), rows_lost(kept.quantity)
    quantity = apply_chain(one.values[:, :targets], kept.quantity, lambda row: rows.place(one, row))
    return Series(
        name=one.name,
        times=one.times[lost:],
        targets=quantity[lost:],
        features=one.values[lost:, targets:],
        train_end=train_end,
        validation_end=validation_end,
    )


def _keep(rows: Rows, data: ForecastingData) -> SeriesPreprocessing:
    """What the run keeps, the scale not fitted yet."""
    kept = SeriesPreprocessing(
        source=rows.source,
        time=rows.time,
        time_format=rows.time_format,
        targets=rows.targets,
        features=rows.features,
        series=data.series,
        calendar=tuple(data.calendar),
        missing=data.missing,
        quantity=tuple(data.quantity),
        transform=tuple(data.transform),
        lookback=data.lookback,
        horizon=data.horizon,
        outputs=data.outputs,
        stride=data.stride,
        season=data.season,
        frequency=rows.frequency,
        dates=rows.series[0].times.dtype.kind == "M",
    )
    return kept.model_copy(update={"tails": tuple(_tail(one, kept.history) for one in rows.series)})


def _tail(one: SeriesRows, count: int) -> Tail:
    return Tail(
        name=one.name,
        times=tuple(one.times[-count:].astype(np.int64).tolist()),
        values=tuple(map(tuple, one.values[-count:].tolist())),
    )


def _fit(
    name: str,
    series: tuple[Series, ...],
    read: list[SeriesRows],
    kept: SeriesPreprocessing,
    rows: Rows,
) -> Scale | None:
    """The scale of the training rows of every series."""
    lost, columns = rows_lost(kept.quantity), []
    for one, made in zip(read, series, strict=True):
        place = lambda row, one=one: rows.place(one, row + lost)  # noqa: E731
        columns.append(kept.columns(made, place)[: made.train_end])
    training = np.concatenate(columns)
    if np.isnan(training[:, 0]).all():
        return None  # too few rows for a window: what cuts windows says so
    return fit_scale(name, training)
