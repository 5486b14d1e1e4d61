"""Numbers of a table, as they are read -> the same, unless another reading of them is as likely.

A point that may group thousands is asked about; values that may stand for none are pointed out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rnnkit.data.tables.proposal import Proposed, block
from rnnkit.data.tables.table import Table, by_column
from rnnkit.errors import DataError
from rnnkit.words import counted, named

_FIRST = 1000  # rows that rule out most columns
_SAMPLE = 200_000  # values whose quartiles stand for all
_REPEATED, _OTHERS = 3, 6  # times that a mark stands in a column; other values that differ
_FAR, _NEGATIVE_FAR = 1.5, 0.5  # from the others, in distances between their quartiles
_SHOWN = 3  # marks

Matrix = NDArray[np.float64]


def looked_at(
    table: Table, columns: Sequence[str], into: Matrix | None = None
) -> Iterator[tuple[int, Matrix]]:
    """What `Table.numbers` gives; notes about odd values are added to the table's.

    Raises:
        DataError: as there; or a column whose points may group thousands.
    """
    doubtful = np.arange(len(columns))
    whole = not table.typed and table.options.decimal is None and table.options.thousands is None
    for start, matrix in table.numbers(columns, into):
        if start == 0:
            _point_out(table, columns, matrix)
        for rows in (slice(_FIRST), slice(None)):
            if whole and len(doubtful):
                doubtful = doubtful[_may_be_grouped(matrix[rows, doubtful])]
        yield start, matrix
    for column in doubtful.tolist() if whole else ():
        refuse_grouped(table, columns[column])


def _may_be_grouped(numbers: Matrix) -> NDArray[np.bool_]:
    """Columns of numbers below 1,000 with at most three digits after the point, none within 1."""
    size = np.abs(numbers)
    thousandths = size * 1000
    with np.errstate(invalid="ignore"):
        fits = (size < 1000) & (np.abs(thousandths - np.rint(thousandths)) < 1e-6)
        fits &= (size >= 1) | (size == 0)
    fitting: NDArray[np.bool_] = (fits | np.isnan(numbers)).all(axis=0)
    return fitting


def refuse_grouped(table: Table, column: str) -> None:
    """Ask where all points have three digits behind them and something else speaks for groups.

    Raises:
        DataError: that question.
    """
    found = table.in_groups(column)
    if found is None:
        return
    ways = [[Proposed("thousands", ".", "")], [Proposed("decimal", ".", "")]]
    thousands, decimal = (block(way, table.options) for way in ways)
    raise DataError(
        f"{table.where}: column '{column}' has {found}, and every point in it has three digits "
        f"behind it: it may group thousands. If it does, state under `data:`\n"
        f"{thousands}\nand if it is the decimal sign\n{decimal}"
    )


class Mark(NamedTuple):
    """A number that may stand for no value: far from the others, and there repeatedly."""

    column: str
    value: float
    times: int
    least: float  # of the others
    most: float


def _point_out(table: Table, columns: Sequence[str], matrix: Matrix) -> None:
    """A note about values far from the others of their column that stand there repeatedly."""
    if not len(matrix):
        return
    marks = odd_marks(columns, matrix)
    if not marks:
        return
    values = {f"{mark.value:.15g}": mark for mark in reversed(marks)}
    said = []
    for value, mark in list(values.items())[::-1][:_SHOWN]:
        others = sum(f"{one.value:.15g}" == value for one in marks) - 1
        also = f" (and in {counted(others, 'other column')})" if others else ""
        said.append(
            f"{value} stands {counted(mark.times, 'time')} in column '{mark.column}'{also}, far "
            f"from its other values, {mark.least:.6g} to {mark.most:.6g}"
        )
    rows = "" if len(matrix) == table.rows else f" in the first {len(matrix):,} rows"
    every = named(list(values)[::-1])
    table.notes.append(
        f"{'; '.join(said)}{rows}: read as numbers; where they stand for no value, state "
        f"data.format.missing: [{every}]"
    )


def odd_marks(columns: Sequence[str], matrix: Matrix) -> list[Mark]:
    """The marks among some rows of columns, (n, columns)."""
    step = max(1, matrix.size // _SAMPLE)
    found = []
    for ends, sign in ((by_column(np.fmin, matrix), 1), (by_column(np.fmax, matrix), -1)):
        lower, upper = _quartiles(matrix[::step], ends)
        with np.errstate(invalid="ignore"):
            near = lower if sign == 1 else upper
            far = np.abs(near - ends) > _NEGATIVE_FAR * (upper - lower)
        repeated = by_column(np.add, matrix == ends) >= _REPEATED
        for column in np.flatnonzero(repeated & far & (ends != 0) & np.isfinite(ends)).tolist():
            spread = upper[column] - lower[column]
            if mark := _mark(columns[column], matrix[:, column], ends[column], spread):
                found.append(mark)
    return found


def _quartiles(sample: Matrix, without: NDArray[Any]) -> tuple[Matrix, Matrix]:
    """Of each column's values but one, (columns,); NaN where hardly any are left."""
    others = np.sort(np.where(sample == without, np.nan, sample), axis=0)  # NaN come last
    count = np.isfinite(others).sum(axis=0)
    places = (count // 4, np.maximum(3 * count // 4, 0))
    return tuple(  # type: ignore[return-value]
        np.where(
            count >= _OTHERS,
            np.take_along_axis(others, np.minimum(place, len(others) - 1)[None], axis=0)[0],
            np.nan,
        )
        for place in places
    )


def _mark(name: str, column: Matrix, end: float, spread: float) -> Mark | None:
    others = column[(column != end) & np.isfinite(column)]
    times = int((column == end).sum())
    if len(np.unique(others)) < _OTHERS:
        return None
    least, most = float(others.min()), float(others.max())
    spread = spread or (most - least) / 4
    gap = least - end if end < least else end - most
    alone = end < 0 <= least
    if gap <= (_NEGATIVE_FAR if alone else _FAR) * spread:
        return None
    return Mark(name, float(end), times, least, most)
