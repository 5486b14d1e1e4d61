"""`split:` -> where validation and test begin: one border in time, or rows of each series."""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Sequence
from typing import Any, cast

import numpy as np

from rnnkit.data.series.dates import Times, time_text
from rnnkit.data.series.reading import INTEGER, number_form, read_number
from rnnkit.data.series.section import Border, Last, Moment, TimeSplit
from rnnkit.errors import DataError
from rnnkit.words import counted

_LAST_YEAR = 9999  # a larger number is written as the data's are: 201501, or an epoch


def part_ends(series: Sequence[Times], split: TimeSplit) -> list[tuple[int, int]]:
    """For each series, how many of its rows lie before validation begins, and before test does.

    A share is one of all distinct times, so that in a panel no series trains on what is the
    future of another. A validation share lies right before the test part.

    Args:
        series: ascending times, (n,) each.
        split: the config's section.

    Raises:
        DataError: a border that is no time of this data, or leaves nothing for training.
    """
    if split.of_each:
        return [_own_ends(len(one), split) for one in series]
    times = series[0] if len(series) == 1 else _distinct(series)
    test = _first(times, cast(Moment, split.test), len(times), "test")
    validation = _first(times, cast(Moment, split.validation), test, "validation")
    if validation > test:
        raise DataError(
            f"data.split.validation (={split.validation}) must begin before data.split.test "
            f"(={split.test}): the parts are train < validation < test"
        )
    if validation == 0:
        raise DataError(
            f"data.split (validation: {split.validation}, test: {split.test}) leaves nothing for "
            f"training: the data begin at {time_text(times[0])}"
        )
    return [tuple(_before(one, times, at) for at in (validation, test)) for one in series]  # type: ignore[misc]


def _own_ends(rows: int, split: TimeSplit) -> tuple[int, int]:
    """Of a series of so many rows."""
    test = max(rows - _held_back(split.test, rows), 0)
    return max(test - _held_back(split.validation, rows), 0), test


def _held_back(border: Border, rows: int) -> int:
    return border.last if isinstance(border, Last) else round(float(border) * rows)


def _distinct(series: Sequence[Times]) -> Times:
    """All times, ascending; np.unique takes ten times as long for numbers in order."""
    times = np.sort(np.concatenate(series))
    distinct: Times = times[np.append(True, times[1:] > times[:-1])]
    return distinct


def _first(times: Times, border: Moment, end: int, part: str) -> int:
    """The position in `times` where a part begins that ends at `end`."""
    if isinstance(border, str) or not 0 <= border < 1:
        return int(np.searchsorted(times, _as_time(times, border, part)))
    count = round(border * len(times))
    if border and not count:
        raise DataError(
            f"data.split.{part} (={border}) of {counted(len(times), 'time')} is none: give more "
            "rows, or a larger share"
        )
    return max(end - count, 0)


def _as_time(times: Times, border: float | int | str, part: str) -> Any:
    if times.dtype.kind != "M":
        if isinstance(border, int):
            return border
        raise DataError(
            f"data.split.{part} (={border}): the times are whole numbers from "
            f"{time_text(times[0])} to {time_text(times[-1])}: expected one of them, or a share"
        )
    if isinstance(border, int) and border > _LAST_YEAR:
        number = np.array([border], np.int64)
        read = read_number(number, number_form(number) or INTEGER)
        if read.form != INTEGER:
            return read.times[0]
    else:
        with contextlib.suppress(ValueError, UserWarning), warnings.catch_warnings():
            warnings.simplefilter("error")  # numpy's for an offset from UTC
            return np.datetime64(str(border).replace(" ", "T"), "ns")
    raise DataError(
        f"data.split.{part} (={border}) is not a date as in 2015-01-01 or 2015-01-01 12:00, "
        "without an offset from UTC, or a share between 0 and 1"
    )


def _before(series: Times, times: Times, at: int) -> int:
    return len(series) if at == len(times) else int(np.searchsorted(series, times[at]))
