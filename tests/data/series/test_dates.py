"""Frequencies: inferred, gone on with, and where rows are missing."""

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.series.dates import DAY, Frequency, time_text, time_texts
from rnnkit.data.series.frequency import in_words, infer_frequency
from rnnkit.errors import DataError


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


@pytest.mark.parametrize(
    "frequency",
    [
        Frequency(unit="nanosecond", step=DAY),
        Frequency(unit="business_day", step=1),
        Frequency(unit="month", step=12),
    ],
    ids=lambda frequency: frequency.text,
)
def test_they_go_on_to_2261(frequency):
    last = np.datetime64("2260-12-30")
    assert len(frequency.after(last, 0)) == 0
    assert frequency.after(last, 1)[0] > last
    with pytest.raises(DataError, match="dates go on to 2261, but 400 rows after 2260-12-30"):
        frequency.after(last, 400)


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


@pytest.mark.parametrize(
    ("times", "texts"),
    [
        (dates("2019-01-03", "2019-01-04"), ["2019-01-03", "2019-01-04"]),
        (dates("2019-01-03T23", "2019-01-04"), ["2019-01-03 23:00", "2019-01-04 00:00"]),
        (
            dates("2019-01-03", "2019-01-03T00:00:00.25"),
            ["2019-01-03 00:00:00.00", "2019-01-03 00:00:00.25"],
        ),
        (np.array([7, 1700]), ["7", "1700"]),
        (dates(), []),
    ],
)
def test_a_column_has_one_form(times, texts):
    assert time_texts(times) == texts


def test_time_text():
    assert time_text(np.datetime64("2019-01-03", "ns")) == "2019-01-03"
    assert time_text(np.datetime64("2019-01-03T14:30", "ns")) == "2019-01-03 14:30"
    assert time_text(np.datetime64("2019-01-03T14:30:07", "ns")) == "2019-01-03 14:30:07"
    assert time_text(np.int64(1700)) == "1700"


def every(freq: str, start: str = "2015-01-01", count: int = 60) -> np.ndarray:
    return pd.date_range(start, periods=count, freq=freq).to_numpy().astype("datetime64[ns]")


def sessions(*clocks: str, freq: str = "B") -> np.ndarray:
    return np.concatenate([every(freq) + np.timedelta64(pd.Timedelta(f"{c}:00")) for c in clocks])


@pytest.mark.parametrize(
    ("times", "text"),
    [
        (every("ME"), "month ends"),
        (every("BME"), "business month ends"),
        (every("BMS"), "business month starts"),
        (every("QE"), "quarter ends"),
        (every("BQE"), "business quarter ends"),
        (every("QS"), "quarters"),
        (every("YE"), "year ends"),
        (every("B"), "business days"),
        (every("B", "2015-01-01T16:00"), "business days"),
        (every("W-FRI"), "weeks"),
        (np.concatenate([every("W-MON"), every("W-WED")]), "Mondays, Wednesdays"),
        (every("h"), "hours"),
        (sessions("09:15", "10:15", "11:15"), "3 times from 09:15 to 11:15 on business days"),
        (sessions("08:00", "12:00", "19:00", freq="D"), "3 times from 08:00 to 19:00 on days"),
        (every("8h"), "every 8 hours"),
    ],
)  # fmt: skip
def test_forecasts_carry_the_dates_that_the_series_would_have(times, text):
    times = np.sort(times)
    frequency = infer_frequency([times[:-9]])
    assert frequency.text == text
    assert frequency.after(times[-10], 9).tolist() == times[-9:].tolist()
    assert frequency.rows_between(times).sum() == 0


@pytest.mark.parametrize(
    ("times", "extra", "words", "following"),
    [
        (every("B"), "2015-01-31", "business days", "2015-03-26"),
        (every("B", count=22), "2015-01-31", "business days", "2015-02-02"),
        (every("W-FRI"), "2015-01-30T12:00", "weeks", "2016-02-26"),
        (every("h"), "2015-01-02T03:07", "hours", "2015-01-03T12:00"),
    ],
)
def test_an_exception_does_not_change_the_frequency(times, extra, words, following):
    times = np.sort(np.append(times, np.datetime64(extra, "ns")))
    frequency = infer_frequency([times])
    shown = extra.replace("T", " ")
    assert in_words(frequency, [times]) == (f"{words}, 1 exception: {shown}", 1)
    assert frequency.after(times[-1], 1)[0] == np.datetime64(following)
    assert frequency.rows_between(times).sum() == 0


@pytest.mark.parametrize("freq", ["ME", "BME", "QS"])
def test_a_shifted_month_is_an_exception(freq):
    times = every(freq, count=24)
    times[5] -= np.timedelta64(2, "D") if freq != "QS" else np.timedelta64(-2, "D")
    frequency = infer_frequency([times])
    assert frequency == infer_frequency([every(freq, count=24)])
    assert frequency.exceptions(times).tolist() == [n == 5 for n in range(24)]


@pytest.mark.parametrize("unit", ["D", "m", "s"])
def test_irregular_times_go_on_by_their_median(unit):
    steps = np.random.default_rng(0).integers(1, 40, 60)
    times = np.datetime64("2020-01-01", "ns") + np.cumsum(steps).astype(f"m8[{unit}]")
    frequency = infer_frequency([times])
    assert frequency.unit == "irregular"
    assert "in the median" in frequency.text
    ahead = frequency.after(times[-1], 1)[0] - times[-1]
    assert abs(ahead - np.median(np.diff(times))) <= np.timedelta64(1, unit)


def test_hours_are_those_that_pass_and_days_those_of_the_clock():
    utc = every("h", "2024-03-30T12:00", count=48)
    local = utc + np.where(utc < np.datetime64("2024-03-31T01:00"), 1, 2).astype("m8[h]")
    frequency = infer_frequency([local], [utc])
    assert frequency.text == "hours"
    assert frequency.after(local[-1], 1)[0] == local[-1] + np.timedelta64(1, "h")
    midnights = every("D", "2024-03-20", count=20)
    utc = midnights - np.where(midnights < np.datetime64("2024-04-01"), 1, 2).astype("m8[h]")
    assert infer_frequency([midnights], [utc]).text == "days"
