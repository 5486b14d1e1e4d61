"""A series -> how windows are cut from it, in a proposed config."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from rnnkit.baselines.season import find_season
from rnnkit.config.draft import Key
from rnnkit.data.look.table import TableLook
from rnnkit.tasks.forecasting.rhythm import Rhythm

_TRAINS = 0.7  # of the rows, as the split says
_STEADY = 0.2
_MOSTLY = 0.5


def cut(
    look: TableLook, values: NDArray[np.float64], rhythm: Rhythm, *, one: bool, ahead: int
) -> list[Key]:
    """How windows are cut, and what helps the model to read them.

    Args:
        look: the table.
        values: of the target in the order of time, (n,).
        rhythm: of the rows.
        one: whether they are one series.
        ahead: rows after them of which something is known.
    """
    observed = values[np.isfinite(values)]
    keys = [*missing(values, rhythm), *_transform(observed, one=one)]
    changes = np.diff(observed) if any(key.name == "transform" for key in keys) else observed
    rows = len(observed) if one else _rows_of_a_series(look)
    lookback = min(rhythm.lookback, max(1, int(_TRAINS * rows / 4)))
    keys.append(Key("lookback", lookback, f"rows that the model sees; {rhythm.words}"))
    horizon = look.asked.horizon or min(ahead, lookback) or 1
    keys.append(Key("horizon", horizon, "rows ahead" + (", all of them known" if ahead else "")))
    trained = changes[: int(_TRAINS * len(changes))]
    if one and (season := find_season([trained], rhythm.seasons)) is not None:
        why = (
            f"rows until it repeats, strength {season.strength:.2f} of 1: for the baseline to beat"
        )
        keys.append(Key("season", season.rows, why))
        keys.append(Key("calendar", list(rhythm.calendar), "the model sees it too"))
    return [*keys, Key("split", {"validation": 0.1, "test": 0.2}, "the last rows never train")]


def missing(values: NDArray[np.float64], rhythm: Rhythm) -> list[Key]:
    """What becomes of rows without a value: filled where an hour is to stay in its place."""
    lost = np.isnan(values)
    if not lost.any():
        return []
    holes = f"{int(lost.sum()):,} of {len(values):,} rows have no value"
    tested = lost[int(_TRAINS * len(values)) :].mean() < _MOSTLY
    if tested and rhythm.seasons and "hour" in rhythm.calendar:
        return [Key("missing", "forward_fill", f"{holes}; so an hour stays in its place")]
    return [Key("missing", "drop", f"{holes}; they are left out")]


def _transform(observed: NDArray[np.float64], *, one: bool) -> list[Key]:
    """What brings a level that moves away to where the model was trained."""
    if not one or not _wanders(observed):
        return []
    why = "the level moves away: the model sees changes, results are levels again"
    in_proportion = observed.min() > 0 and observed.max() > 3 * observed.min()
    return [Key("transform", "log_return" if in_proportion else "difference", why)]


def _rows_of_a_series(look: TableLook) -> int:
    most = max((c.distinct for c in look.columns.values() if c.runs == c.distinct), default=1)
    return max(1, look.rows // most)


def _wanders(values: NDArray[np.float64]) -> bool:
    """Whether steps are small beside the level, or the later rows lie elsewhere than the first."""
    if len(values) < 20 or values.std() == 0:
        return False
    first, last = np.split(values, [int(_TRAINS * len(values))])
    moved = abs(last.mean() - first.mean()) > first.std()
    return bool(moved or np.diff(values).std() < _STEADY * values.std())
