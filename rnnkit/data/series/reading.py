"""What a column of times reads as in one form, and whether that leaves its rows in order."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Times

ISO = "ISO8601"  # beside strptime's formats, the names of what no format says
INTEGER = "integer"
QUARTER = "quarter"
WEEK = "week"
EXCEL = "excel"
EPOCHS = {"epoch_s": 10**9, "epoch_ms": 10**6, "epoch_us": 10**3, "epoch_ns": 1}  # nanoseconds
SAME_AS = {"year": "%Y", "yyyymm": "%Y%m", "yyyymmdd": "%Y%m%d"}
NAMES = (ISO, INTEGER, QUARTER, WEEK, EXCEL, *EPOCHS, *SAME_AS)


@dataclasses.dataclass(frozen=True, eq=False)
class Reading:
    """The times of n rows.

    Args:
        form: strptime's format, or one of NAMES.
        times: (n,) datetime64[ns] as the clock on the wall shows it, or int64.
        wrong: (n,) rows that do not fit the form.
        offsets: (n,) what the wall clock is ahead of UTC, timedelta64; None where nothing tells.
    """

    form: str
    times: Times
    wrong: NDArray[np.bool_]
    offsets: NDArray[np.timedelta64] | None = None

    @property
    def instants(self) -> Times:
        """What orders the rows and tells how far apart they are, (n,)."""
        if self.offsets is None:
            return self.times
        instants: Times = self.times - self.offsets
        return instants

    def in_order(self, groups: NDArray[np.intp]) -> bool:
        """Whether the rows of every group ascend, or those of every group descend."""
        order = np.argsort(groups, kind="stable")
        order = order[~self.wrong[order]]
        step = np.diff(self.instants[order].astype(np.int64))
        step = step[np.diff(groups[order]) == 0]
        return bool((step >= 0).all() or (step <= 0).all())


def dates_of(found: NDArray[Any]) -> tuple[Times, NDArray[np.bool_]]:
    """Dates of the engine in nanoseconds, and which are missing or outside 1678 to 2262."""
    dates, missing = np.ma.getdata(found), np.ma.getmaskarray(found)
    with np.errstate(over="ignore"):
        times: Times = dates.astype("datetime64[ns]")
    wrong: NDArray[np.bool_] = missing | np.isnat(times) | (times.astype(dates.dtype) != dates)
    times[wrong] = np.datetime64("NaT")
    return times, wrong
