"""Frequencies: inferred, gone on with, and where rows are missing."""

import numpy as np
import pytest

from rnnkit.data.series.dates import time_text
from rnnkit.data.series.frequency import infer_frequency


def dates(*texts: str) -> np.ndarray:
    return np.array(texts, "datetime64[ns]")


@pytest.mark.parametrize(
    ("times", "text", "following"),
    [
        (dates("2000-01-01", "2001-01-01", "2002-01-01"), "years", ["2003-01-01"]),
        (dates("2000-01-31", "2000-02-29"), "month ends", ["2000-03-31", "2000-04-30"]),
        (dates("2000-01-15", "2000-02-15"), "months", ["2000-03-15", "2000-04-15"]),
        (dates("2000-01-01", "2000-04-01"), "quarters", ["2000-07-01"]),
        (dates("2020-01-01", "2020-01-02"), "days", ["2020-01-03", "2020-01-04"]),
        (dates("2020-01-01", "2020-01-15"), "every 2 weeks", ["2020-01-29"]),
        (
            dates("2020-01-02", "2020-01-03", "2020-01-06", "2020-01-07"),
            "business days",
            ["2020-01-08", "2020-01-09", "2020-01-10", "2020-01-13"],
        ),
        (dates("2020-01-01T10", "2020-01-01T11"), "hours", ["2020-01-01T12"]),
        (
            dates("2020-01-01T23:30", "2020-01-01T23:45"),
            "every 15 minutes",
            ["2020-01-02T00:00", "2020-01-02T00:15"],
        ),
        (dates("2020-01-01T00:00:00.5", "2020-01-01T00:00:01"), "every 0.5 seconds", []),
        (np.array([1700, 1701]), "whole numbers", [1702, 1703]),
        (np.array([0, 10, 20]), "whole numbers in steps of 10", [30]),
    ],
)
def test_dates_go_on(times, text, following):
    frequency = infer_frequency([times])
    assert frequency.text == text
    kind = times.dtype
    assert frequency.after(times[-1], len(following)).tolist() == np.array(following, kind).tolist()
    assert frequency.rows_between(times).sum() == 0


def test_the_thirty_first_goes_on_in_a_short_month():
    frequency = infer_frequency([dates("2021-10-30", "2021-11-30", "2021-12-30")])
    assert frequency.after(np.datetime64("2021-12-30"), 3).tolist() == (
        dates("2022-01-30", "2022-02-28", "2022-03-30").tolist()
    )


def test_gaps_do_not_change_the_frequency():
    times = dates("2020-01-01", "2020-01-02", "2020-01-05", "2020-01-06", "2020-01-07")
    frequency = infer_frequency([times])
    assert frequency.text == "days"
    assert frequency.rows_between(times).tolist() == [0, 2, 0, 0]


def test_holidays_are_gaps_among_business_days():
    times = dates("2019-12-30", "2019-12-31", "2020-01-02", "2020-01-03", "2020-01-06")
    frequency = infer_frequency([times])
    assert frequency.text == "business days"
    assert frequency.rows_between(times).tolist() == [0, 1, 0, 0]


def test_a_panel_is_inferred_from_all_series():
    short, long = dates("2020-03-01"), dates("2020-01-01", "2020-01-02")
    assert infer_frequency([short, long]).text == "days"


def test_one_row_is_a_day_or_a_number():
    assert infer_frequency([dates("2020-03-01")]).text == "days"
    assert infer_frequency([np.array([5])]).text == "whole numbers"


def test_time_text():
    assert time_text(np.datetime64("2019-01-03", "ns")) == "2019-01-03"
    assert time_text(np.datetime64("2019-01-03T14:30", "ns")) == "2019-01-03 14:30"
    assert time_text(np.datetime64("2019-01-03T14:30:07", "ns")) == "2019-01-03 14:30:07"
    assert time_text(np.int64(1700)) == "1700"
