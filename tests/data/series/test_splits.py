"""Borders in time, the same for every series."""

import numpy as np
import pytest

from rnnkit.data.series.section import TimeSplit
from rnnkit.data.series.splits import part_ends
from rnnkit.errors import DataError
from tests.data.series.small import days


def ends(*series, validation=0, test=0):
    return part_ends(series, TimeSplit(validation=validation, test=test))


def test_shares_are_of_all_rows():
    assert ends(np.arange(100), validation=0.1, test=0.2) == [(70, 80)]
    assert ends(np.arange(309), test=0.2) == [(247, 247)]
    assert ends(np.arange(10)) == [(10, 10)]
    assert ends(np.arange(10), validation=0.5) == [(5, 10)]


def test_dates_are_the_first_of_their_part():
    assert ends(days(60), validation="2020-01-31", test="2020-02-10") == [(30, 40)]
    assert ends(days(60), validation=0.1, test="2020-02-10") == [(34, 40)]
    assert ends(days(400), validation="2020-06", test=2021) == [(152, 366)]
    assert ends(days(60), test="2020-02-10 12:00") == [(41, 41)]
    assert ends(days(60), test=202002) == [(31, 31)]
    assert ends(days(60), test=1580515200000) == [(31, 31)]
    assert ends(np.arange(1700, 1800), validation=1750, test=1780) == [(50, 80)]


def test_a_panel_has_one_border_in_time():
    long, late = np.arange(100), np.arange(60, 110)
    assert ends(long, late, validation=0.1, test=0.2) == [(77, 88), (17, 28)]
    early = np.arange(10)
    assert ends(long, early, validation=0.1, test=0.2)[1] == (10, 10)


@pytest.mark.parametrize(
    ("split", "message"),
    [
        ({"test": 0.01}, r"data.split.test \(=0.01\) of 10 times is none: give more rows"),
        ({"validation": 108, "test": 105}, "must begin before data.split.test"),
        ({"validation": 0.5, "test": 0.6}, "leaves nothing for training: the data begin at 100"),
        ({"test": 100}, "leaves nothing for training"),
        ({"test": "2015-01-01"}, "the times are whole numbers from 100 to 109"),
    ],
)
def test_refusals(split, message):
    with pytest.raises(DataError, match=message):
        ends(np.arange(100, 110), **split)


@pytest.mark.parametrize("border", ["soon", "2020-01-05T00:00+01:00", 123456])
def test_a_date_that_is_none(border):
    with pytest.raises(DataError, match=r"data.split.test \(=.*\) is not a date"):
        ends(days(9), test=border)


def test_the_last_rows_of_each_series():
    long, late = np.arange(100), np.arange(60, 70)
    last = {"last": 4}
    assert ends(long, late, validation=last, test=last) == [(92, 96), (2, 6)]
    assert ends(long, late, validation=0, test=last) == [(96, 96), (6, 6)]
    assert ends(long, late, validation=0.2, test=last) == [(76, 96), (4, 6)]
    assert ends(np.arange(3), test=last) == [(0, 0)]


def test_a_time_and_rows_of_each_series_do_not_go_together():
    text = r"validation \(=2015\) is a time, the other border .* or {last: ROWS}, in both"
    with pytest.raises(ValueError, match=text):
        TimeSplit.model_validate({"validation": 2015, "test": {"last": 4}})


def test_a_negative_number_is_a_time_not_a_share() -> None:
    split = TimeSplit.model_validate({"validation": -40, "test": -20})
    assert part_ends([np.arange(-100, 0)], split) == [(60, 80)]
    with pytest.raises(DataError, match="leaves nothing for training"):
        part_ends([np.arange(100)], split)
