"""Rows that lack between others: put in without values, on disk as in RAM."""

import numpy as np
import pytest
from pydantic import ValidationError

from rnnkit.data.series.dates import DAY, Frequency
from rnnkit.data.series.missing import put_in
from rnnkit.data.series.rows import SeriesRows
from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.dataset import load_dataset
from tests.data.series.small import days, section, write_table

FILL = {"time": "t", "target": "y", "gaps": "fill", "missing": "forward_fill", "lookback": 2}


def with_gaps(tmp_path, *dropped: int, **columns):
    rows = [row for row in range(40) if row not in dropped]
    dates = [str(day)[:10] for day in days(40)]
    return write_table(tmp_path / "a.csv", {"t": [dates[r] for r in rows], "y": rows, **columns})


def test_rows_that_lack_get_the_value_before_and_are_never_scored(tmp_path):
    data = load_dataset(section(with_gaps(tmp_path, 10, 11, 20), **FILL))
    [series] = data.series
    assert series.times.tolist() == days(40).tolist()
    assert series.targets[9:13, 0].tolist() == [9, 9, 9, 12]
    assert series.filled[:, 0].nonzero()[0].tolist() == [10, 11, 20]
    assert not {10, 11, 20} & {
        origin + 1 for part in data.parts.values() for origin in part.origins
    }
    notes = "\n".join(data.notes)
    assert "2 gaps of 3 rows in all, before 2020-01-13 (line 12), 2020-01-22 (line 20)" in notes
    assert "put in, without values (data.gaps)" in notes
    assert "3 of 40 rows have no value for y" in notes
    assert "filled with the value before (data.missing), and never scored" in notes


def test_they_are_kept_unless_asked_for(tmp_path):
    data = load_dataset(section(with_gaps(tmp_path, 10), **{**FILL, "gaps": "keep"}))
    assert len(data.series[0]) == 39
    assert "windows run on across them" in "\n".join(data.notes)


def test_a_piece_knows_the_row_before_it():
    numbers = np.array([5, 6])
    piece = SeriesRows.as_read("a", days(4)[[2, 3]], np.array([[1.0], [2.0]]), numbers)
    daily = Frequency(unit="nanosecond", step=DAY)
    found = put_in(piece, np.array([1, 0]), daily, days(1)[0])
    assert found.times.tolist() == days(4)[1:].tolist()
    np.testing.assert_array_equal(found.values[:, 0], [np.nan, 1, 2])


def test_more_than_there_is_is_not_put_in(tmp_path):
    dates = [*(str(day)[:10] for day in days(20)), "2021-01-01"]
    path = write_table(tmp_path / "a.csv", {"t": dates, "y": range(21)})
    with pytest.raises(DataError, match=r"346 rows lack between the 21 that are there"):
        load_dataset(section(path, **FILL))


def test_values_that_lack_must_be_mended():
    with pytest.raises(ValidationError, match="say what becomes of these with missing"):
        section("x.csv", **{**FILL, "missing": "error"})
