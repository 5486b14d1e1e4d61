"""Holes: counted, dropped, or filled."""

import numpy as np
import pytest

from rnnkit.data.series.missing import mend
from rnnkit.data.series.rows import SeriesRows
from rnnkit.errors import DataError

NAN = np.nan


def series(*rows, name="a", first=0):
    values = np.array(rows, float)
    numbers = np.arange(first, first + len(values))
    return SeriesRows.as_read(name, numbers, values, numbers)


def place(row: int) -> str:
    return f"line {row + 2}"


def run(how, *parts):
    mended, notes = mend(parts, how, ["y", "f"], place)
    return [(one.numbers.tolist(), one.values.tolist()) for one in mended], notes


def test_nothing_to_mend():
    assert run("error", series([1, 2])) == ([([0], [[1.0, 2.0]])], [])


def test_an_error_counts_rows_and_names_columns():
    with pytest.raises(DataError) as caught:
        run("error", series([1, 2], [NAN, 3], [NAN, NAN]), series([1, 2], first=3))
    assert str(caught.value) == (
        "2 of 4 rows have no value for y, f: line 3, line 4: set data.missing to drop or "
        "forward_fill, or fill them"
    )


def test_drop():
    mended, notes = run("drop", series([1, 2], [NAN, 3], [4, 5]))
    assert mended == [([0, 2], [[1, 2], [4, 5]])]
    assert notes == ["1 of 3 rows has no value for y: line 3: dropped (data.missing)"]


def test_many_places_are_counted():
    _, notes = run("drop", series(*[[NAN, 1]] * 5, [1, 1]))
    assert "line 2, line 3, line 4 and 2 more" in notes[0]


def test_forward_fill_takes_the_past_alone():
    mended, notes = run("forward_fill", series([NAN, 1], [2, NAN], [NAN, NAN], [5, 6]))
    assert mended == [([1, 2, 3], [[2, 1], [2, 1], [5, 6]])]
    assert notes[0].endswith(
        "filled with the value before (data.missing), and never scored; "
        "dropped 1 row at the start, with none before"
    )


def test_a_series_of_holes_goes():
    mended, _ = run("drop", series([NAN, 1]), series([1, 2], first=1))
    assert mended == [([1], [[1, 2]])]
    with pytest.raises(DataError, match="no row is left"):
        run("drop", series([NAN, 1]))


def test_what_is_missing_at_the_end_is_said():
    _, notes = run("forward_fill", series([1, 2], [2, NAN], [NAN, NAN]))
    assert "at its end the table has no value for y (the last row), f (the last 2 rows)" in notes[0]
