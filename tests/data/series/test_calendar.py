"""Where in the year, the week or the day a row stands."""

import numpy as np
import pytest

from rnnkit.data.series.calendar import CYCLES, calendar_columns
from rnnkit.errors import DataError


@pytest.mark.parametrize(
    ("name", "date", "turn"),
    [
        ("month", "2020-01-31", 0),
        ("month", "2020-10-01", 9 / 12),
        ("quarter", "2020-12-31", 3 / 4),
        ("day_of_month", "2020-03-01", 0),
        ("day_of_week", "2020-01-06", 0),  # a Monday
        ("day_of_week", "2020-01-05", 6 / 7),
        ("day_of_year", "2020-12-31", 365 / 365.25),
        ("hour", "2020-01-05T18:59", 18 / 24),
        ("minute", "2020-01-05T18:59", 59 / 60),
    ],
)
def test_sine_and_cosine(name, date, turn):
    [row] = calendar_columns(np.array([date], "datetime64[ns]"), [name])
    np.testing.assert_allclose(row, [np.sin(2 * np.pi * turn), np.cos(2 * np.pi * turn)], atol=1e-6)


def test_columns_stand_side_by_side():
    times = np.array(["2020-01-01", "2020-07-01"], "datetime64[ns]")
    both = calendar_columns(times, ["month", "hour"])
    assert both.shape == (2, 4)
    assert both.dtype == np.float32
    np.testing.assert_array_equal(both[:, :2], calendar_columns(times, ["month"]))
    assert calendar_columns(times, []).shape == (2, 0)


def test_whole_numbers_have_none():
    with pytest.raises(DataError, match=r"data.calendar \(=month\) needs dates"):
        calendar_columns(np.arange(3), ["month"])


def test_every_name_of_the_config_is_known():
    from typing import get_args

    from rnnkit.data.series.section import CalendarName

    assert set(get_args(CalendarName)) == set(CYCLES)
