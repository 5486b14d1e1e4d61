"""Holes in series -> an error that counts them, rows dropped, or the value before; never silent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.series.rows import SeriesRows
from rnnkit.errors import DataError
from rnnkit.words import counted

SHOWN = 3  # places named of many


def mend(
    series: Sequence[SeriesRows],
    how: str,
    columns: Sequence[str],
    place: Callable[[int], str],
) -> tuple[list[SeriesRows], list[str]]:
    """Do with rows that lack a value what `data.missing` says.

    Args:
        series: the rows; NaN is a hole.
        how: error, drop or forward_fill.
        columns: names of the K + F columns.
        place: where a row of the source stands, briefly: `line 7`.

    Returns:
        The series without holes, and a note where there were any.

    Raises:
        DataError: there are holes, and `how` is error; or nothing is left.
    """
    holes: list[NDArray[np.bool_]] = [np.isnan(one.values) for one in series]
    numbers = np.sort(
        np.concatenate([o.numbers[h.any(axis=1)] for o, h in zip(series, holes, strict=True)])
    )
    if len(numbers) == 0:
        return list(series), []
    total = sum(map(len, series))
    named = [n for index, n in enumerate(columns) if any(h[:, index].any() for h in holes)]
    found = (
        f"{len(numbers):,} of {counted(total, 'row')} {'has' if len(numbers) == 1 else 'have'} "
        f"no value for {', '.join(named)}: {_places(numbers, place)}"
    )
    if how == "error":
        raise DataError(f"{found}: set data.missing to drop or forward_fill, or fill them")
    if how == "drop":
        mended = [
            o.take(np.flatnonzero(~h.any(axis=1))) for o, h in zip(series, holes, strict=True)
        ]
        note = f"{found}: dropped (data.missing)"
    else:
        mended = [_fill(one, hole) for one, hole in zip(series, holes, strict=True)]
        note = f"{found}: filled with the value before (data.missing), and never scored"
        if ending := _at_the_end(holes, columns):
            note += f"; at its end the table has no value for {ending}"
        if lost := total - sum(map(len, mended)):
            note += f"; dropped {counted(lost, 'row')} at the start, with none before"
    if not any(map(len, mended)):
        raise DataError(f"{found}: no row is left")
    return [one for one in mended if len(one)], [note]


def _fill(series: SeriesRows, holes: NDArray[np.bool_]) -> SeriesRows:
    """Each hole gets the last value before it; rows at the start that have none go."""
    rows = np.where(holes, -1, np.arange(len(series))[:, None])
    last = np.maximum.accumulate(rows, axis=0)
    values = np.take_along_axis(series.values, np.maximum(last, 0), axis=0)
    filled = SeriesRows(series.name, series.times, values, series.numbers, holes)
    return filled.take(np.flatnonzero((last >= 0).all(axis=1)))


def _at_the_end(holes: Sequence[NDArray[np.bool_]], columns: Sequence[str]) -> str:
    """`y (the last 12 rows)`, of columns whose last values are none in every series."""
    lasting = []
    for index, name in enumerate(columns):
        last = min(int(np.argmin(np.append(h[::-1, index], False))) for h in holes)
        if last:
            lasting.append(f"{name} (the last {'row' if last == 1 else f'{last:,} rows'})")
    return ", ".join(lasting)


def _places(numbers: NDArray[np.intp], place: Callable[[int], str]) -> str:
    shown = ", ".join(place(int(number)) for number in numbers[:SHOWN])
    return shown + (f" and {len(numbers) - SHOWN:,} more" if len(numbers) > SHOWN else "")
