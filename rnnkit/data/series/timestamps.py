"""A column of a table -> times: dates in any common form, or whole numbers.

pandas takes 0.4 s to import: import this module only where a table is read.
"""

from __future__ import annotations

import datetime
import itertools
import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api import types

from rnnkit.data.series.dates import Times, time_text
from rnnkit.data.tables.table import Table
from rnnkit.errors import DataError
from rnnkit.words import counted

ISO = "ISO8601"  # besides strptime's formats; pandas knows it by this name
INTEGER = "integer"
QUARTER = "quarter"

SCREEN = 10  # values of which a format must fit one; there are hundreds of formats
SAMPLE = 500  # values that the remaining ones are tried on

_INTEGER = re.compile(r"[+-]?\d{1,18}(\.0+)?")
_COMPACT = re.compile(r"(1[6-9]|2[0-2])\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])")
_ISO = re.compile(r"\d{4}-\d\d(-\d\d([T ]\d\d(:?\d\d(:?\d\d([.,]\d+)?)?)?)?)?(Z|[+-]\d\d:?\d\d)?")
_QUARTER = re.compile(r"(\d{4})[- ]?[Qq]([1-4])")

_DATES = [
    "%Y/%m/%d", "%Y.%m.%d", "%Y %m %d",
    *(f"{a}{s}{b}{s}{y}" for s in "/-. " for y in ("%Y", "%y")
      for a, b in (("%d", "%m"), ("%m", "%d"))),
    *(f"%d{s}{m}{s}{y}" for s in " -/." for m in ("%b", "%B") for y in ("%Y", "%y")),
    *(f"{m} %d{comma} %Y" for m in ("%b", "%B") for comma in (",", "")),
    *(f"{m}{s}%Y" for m in ("%b", "%B", "%m") for s in " -/"),
    *(f"%Y{s}{m}" for m in ("%b", "%B", "%m") for s in " -/"),
]  # fmt: skip
_CLOCKS = ["", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p"]


def parse_times(
    table: Table,
    column: str,
    found: NDArray[Any],
    form: str | None,
    groups: NDArray[np.intp],
) -> tuple[Times, str]:
    """Read the times of every row.

    Args:
        table: the rows.
        column: where the times stand.
        found: (n,) what stands there; an array of objects, or a masked one.
        form: strptime's format, or a name that this function gave back; None infers it.
        groups: (n,) which series a row belongs to.

    Returns:
        (n,) datetime64[ns] or int64, and the form that they were read in.

    Raises:
        DataError: a row without a time, or with one that cannot be read; or dates that could be
            day/month or month/day.
    """
    series = _series(found)
    if (missing := series.isna() | (series == "")).any():
        row = int(np.argmax(missing.to_numpy(bool)))
        raise DataError(
            f"{table.place(row)}, column '{column}': no time "
            f"({counted(int(missing.sum()), 'such row')})"
        )
    if types.is_datetime64_any_dtype(series):
        return _nanoseconds(series), ISO
    if types.is_integer_dtype(series):
        return series.to_numpy(np.int64), INTEGER
    text = series.astype(str).str.strip()
    if form is None:
        form = _infer(table, column, text, groups)
    times, wrong = _read(text, form)
    if wrong.any():
        row = int(np.argmax(wrong))
        hint = "" if form in (ISO, INTEGER, QUARTER) else ", as in Python's strptime"
        raise DataError(
            f"{table.place(row)}, column '{column}': '{text.iloc[row]}' does not fit {form}{hint} "
            f"({counted(int(wrong.sum()), 'such row')}): correct data.time_format or the file"
        )
    return times, form


def _series(found: NDArray[Any]) -> pd.Series[Any]:
    values, missing = np.ma.getdata(found), np.ma.getmaskarray(found)
    if missing.any():
        values = values.astype(object)
        values[missing] = None
    return pd.Series(values)


def _infer(table: Table, column: str, text: pd.Series[Any], groups: NDArray[np.intp]) -> str:
    sample = list(itertools.islice(dict.fromkeys(text), SAMPLE))
    if all(map(_COMPACT.fullmatch, sample)) and not _read(text, "%Y%m%d")[1].any():
        return "%Y%m%d"
    for form, pattern in ((INTEGER, _INTEGER), (ISO, _ISO), (QUARTER, _QUARTER)):
        if sum(pattern.fullmatch(value) is not None for value in sample) > len(sample) / 2:
            return form  # the others, if any, are mistakes
    forms = [d + c for d in _DATES for c in _CLOCKS]
    forms = [form for form in forms if any(_fits(value, form) for value in sample[:SCREEN])]
    fits = {form: sum(_fits(value, form) for value in sample) for form in forms}
    most = max(fits.values(), default=0)
    if most == 0:
        raise DataError(
            f"{table.place(0)}, column '{column}': '{text.iloc[0]}' is neither a date of a common "
            "form nor a whole number: state data.time_format, as in '%d.%m.%Y %H:%M'"
        )
    found = [form for form, count in fits.items() if count == most]
    return found[0] if len(found) == 1 else _only_one(table, column, text, groups, found)


def _only_one(
    table: Table, column: str, text: pd.Series[Any], groups: NDArray[np.intp], forms: list[str]
) -> str:
    """Of several formats, the one that fits every row, or else the one in ascending order."""
    read = {form: _read(text, form) for form in forms}
    fewest = min(int(wrong.sum()) for _, wrong in read.values())
    kept = {form: times for form, (times, wrong) in read.items() if int(wrong.sum()) == fewest}
    distinct: dict[bytes, str] = {}
    for form, times in kept.items():
        distinct.setdefault(times.tobytes(), form)  # %b and %B both read May
    if len(distinct) == 1:
        return next(iter(kept))
    ascending = [form for form in distinct.values() if _ascending(kept[form], groups)]
    if len(ascending) == 1:
        return ascending[0]
    first, second = list(distinct.values())[:2]
    row = int(np.argmax(kept[first] != kept[second]))
    raise DataError(
        f"{table.place(row)}, column '{column}': '{text.iloc[row]}' can be "
        f"{time_text(kept[first][row])} or {time_text(kept[second][row])}, and no row decides: "
        f"state data.time_format: '{first}' or '{second}'"
    )


def _ascending(times: Times, groups: NDArray[np.intp]) -> bool:
    same = groups[1:] == groups[:-1]
    return bool((times[1:] > times[:-1])[same].all())


def _fits(value: str, form: str) -> bool:
    try:
        datetime.datetime.strptime(value, form)
    except ValueError:
        return False
    return True


def _read(text: pd.Series[Any], form: str) -> tuple[Times, NDArray[np.bool_]]:
    """The times, and which could not be read."""
    if form == INTEGER:
        wrong = ~text.str.fullmatch(_INTEGER.pattern).to_numpy(bool)
        whole = text.where(~wrong, "0").str.replace(r"\.0+$", "", regex=True)
        return whole.astype(np.int64).to_numpy(), wrong
    if form == QUARTER:
        parts = text.str.extract(rf"^{_QUARTER.pattern}$")
        month = (pd.to_numeric(parts[1]) * 3 - 2).fillna(0).astype(int).astype(str).str.zfill(2)
        text, form = parts[0].fillna("") + "-" + month, "%Y-%m"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # a format without a year, and the like
        dates = pd.to_datetime(text, format=form, errors="coerce", utc=True)
    return _nanoseconds(dates), dates.isna().to_numpy(bool)


def _nanoseconds(dates: pd.Series[Any]) -> Times:
    if getattr(dates.dt, "tz", None) is not None:
        dates = dates.dt.tz_convert("UTC").dt.tz_localize(None)
    return dates.to_numpy().astype("datetime64[ns]")
