"""Dates -> columns that say where in the year, the week or the day a row stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Times
from rnnkit.errors import DataError


def calendar_columns(times: Times, names: Sequence[str]) -> NDArray[np.float32]:
    """The sine and the cosine of each, (..., 2 * names): December is as near to January as to
    November.

    Args:
        times: (...) dates.
        names: keys of CYCLES.

    Raises:
        DataError: the times are whole numbers, which have no calendar.
    """
    if not names:
        return np.empty((*times.shape, 0), np.float32)
    if times.dtype.kind != "M":
        raise DataError(
            f"data.calendar (={', '.join(names)}) needs dates, but the times are whole numbers"
        )
    columns = []
    for name in names:
        position, cycle = CYCLES[name]
        angle = 2 * np.pi * position(times) / cycle
        columns += [np.sin(angle), np.cos(angle)]
    return np.stack(columns, axis=-1).astype(np.float32)


def _since(unit: str, of: str) -> Callable[[Times], NDArray[Any]]:
    """Whole units `of` since the last `unit` began, from 0."""

    def position(times: Times) -> NDArray[Any]:
        began = times.astype(f"datetime64[{unit}]")
        units: NDArray[Any] = (times.astype(f"datetime64[{of}]") - began).astype(np.int64)
        return units

    return position


def _day_of_week(times: Times) -> NDArray[Any]:
    days: NDArray[Any] = times.astype("datetime64[D]").astype(np.int64) + 3
    return days % 7  # 1970-01-01 was a Thursday


CYCLES: dict[str, tuple[Callable[[Times], NDArray[Any]], float]] = {
    "month": (_since("Y", "M"), 12),
    "quarter": (lambda times: _since("Y", "M")(times) // 3, 4),
    "day_of_month": (_since("M", "D"), 31),
    "day_of_week": (_day_of_week, 7),
    "day_of_year": (_since("Y", "D"), 365.25),
    "hour": (_since("D", "h"), 24),
    "minute": (_since("h", "m"), 60),
}
