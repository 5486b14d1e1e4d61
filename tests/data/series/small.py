"""What the tests of series share: small tables on disk, and datasets of numbers from memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.frequency import infer_frequency
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.tasks.forecasting import dataset as load


def section(source: str | Path | list[str] = "x.csv", **options: Any) -> SeriesData:
    named = str(source) if isinstance(source, Path) else source
    return SeriesData.model_validate({"source": named, "lookback": 3, **options})


def rows_of(*values: Any, times: Sequence[Any] | None = None) -> Rows:
    """One series for each array, (n,) or (n, K + F); times are 0, 1, 2, ... unless given."""
    series = []
    for index, one in enumerate(values):
        array = np.asarray(one, np.float64)
        array = array[:, None] if array.ndim == 1 else array
        numbers = np.arange(len(array))
        when = numbers if times is None else np.asarray(times[index])
        series.append(SeriesRows.as_read("abc"[index], when, array, numbers))
    return Rows(
        source="x",
        sha256="",
        series=tuple(series),
        time_format="integer",
        frequency=infer_frequency([one.times for one in series]),
    )


def dataset_of(
    *values: Any,
    times: Sequence[Any] | None = None,
    features: int = 0,
    known: int = 0,
    **options: Any,
) -> SeriesDataset:
    rows = rows_of(*values, times=times)
    return load.build_dataset(rows, section_of(rows, features=features, known=known, **options))


def section_of(rows: Rows, *, features: int = 0, known: int = 0, **options: Any) -> SeriesData:
    """What columns of rows from memory are: targets y and z, features f and g, known k and l."""
    targets = rows.series[0].values.shape[1] - features - known
    names = {"target": ["y", "z"][:targets], "features": ["f", "g"][:features], "time": "t"}
    return section(**names, known=["k", "l"][:known], **options)


def days(count: int, start: str = "2020-01-01") -> np.ndarray:
    return np.datetime64(start, "ns") + np.arange(count) * np.timedelta64(1, "D")


def write_table(path: Path, columns: dict[str, Sequence[object]]) -> Path:
    """A .csv with these columns; None is left empty."""
    lines = [",".join(columns)]
    for cells in zip(*columns.values(), strict=True):
        lines.append(",".join("" if cell is None else f'"{cell}"' for cell in cells))
    path.write_text("\n".join(lines) + "\n")
    return path
