"""Another table and what a run learnt -> its windows, its rows, or what it says of rows to come."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from rnnkit.data import files
from rnnkit.data.cache import Place
from rnnkit.data.series.categories import translated
from rnnkit.data.series.fitting import cold_note, with_new
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.quantities import rows_lost
from rnnkit.data.series.rows import Rows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.sources import with_defaults
from rnnkit.data.series.static import columns_with, static_notes, texts_of
from rnnkit.data.series.store import Store
from rnnkit.data.series.windows import cut_windows
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.dataset import series_of


def read_new(
    path: Path, data: SeriesData, kept: SeriesPreprocessing, place: Place | None = None
) -> WindowPart:
    """Every window of another table with the run's columns, prepared as the run's were.

    Args:
        path: a table.
        data: the run's.
        kept: what was learnt from its data.
        place: where values go that are too large for the RAM.

    Raises:
        DataError: the file does not fit the run, or is too short.
    """
    data = with_defaults(data, kept.features)
    rows = read_new_rows(path, data, kept, place)
    lost = rows_lost(data.quantity)
    found = [one for one in rows.series if len(one) > lost]
    if not found:
        raise DataError(f"{path}: no row is left after the run's quantity: give more rows")
    series = tuple(series_of(one, data, rows) for one in found)
    data = data.model_copy(update={"season": kept.season})
    scale, new = with_new(kept.scale, series, data, whole=False)
    notes = static_notes([one.static for one in series], kept.beside)
    if new:
        notes = (cold_note(new, len(series), whole=False), *notes)
    store = Store(series, data, scale, kept.beside)
    part = cut_windows(store, [(0, len(s)) for s in series], part="data")
    return dataclasses.replace(part, notes=(*rows.left_out, *notes))


def read_new_rows(
    path: Path, data: SeriesData, kept: SeriesPreprocessing, place: Place | None = None
) -> Rows:
    """The rows of another table with the run's columns, which `data` names.

    Raises:
        DataError: the file does not fit the run.
    """
    found = files.find_files(path, kinds=files.TABLES)
    from rnnkit.data.series.tables import read_rows  # DuckDB takes 0.2 s to import

    data = columns_with(data, kept.beside).model_copy(update={"time_format": kept.time_format})
    source = kept.tails[0].name if data.series is None else path.name
    texts = texts_of(kept.beside)
    rows = read_rows(found, data, place, source=source, sha256="", texts=texts)
    if data.times and (rows.series[0].times.dtype.kind == "M") != kept.dates:
        kinds = ("whole numbers", "dates")
        raise DataError(
            f"{path}: column '{' '.join(data.times)}' holds {kinds[not kept.dates]}, but in the "
            f"run's data it held {kinds[kept.dates]}"
        )
    return translated(rows, kept.categories, data)


def read_future(path: Path, data: SeriesData, kept: SeriesPreprocessing) -> Rows:
    """What a table says of the rows to forecast, as the run's `known` asks for it.

    Raises:
        DataError: nothing is asked for, or the file does not fit the run.
    """
    if not data.known:
        raise DataError(
            f"{path}: the run reads nothing of the rows to forecast: its config has no data.known"
        )
    found = files.find_files(path, kinds=files.TABLES)
    from rnnkit.data.series.tables import read_known  # DuckDB takes 0.2 s to import

    only = {
        "target": None,
        "features": [],
        "categorical": [name for name in data.categorical if name in data.known],
        "gaps": "keep",
        "time_format": kept.time_format,
    }
    data = with_defaults(data, kept.features).model_copy(update=only)
    rows = read_known(path, data, found, source=kept.tails[0].name)
    return translated(rows, kept.categories, data)
