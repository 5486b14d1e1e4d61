"""How far apart the times of a series are, where rows are missing, and how its dates go on."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rnnkit.config.section import Section
from rnnkit.errors import DataError
from rnnkit.words import counted

Times = NDArray[Any]  # (n,) datetime64[ns] or int64

DAY = 86_400 * 10**9  # nanoseconds
FIRST, BEYOND = np.datetime64("1678-01-01"), np.datetime64("2262-01-01")  # what 64 bits hold
BUSINESS = "1111100"  # the days of a week, from Monday on
_NAMES = {DAY * 7: "week", DAY: "day", DAY // 24: "hour", DAY // 1440: "minute", 10**9: "second"}
_MONTHS = {12: "year", 3: "quarter", 1: "month"}
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Frequency(Section):
    """From one row to the next.

    A month's date is its `day`, or the last one where it is shorter, unless `month_end` or
    `weekday` says otherwise.
    """

    unit: Literal["number", "nanosecond", "business_day", "month", "irregular"]
    step: int  # so many units; irregular: the median distance in nanoseconds
    day: int = 0  # month: from 1; 0: as the last row's
    month_end: bool = False  # month: the last day of it
    weekday: bool = False  # month: the first from Monday to Friday, or with month_end the last
    week: str = BUSINESS  # business_day: the days that have rows, from Monday on
    slots: tuple[int, ...] = ()  # business_day: nanoseconds into the day; (): as the last row's

    @property
    def text(self) -> str:
        """`quarter ends`, `business days`, `every 15 minutes`."""
        if self.unit == "number":
            return "whole numbers" if self.step == 1 else f"whole numbers in steps of {self.step}"
        if self.unit == "irregular":
            count, name = _length(self.step, _NAMES)
            plural = "" if count == 1 else "s"
            return f"irregular times, {count:,g} {name}{plural} apart in the median"
        if self.unit == "nanosecond":
            return _every(self.step, _NAMES)
        if self.unit == "business_day":
            return self._sessions()
        months = _every(self.step, _MONTHS)
        if self.weekday:
            return f"business {months[:-1]} {'ends' if self.month_end else 'starts'}"
        return f"{months[:-1]} ends" if self.month_end else months

    @property
    def by_wall_clock(self) -> bool:
        """Whether rows follow the calendar, rather than the time that passes."""
        return self.unit in ("business_day", "month") or (
            self.unit == "nanosecond" and self.step % DAY == 0
        )

    def after(self, last: Any, count: int) -> Times:
        """The `count` times that follow `last`, (count,).

        Raises:
            DataError: dates after 2261.
        """
        rows = np.arange(1, count + 1)
        if self.unit == "number":
            numbers: Times = np.int64(last) + rows * self.step
            return numbers
        last = np.datetime64(last, "ns")
        if self.unit in ("nanosecond", "irregular"):
            end = int(last.astype(np.int64)) + count * self.step
            _refuse_beyond(end // DAY, last, count)
            dates: Times = last + (rows * self.step).astype("timedelta64[ns]")
            return dates
        day = last.astype("datetime64[D]")
        in_day = last - day.astype("datetime64[ns]")
        if self.unit == "business_day":
            slots = self.slots or (int(in_day.astype(np.int64)),)
            number = self._place_in_week(np.array([last]))[0] + rows
            days = np.busday_offset(_MONDAY, number // len(slots), weekmask=self.week)
            in_day = np.array(slots)[number % len(slots)].astype("timedelta64[ns]")
        else:
            month = day.astype("datetime64[M]")
            usual = self.day or int((day - month.astype("datetime64[D]")).astype(int)) + 1
            days = self._day_of(month + (rows * self.step).astype("timedelta64[M]"), usual)
        _refuse_beyond(int(days[-1].astype(np.int64)) if count else 0, last, count)
        after: Times = days.astype("datetime64[ns]") + in_day
        return after

    def rows_between(self, times: Times) -> NDArray[np.int64]:
        """Rows that seem to be missing before each of `times[1:]`, (n - 1,).

        Args:
            times: (n,) ascending; local ones only where `by_wall_clock`.
        """
        distance: NDArray[Any]
        if self.unit == "business_day":
            distance = np.diff(self._place_in_week(times))
        elif self.unit == "month":
            distance = np.diff(times.astype("datetime64[M]").astype(np.int64)) / self.step
        else:
            distance = np.diff(times.astype(np.int64)) / self.step
        missing: NDArray[np.int64] = np.maximum(np.rint(distance), 1).astype(np.int64)
        return missing - 1

    def exceptions(self, times: Times) -> NDArray[np.bool_]:
        """Which of a series' rows stand where no row is expected, (n,)."""
        if self.unit in ("number", "irregular") or len(times) == 0:
            return np.zeros(len(times), np.bool_)
        usual: NDArray[np.bool_]
        if self.unit == "nanosecond":
            into = times.astype(np.int64) % self.step
            usual = into == most_frequent(into)
            return ~usual
        days = times.astype("datetime64[D]")
        if self.unit == "month":
            usual = days == self._day_of(days.astype("datetime64[M]"), self.day)
            return ~usual
        usual = np.is_busday(days, weekmask=self.week)
        if self.slots:
            usual &= np.isin((times - days).astype(np.int64), self.slots)
        return ~usual

    def _sessions(self) -> str:
        names = [f"{name}s" for name, on in zip(_WEEK, self.week, strict=True) if on == "1"]
        named = {BUSINESS: "business days", "1111111": "days"}.get(self.week, ", ".join(names))
        if len(self.slots) < 2:
            return named
        first, last = (
            time_text(np.datetime64(slot, "ns"))[11:] for slot in self.slots[:: len(self.slots) - 1]
        )
        return f"{len(self.slots)} times from {first or '00:00'} to {last} on {named}"

    def _day_of(self, months: Times, usual: int) -> Times:
        """The date that each month has."""
        first = months.astype("datetime64[D]")
        last = (months + _MONTH).astype("datetime64[D]") - _DAY
        days: Times = last if self.month_end else np.minimum(first + (usual - 1) * _DAY, last)
        if self.weekday:
            days = np.busday_offset(
                last if self.month_end else first,
                0,
                roll="backward" if self.month_end else "forward",
            )
        return days

    def _place_in_week(self, times: Times) -> NDArray[np.int64]:
        """The number of the row that a time would be, were there one in every slot.

        On another day, that of the last one before it.
        """
        days = times.astype("datetime64[D]")
        slots = np.array(self.slots or (0,))
        in_day = (times - days).astype(np.int64)
        slot = np.searchsorted(slots, in_day, side="right") - 1 if self.slots else 0
        on = np.is_busday(days, weekmask=self.week)
        before = np.busday_count(_MONDAY, days, weekmask=self.week) * len(slots)
        return np.where(on, before + slot, before - 1)


_MONDAY = np.datetime64("0001-01-01", "D")
_DATE, _MIDNIGHT = len("2019-01-03"), " 00:00:00.000000000"  # of a text
_DAY, _MONTH = np.timedelta64(1, "D"), np.timedelta64(1, "M")


def _refuse_beyond(day: int, last: np.datetime64, count: int) -> None:
    """Refuse a day, counted from 1970, that no date can be of."""
    if day >= int(BEYOND.astype(np.int64)):
        raise DataError(
            f"dates go on to 2261, but {counted(count, 'row')} after {time_text(last)} would end "
            "later: ask for fewer"
        )


def most_frequent(values: NDArray[np.int64]) -> int:
    """Of several the smallest."""
    found, counts = np.unique(values, return_counts=True)
    return int(found[np.argmax(counts)])


def time_text(time: Any) -> str:
    """`2019-01-03`, `2019-01-03 14:30`, `2019-01-03 14:30:07.25`, or the whole number."""
    if not isinstance(time, np.datetime64):
        return str(int(time))
    text = str(np.datetime_as_string(time.astype("datetime64[ns]"))).replace("T", " ")
    text = text.rstrip("0").removesuffix(".") if "." in text else text
    return text.removesuffix(":00").removesuffix(" 00:00")


def time_texts(times: Times) -> list[str]:
    """Those of a column in one form: midnight has its hour where others have one."""
    texts = [time_text(time) for time in times]
    longest = max(map(len, texts), default=0)
    clock = _MIDNIGHT if times.dtype.kind == "M" else ""
    return [text + clock[len(text) - _DATE : longest - _DATE] for text in texts]


def _every(size: int, names: dict[int, str]) -> str:
    """`hours`, or `every 15 minutes`."""
    count, name = _length(size, names)
    return f"{name}s" if count == 1 else f"every {count:,g} {name}s"


def _length(size: int, names: dict[int, str]) -> tuple[float, str]:
    """So many of the largest unit that it is a multiple of; else in seconds."""
    for unit, name in names.items():
        if size % unit == 0:
            return size // unit, name
    return size / 1e9, "second"
