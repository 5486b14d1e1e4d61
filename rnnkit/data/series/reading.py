"""A column of times, read in one form; the times that numbers stand for."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import BEYOND, FIRST, Times

ISO = "ISO8601"  # beside strptime's formats, the names of what no format says
INTEGER = "integer"
QUARTER = "quarter"
WEEK = "week"
EXCEL = "excel"
EPOCHS = {"epoch_s": 10**9, "epoch_ms": 10**6, "epoch_us": 10**3, "epoch_ns": 1}  # nanoseconds
SAME_AS = {"year": "%Y", "yyyymm": "%Y%m", "yyyymmdd": "%Y%m%d"}
NAMES = (ISO, INTEGER, QUARTER, WEEK, EXCEL, *EPOCHS, *SAME_AS)
Numbers = NDArray[np.int64] | NDArray[np.float64]

COMPACT = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_CENTURIES = {6: 1600, 8: 1600, 10: 1900, 12: 1900, 14: 1900}  # epochs begin with 16 and 17 too
_EPOCH = (315_532_800, 4_102_444_800)  # seconds from 1970 to 1980 and to 2100
_DAYS = (20_000, 80_000)  # of a spreadsheet: 1954 to 2119
_DAY_ZERO = np.datetime64("1899-12-30", "ns")
_FURTHEST = 2**63 - 1  # nanoseconds
_JUMP = 100  # times as large: another unit


def number_form(numbers: Numbers) -> str | None:
    """What numbers stand for by their size; None for fractions that are no times."""
    whole = numbers.dtype.kind == "i"
    for digits, begins in _CENTURIES.items():
        years = numbers // 10 ** (digits - 4)
        possible = whole and begins <= years.min() and years.max() < 2300
        if possible and not _from_digits(numbers.astype(np.int64), digits)[1].any():
            return COMPACT[digits]
    if unit := _unit(float(np.median(numbers))):
        return unit
    if whole:
        return INTEGER
    return EXCEL if looks_like_days(numbers) else None


def read_number(numbers: Numbers, form: str) -> Reading:
    """The times of numbers, all finite.

    Args:
        numbers: (n,).
        form: of COMPACT or EPOCHS, EXCEL or INTEGER.
    """
    if form in EPOCHS:
        return Reading(form, *_from_epoch(numbers, EPOCHS[form]))
    if form == EXCEL:
        wrong = (numbers < 1) | (numbers > 100_000)
        milliseconds = np.rint(np.where(wrong, 0, numbers) * 86_400_000).astype("timedelta64[ms]")
        return Reading(form, _DAY_ZERO + milliseconds, wrong)
    with np.errstate(invalid="ignore"):  # too large for 64 bits
        whole = numbers.astype(np.int64)
    fractions = whole != numbers
    if form == INTEGER:
        return Reading(form, whole, fractions)
    [digits] = (digits for digits, known in COMPACT.items() if known == form)
    times, wrong = _from_digits(whole, digits)
    return Reading(form, times, wrong | fractions)


def looks_like_years(numbers: NDArray[np.int64]) -> bool:
    """Whether whole numbers may be those of years."""
    return bool(numbers.min() >= 1500 and numbers.max() <= 2100)


def looks_like_weeks(numbers: NDArray[np.int64]) -> bool:
    """Whether whole numbers may be years with the numbers of their weeks, 202005."""
    years, weeks = numbers // 100, numbers % 100
    return bool(looks_like_years(years) and weeks.min() >= 1 and weeks.max() <= 53)


def looks_like_days(numbers: Numbers) -> bool:
    """Whether they may be the days that a spreadsheet counts, 44197 for 2021-01-01."""
    return bool(_DAYS[0] <= numbers.min() and numbers.max() <= _DAYS[1])


def change_of_unit(numbers: Numbers) -> tuple[int, str, str] | None:
    """The first row of another unit than the row before it, and both units, where they are mixed.

    Epochs of 1970 in milliseconds are as large as those of today in seconds; they have no jump.
    """
    sizes = np.sort(np.abs(numbers[np.abs(numbers) >= _EPOCH[0]]).astype(np.float64))
    if not (sizes[1:] > _JUMP * sizes[:-1]).any():
        return None
    before, after = np.abs(numbers[:-1]).astype(np.float64), np.abs(numbers[1:]).astype(np.float64)
    jumps = (after > _JUMP * before) | (before > _JUMP * after)
    for row in np.flatnonzero(jumps & (before >= _EPOCH[0]) & (after >= _EPOCH[0])):
        units = _unit(before[row]), _unit(after[row])
        if units[0] and units[1]:
            return int(row) + 1, units[0], units[1]
    return None


def _unit(number: float) -> str | None:
    """Of which the number is an epoch of this time."""
    for unit, nanoseconds in EPOCHS.items():
        size = 10**9 // nanoseconds
        if _EPOCH[0] * size <= number < _EPOCH[1] * size:
            return unit
    return None


def _from_epoch(numbers: Numbers, nanoseconds: int) -> tuple[Times, NDArray[np.bool_]]:
    """Fractions to the microsecond: a float64 of this time holds no more."""
    wrong = np.abs(numbers.astype(np.float64)) > _FURTHEST // nanoseconds
    kept = np.where(wrong, 0, numbers)
    whole = kept.astype(np.int64)
    micros = np.rint((kept - whole) * (nanoseconds / 1000)).astype(np.int64)
    return (whole * nanoseconds + micros * 1000).view("datetime64[ns]"), wrong


def _from_digits(numbers: NDArray[np.int64], digits: int) -> tuple[Times, NDArray[np.bool_]]:
    """20200131 -> 31 January 2020, and which are no dates."""
    pairs = (digits - 4) // 2
    year = numbers // 100**pairs
    given = [numbers // 100**n % 100 for n in reversed(range(pairs))]
    given += [np.full_like(numbers, first) for first in (1, 1, 0, 0, 0)[pairs:]]
    month, day, *clock = given
    wrong = (year < 1678) | (year > 2261) | (month < 1) | (month > 12)
    first = np.where(wrong, 0, (year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (day - 1).astype("timedelta64[D]")
    wrong |= days.astype("datetime64[M]") != first
    seconds = np.zeros_like(numbers)
    for part, of in zip(clock, (24, 60, 60), strict=True):
        wrong |= part >= of
        seconds = seconds * of + part
    return days.astype("datetime64[ns]") + seconds.astype("timedelta64[s]"), wrong


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
    wrong: NDArray[np.bool_] = missing | ~((dates >= FIRST) & (dates < BEYOND))  # NaT is neither
    times: Times = np.where(wrong, np.datetime64("NaT", "D"), dates).astype("datetime64[ns]")
    return times, wrong
