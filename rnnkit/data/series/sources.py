"""The `source:` of a forecasting config -> Rows: rnnkit's own, statsmodels', made, or a file."""

from __future__ import annotations

import dataclasses
import hashlib
import importlib.util
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from rnnkit.data import files
from rnnkit.data.cache import Place
from rnnkit.data.columns import Wanted, named_columns, require_columns
from rnnkit.data.ram import is_large
from rnnkit.data.series.dates import Frequency
from rnnkit.data.series.reading import QUARTER
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData, Simulation
from rnnkit.errors import DataError
from rnnkit.words import listed

SIMULATED = ("ar1", "threshold")
_RAM = 6  # bytes for a byte of a table
BURN_IN = 500  # steps that are left out, so that the start at 0 is forgotten
TARGET = "y"


@dataclasses.dataclass(frozen=True)
class Known:
    """What is known of a source without reading it.

    Args:
        time: its time column.
        targets: what is forecast unless the config says otherwise.
        columns: every column but the time.
        statsmodels: the folder of statsmodels.datasets that it is in; empty: it is rnnkit's.
    """

    time: str
    targets: tuple[str, ...]
    columns: tuple[str, ...]
    statsmodels: str = ""


KNOWN = {
    "wti": Known("Date", ("DCOILWTICO",), ("DCOILWTICO",)),
    "sunspots": Known("YEAR", ("SUNACTIVITY",), ("SUNACTIVITY",), "sunspots"),
    "macrodata": Known(
        "quarter",
        ("realgdp",),
        (
            "realgdp", "realcons", "realinv", "realgovt", "realdpi", "cpi", "m1", "tbilrate",
            "unemp", "pop", "infl", "realint",
        ),
        "macrodata",
    ),
}  # fmt: skip


def with_defaults(data: SeriesData, features: Sequence[str] | None = None) -> SeriesData:
    """The section with the columns of a known source filled in.

    Args:
        data: of the config.
        features: the columns that its patterns stand for, once they are known.

    Raises:
        DataError: no target is named, a known source has no such column, or an option does not
            apply to the source.
    """
    if features is not None:
        data = data.model_copy(update={"features": list(features), "exclude": None})
    if data.source in SIMULATED:
        return _simulated(data)
    if data.simulation is not None:
        raise DataError(
            f"data.simulation is for the sources {listed(SIMULATED)}, not for {data.source}: "
            "remove it"
        )
    known = KNOWN.get(data.named)
    if known is None:
        return data
    given = data.targets or known.targets
    wrong = [
        (path, f"{data.source} has no column '{name}' for {'.'.join(path)}: remove it")
        for path, name in ((("data", "time"), data.time), (("data", "series"), data.series))
        if name not in (None, known.time if path[1] == "time" else None)
    ]
    wanted = named_columns(data, "target", "features", "known")
    require_columns(data.named, known.columns, wanted, wrong=wrong)
    return data.model_copy(update={"time": known.time, "target": list(given)})


def _simulated(data: SeriesData) -> SeriesData:
    wrong: list[Wanted] = [
        (("data", key), f"{data.source} is one series without further columns: remove data.{key}")
        for key in ("time", "time_format", "series", "features", "known", "exclude", "query")
        if getattr(data, key)
    ]
    wrong += [
        (("data", "format", name), f"{data.source} is made, not read: remove data.format.{name}")
        for name in data.format.given
    ]
    if data.target not in (None, TARGET, [TARGET]):
        text = f"the target of {data.source} is '{TARGET}': remove data.target"
        wrong.append((("data", "target"), text))
    require_columns(data.named, [TARGET], [], wrong=wrong)
    return data.model_copy(update={"target": [TARGET]})


def read_source(
    data: SeriesData, place: Place | None = None, texts: Collection[str] | None = None
) -> Rows:
    """Read everything that a section names, the columns of a known source filled in.

    Args:
        data: the section.
        place: where values go that are too large for the RAM.
        texts: the static columns that hold names; None: those that do not read as numbers.

    Raises:
        DataError: the data are missing, damaged, or do not fit the section.
    """
    if data.source in SIMULATED:
        return simulate(data.named, data.simulation or Simulation())
    from rnnkit.data.series.tables import read_rows  # DuckDB takes 0.2 s to import

    source = _find(data)
    if data.source == "macrodata":
        data = data.model_copy(update={"time": ["year", "quarter"], "time_format": QUARTER})
    return read_rows(
        source.files,
        data,
        place,
        source=source.name,
        sha256=source.checksum(),
        wrong=_unnamed(source, data),
        texts=texts,
    )


def is_large_table(data: SeriesData) -> bool:
    """Whether a section's table is so large, by its files' bytes, that its rows stay on disk."""
    if data.source in SIMULATED:
        return False
    return is_large(_RAM * sum(path.stat().st_size for path in _find(data).files))


def features_of(data: SeriesData) -> list[str]:
    """The columns of a table that are features, without its rows.

    Raises:
        DataError: the data are missing, or a column is.
    """
    from rnnkit.data.series.tables import read_features  # DuckDB takes 0.2 s to import

    source = _find(data)
    return read_features(source.files, data, wrong=_unnamed(source, data))


def _unnamed(source: files.Source, data: SeriesData) -> list[Wanted]:
    text = f"{source.where}: name the column to forecast in data.target"
    return [] if data.targets else [(("data", "target"), text)]


def checksum(data: SeriesData) -> str:
    """The sha256 of what a section names; of made data, that of their values.

    Raises:
        DataError: the data are missing or cannot be read.
    """
    return read_source(data).sha256 if data.source in SIMULATED else _find(data).checksum()


def _find(data: SeriesData) -> files.Source:
    return files.with_joined(_find_table(data), data.tables)


def _find_table(data: SeriesData) -> files.Source:
    known = KNOWN.get(data.named)
    if known is None or not known.statsmodels:
        return files.find_source(data.source, "a series", kinds=files.TABLES)
    spec = importlib.util.find_spec("statsmodels")  # found, not imported: that takes seconds
    folders = list(spec.submodule_search_locations or []) if spec is not None else []
    for folder in folders:
        path = Path(folder) / "datasets" / known.statsmodels / f"{known.statsmodels}.csv"
        if path.is_file():
            return files.Source(path, data.named)
    raise DataError(f"'{data.named}' comes with statsmodels, which is not installed: install it")


def simulate(source: str, simulation: Simulation) -> Rows:
    """Make one series, a pure function of its arguments; the formulas stand at Simulation.

    The times are 0, 1, 2, ... The expected value given the past is the rule without its noise,
    so the RMSE of the best possible forecast one step ahead is `simulation.deviation`.
    """
    made, linear = simulation, source == "ar1"
    intercept = made.intercept if made.intercept is not None else (0.0 if linear else 1.0)
    noise = np.random.default_rng(made.seed).normal(0, made.deviation, BURN_IN + made.length)
    y = np.zeros(len(noise))
    for t in range(1, len(y)):
        rule = made.coefficient * y[t - 1] if linear else -made.coefficient * abs(y[t - 1])
        y[t] = intercept + rule + noise[t]
    values = y[BURN_IN:, None]
    numbers = np.arange(made.length)
    return Rows(
        source=source,
        sha256=hashlib.sha256(values.tobytes()).hexdigest(),
        series=(SeriesRows.as_read(source, numbers.astype(np.int64), values, numbers),),
        time_format=None,
        frequency=Frequency(unit="number", step=1),
    )
