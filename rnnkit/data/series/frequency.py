"""The times of series -> the frequency that most of their rows have, in words too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import BUSINESS, DAY, Frequency, Times, most_frequent, time_text
from rnnkit.words import counted

SHOWN = 3  # exceptions named of many
_FEW = 8  # rows of which none may be an exception
_ALLOWED = 20  # one exception of so many rows
_WEEKS = 4  # from which on the days of the week are judged by how many there are of each
_SESSIONS = 3  # days, from which on rows may pause at night
_MISSING = 0.1  # of the rows: more are no gaps but nights
_MOST_SLOTS = 1440  # a day


def infer_frequency(series: Sequence[Times], instants: Sequence[Times] | None = None) -> Frequency:
    """What the neighbours of every series have in common, but for a few exceptions.

    Args:
        series: (n,) each, in the order of time; dates as the clock on the wall shows them.
        instants: the same in UTC; None: the same.
    """
    return _Times(series, series if instants is None else instants).frequency()


def in_words(frequency: Frequency, series: Sequence[Times]) -> tuple[str, int]:
    """`business days, 2 exceptions: 2019-10-27, 2020-11-14`, and how many exceptions there are.

    Args:
        frequency: of the series.
        series: (n,) each, as `Frequency.rows_between` wants them.
    """
    found = [times[frequency.exceptions(times)] for times in series]
    total = sum(map(len, found))
    if total == 0:
        return frequency.text, 0
    first = ", ".join(time_text(time) for time in np.concatenate(found)[:SHOWN])
    more = f" and {total - SHOWN:,} more" if total > SHOWN else ""
    return f"{frequency.text}, {counted(total, 'exception')}: {first}{more}", total


class _Times:
    """Of all series, end to end."""

    def __init__(self, walls: Sequence[Times], instants: Sequence[Times]) -> None:
        self._walls, self._instants = walls, instants
        self._total = sum(map(len, walls))
        self._allowed = max(1, self._total // _ALLOWED) if self._total >= _FEW else 0

    def frequency(self) -> Frequency:
        dates = self._walls[0].dtype.kind == "M"
        distances = _differences(self._instants)
        if len(distances) == 0:
            return (
                Frequency(unit="nanosecond", step=DAY)
                if dates
                else Frequency(unit="number", step=1)
            )
        if not dates:
            return Frequency(unit="number", step=most_frequent(distances))
        median = int(np.median(distances))
        steady = self._steady()
        if steady and not steady.by_wall_clock and self._missing(steady) <= self._total * _MISSING:
            return steady
        candidates = list(self._months() if median > 26 * DAY else self._days())
        counts = [self._exceptions(one) for one in candidates]
        if candidates and min(counts) <= self._allowed:
            return candidates[counts.index(min(counts))]
        if steady:
            return steady
        times = np.concatenate(self._walls)
        if len(np.unique(times - times.astype("datetime64[D]"))) == 1:  # forecasts keep it
            median = max(1, round(median / DAY)) * DAY
        return Frequency(unit="irregular", step=max(1, median))

    def _months(self) -> Iterator[Frequency]:
        """Months, by the day that most of them have."""
        months = [times.astype("datetime64[M]") for times in self._walls]
        distances = _differences(months)
        step = most_frequent(distances)
        if step < 1 or not _usual(distances == step):
            return
        pairs = zip(self._walls, months, strict=True)
        days = np.concatenate(
            [t.astype("datetime64[D]") - m.astype("datetime64[D]") for t, m in pairs]
        )
        day = most_frequent(days.astype(np.int64)) + 1
        for end, weekday in ((True, False), (False, False), (True, True), (False, True)):
            yield Frequency(unit="month", step=step, day=day, month_end=end, weekday=weekday)

    def _days(self) -> Iterator[Frequency]:
        """Some days of the week, at one time of the day or at several."""
        times = np.concatenate(self._walls)
        days = times.astype("datetime64[D]")
        distinct = np.unique(days)
        slots = self._slots(times - days)
        if not 1 <= len(slots) <= _MOST_SLOTS or (len(slots) > 1 and len(distinct) < _SESSIONS):
            return
        before, after = self._neighbouring_days()
        ahead = np.busday_count(before, after)
        weekends = ((ahead == 1) & (after - before >= np.timedelta64(3, "D"))).sum()
        if weekends > (~np.is_busday(distinct)).sum() and _usual(ahead == 1):
            yield Frequency(unit="business_day", step=1, slots=slots)
        week = "1111111"
        rows = np.bincount((distinct.astype(np.int64) + 3) % 7, minlength=7)
        if rows.max() >= _WEEKS:
            week = "".join("1" if 2 * count >= rows.max() else "0" for count in rows)
        around = np.diff([*slots, slots[0] + DAY])
        steady = week == "1111111" and (around == around[0]).all()
        if steady or (week.count("1") == 1 and len(slots) == 1) or week == BUSINESS:
            return
        if _usual(np.busday_count(before, after, weekmask=week) == 1):
            yield Frequency(unit="business_day", step=1, week=week, slots=slots)

    def _slots(self, into: NDArray[np.timedelta64]) -> tuple[int, ...]:
        """Times of the day at which there is a row on at least every other day."""
        found, counts = np.unique(
            into.astype("timedelta64[ns]").astype(np.int64), return_counts=True
        )
        return tuple(found[2 * counts >= self._visited()].tolist())

    def _visited(self) -> int:
        """Days that have rows, of each series."""
        return len(self._neighbouring_days()[0]) + len(self._walls)

    def _neighbouring_days(self) -> tuple[Times, Times]:
        """Of neighbours on two days, the days."""
        days = [times.astype("datetime64[D]") for times in self._walls]
        before = np.concatenate([d[:-1] for d in days])
        after = np.concatenate([d[1:] for d in days])
        return before[after > before], after[after > before]

    def _steady(self) -> Frequency | None:
        """The same time from row to row, on the wall clock if it is whole days."""
        for clock in (self._walls, self._instants):
            distances = _differences(clock)
            step = most_frequent(distances[distances > 0]) if (distances > 0).any() else 0
            steady = Frequency(unit="nanosecond", step=step)
            if step and (clock is self._instants or steady.by_wall_clock):
                fits = _usual(distances == step) and self._exceptions(steady) <= self._allowed
                return steady if fits else None
        return None

    def _missing(self, frequency: Frequency) -> int:
        return sum(int(frequency.rows_between(times).sum()) for times in self._instants)

    def _exceptions(self, frequency: Frequency) -> int:
        clock = self._walls if frequency.by_wall_clock else self._instants
        return sum(int(frequency.exceptions(times).sum()) for times in clock)


def _differences(series: Sequence[Times]) -> NDArray[np.int64]:
    return np.concatenate([np.diff(times.astype(np.int64)) for times in series])


def _usual(true: NDArray[np.bool_]) -> bool:
    """At least of every other row."""
    return bool(2 * true.sum() >= len(true))
