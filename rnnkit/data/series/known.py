"""Rows at the end of series that have no target yet -> what is known of the future."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.dates import Times, time_text
from rnnkit.data.series.quantities import Values
from rnnkit.data.series.rows import Rows, SeriesRows
from rnnkit.data.series.section import SeriesData
from rnnkit.errors import DataError
from rnnkit.words import counted, named


class Untold(NamedTuple):
    """Rows of a table that have none of their targets."""

    numbers: NDArray[np.intp]  # (m,) ascending, from 0
    known: Values  # (m, P) what is known of them

    @classmethod
    def among(cls, pieces: Iterable[tuple[int, Values]], data: SeriesData) -> Untold:
        """Those of a table.

        Args:
            pieces: the number of the first of some rows, and their K + F values.
            data: says which they are.
        """
        numbers, known = [np.empty(0, np.intp)], [np.empty((0, len(data.known)))]
        for start, values in pieces:
            rows = np.flatnonzero(np.isnan(values[:, : len(data.targets)]).all(axis=1))
            numbers.append(rows + start)
            known.append(values[rows, values.shape[1] - len(data.known) :])
        return cls(np.concatenate(numbers), np.concatenate(known))


def split_future(
    series: Sequence[SeriesRows], untold: Untold
) -> tuple[list[SeriesRows], tuple[SeriesRows, ...]]:
    """Series up to their last target, and the rows after it, (m, P), where something is known.

    A series whose last rows have neither is left as it is: these are holes.
    """
    past, future = [], []
    for one in series:
        told = np.flatnonzero(~np.isin(one.numbers, untold.numbers))
        end = int(told[-1]) + 1 if len(told) else len(one)
        rows = one.numbers[end:]
        known = untold.known[np.searchsorted(untold.numbers, rows)]
        if not np.isfinite(known).all(axis=1).any():
            end = len(one)
        past.append(one.take(slice(end)))
        if end < len(one):
            future.append(SeriesRows.as_read(one.name, one.times[end:], known, rows))
    return past, tuple(future)


def future_notes(future: Sequence[SeriesRows], data: SeriesData) -> list[str]:
    if not future:
        return []
    total = counted(sum(map(len, future)), "row")
    last = time_text(max(one.times[-1] for one in future))
    return [
        f"{total} after the last value of {named(data.targets)}, up to {last}, with what is known "
        "of them: they are what `predict` forecasts, and no part holds them"
    ]


def known_ahead(ahead: Rows | None, name: str, times: Times, data: SeriesData) -> Values:
    """What is known of the rows to forecast, (n, P).

    Args:
        ahead: rows of every series, (m, P) each; None: nobody gives any.
        name: of the series.
        times: of the rows to forecast, (n,).
        data: the run's; without times, rows are those that come next.

    Raises:
        DataError: a row is not there, or one of its values.
    """
    if not data.known:
        return np.empty((len(times), 0))
    rows = [] if ahead is None else [one for one in ahead.series if one.name == name]
    if ahead is None or not rows:
        raise DataError(_nobody(name, times, data))
    [one] = rows
    place = _places(one, times, timed=bool(data.times))
    if (place < 0).any():
        lacking = times[place < 0]
        raise DataError(
            f"{ahead.source}: no row for {time_text(lacking[0])}"
            f"{_of(name, data)} ({counted(len(lacking), 'such row')}): the model reads "
            f"{named(data.known)} of the {counted(len(times), 'row')} that follow the data, up to "
            f"{time_text(times[-1])}"
        )
    values: Values = one.values[place]
    for row, column in np.argwhere(np.isnan(values))[:1].tolist():
        raise DataError(
            f"{ahead.place(one, int(place[row]))}: no value for {data.known[column]}, which the "
            "model reads of every row to forecast"
        )
    return values


def _places(one: SeriesRows, times: Times, *, timed: bool) -> NDArray[Any]:
    """Where the row of each time stands, (n,); -1: nowhere."""
    if not timed:
        numbers = np.arange(len(times))
        return np.where(numbers < len(one), numbers, -1)
    found = np.minimum(np.searchsorted(one.times, times), len(one) - 1)
    return np.where(one.times[found] == times, found, -1)


def _nobody(name: str, times: Times, data: SeriesData) -> str:
    columns = named([*data.times, *([] if data.series is None else [data.series]), *data.known])
    return (
        f"the model reads {named(data.known)} of the {counted(len(times), 'row')} to forecast"
        f"{_of(name, data)}, {time_text(times[0])} to {time_text(times[-1])}, and nobody gives "
        f"them: give a table of {columns} with --future FILE, or put these rows, without "
        f"{named(data.targets)}, at the end of the data"
    )


def _of(name: str, data: SeriesData) -> str:
    return "" if data.series is None else f" of '{name}'"
