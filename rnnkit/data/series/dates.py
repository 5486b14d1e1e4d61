"""How far apart the times of a series are, where rows are missing, and how its dates go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.section import Section

Times = NDArray[Any]  # (n,) datetime64[ns] or int64

_DAY = 86_400 * 10**9  # nanoseconds
_NAMES = {
    _DAY * 7: "week",
    _DAY: "day",
    _DAY // 24: "hour",
    _DAY // 1440: "minute",
    10**9: "second",
}
_MONTHS = {12: "year", 3: "quarter", 1: "month"}


class Frequency(Section):
    """From one row to the next."""

    unit: Literal["number", "nanosecond", "business_day", "month"]
    step: int  # so many units
    month_end: bool = False  # month: dates are the last day of theirs

    @property
    def text(self) -> str:
        """`every quarter`, `every business day`, `every 15 minutes`."""
        if self.unit == "business_day":
            return "every business day"
        if self.unit == "number":
            return "every whole number" if self.step == 1 else f"in steps of {self.step}"
        names = _MONTHS if self.unit == "month" else _NAMES
        for size, name in names.items():
            if self.step % size == 0:
                count = self.step // size
                return f"every {name}" if count == 1 else f"every {count} {name}s"
        return f"every {self.step / 1e9:g} seconds"

    def after(self, last: Any, count: int) -> Times:
        """The `count` times that follow `last`, (count,)."""
        steps = np.arange(1, count + 1) * self.step
        if self.unit == "number":
            numbers: Times = np.int64(last) + steps
            return numbers
        last = np.datetime64(last, "ns")
        if self.unit == "nanosecond":
            dates: Times = last + steps.astype("timedelta64[ns]")
            return dates
        day = last.astype("datetime64[D]")
        in_day = last - day.astype("datetime64[ns]")
        days: Times
        if self.unit == "business_day":
            days = np.busday_offset(day, steps, roll="backward")
        else:
            month = day.astype("datetime64[M]")
            first = (month + steps).astype("datetime64[D]")
            length = (month + steps + 1).astype("datetime64[D]") - first
            last_day: Times = length - 1
            days = first + (last_day if self.month_end else np.minimum(day - month, last_day))
        after: Times = days.astype("datetime64[ns]") + in_day
        return after

    def rows_between(self, times: Times) -> NDArray[np.int64]:
        """Rows that seem to be missing before each of `times[1:]`, (n - 1,)."""
        distance: NDArray[Any]
        if self.unit == "business_day":
            days = times.astype("datetime64[D]")
            distance = np.busday_count(days[:-1], days[1:])
        elif self.unit == "month":
            distance = np.diff(times.astype("datetime64[M]").astype(np.int64))
        else:
            distance = np.diff(times.astype(np.int64))
        missing: NDArray[np.int64] = np.maximum(np.rint(distance / self.step), 1).astype(np.int64)
        return missing - 1


def infer_frequency(series: Sequence[Times]) -> Frequency:
    """The distance that occurs most often between the neighbours of every series.

    Args:
        series: ascending times, (n,) each.
    """
    dates = series[0].dtype.kind == "M"
    times = np.concatenate(series)
    distances = np.concatenate([np.diff(t.astype(np.int64)) for t in series])
    if len(distances) == 0:
        distances = np.array([_DAY if dates else 1])
    step = _mode(distances)
    if not dates:
        return Frequency(unit="number", step=step)
    if step >= 28 * _DAY and (monthly := _monthly(series, times)):
        return monthly
    days = times.astype("datetime64[D]")
    if step == _DAY and (distances == 3 * _DAY).any() and np.is_busday(days).all():
        return Frequency(unit="business_day", step=1)
    return Frequency(unit="nanosecond", step=step)


def _monthly(series: Sequence[Times], times: Times) -> Frequency | None:
    """Months, where every date is the same day of its month, or every one the last."""
    days = times.astype("datetime64[D]")
    into = days - days.astype("datetime64[M]").astype("datetime64[D]")
    is_end = (days + 1).astype("datetime64[M]") > days.astype("datetime64[M]")
    if not is_end.all() and (into != into[0]).any():
        return None
    months = [np.diff(t.astype("datetime64[M]").astype(np.int64)) for t in series]
    same_day = (into == into[0]).all() and not is_end.all()
    return Frequency(unit="month", step=_mode(np.concatenate(months)), month_end=not same_day)


def _mode(values: NDArray[np.int64]) -> int:
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])


def time_text(time: Any) -> str:
    """`2019-01-03`, `2019-01-03 14:30`, or the whole number."""
    if not isinstance(time, np.datetime64):
        return str(int(time))
    text = str(np.datetime_as_string(time.astype("datetime64[s]"))).replace("T", " ")
    return text.removesuffix(":00").removesuffix(" 00:00")
