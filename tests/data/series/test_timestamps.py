"""Dates in every common form, and those that could be two."""

import datetime

import numpy as np
import pandas as pd
import pytest

from rnnkit.data.series.timestamps import parse_times
from rnnkit.errors import DataError
from tests.data.series.small import write_table
from tests.data.tables.reading import read_table


@pytest.fixture
def parse(tmp_path):
    def parse(texts, form=None, groups=None):
        path = write_table(tmp_path / "a.csv", {"t": texts, "y": range(len(texts))})
        table = read_table(path, text=["t"])
        groups = np.zeros(len(texts), np.intp) if groups is None else np.array(groups)
        reading, _ = parse_times(table, ["t"], form, groups)
        return reading.times, reading.form

    return parse


def written(form: str, count: int = 40, **step: int) -> list[str]:
    start, step = datetime.datetime(2019, 12, 25), datetime.timedelta(**step or {"days": 1})
    return [(start + index * step).strftime(form) for index in range(count)]


@pytest.mark.parametrize(
    "form",
    [
        "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y", "%d-%m-%Y", "%Y/%m/%d", "%Y%m%d", "%d %b %Y",
        "%d-%b-%y", "%B %d, %Y", "%m/%d/%Y %I:%M %p", "%d.%m.%Y %H:%M:%S",
    ],
)  # fmt: skip
def test_a_format_is_inferred(parse, form):
    times, found = parse(written(form))
    assert found == form
    assert times.dtype == np.dtype("datetime64[ns]")
    assert times[0] == np.datetime64("2019-12-25")
    assert (np.diff(times) == np.timedelta64(1, "D")).all()


@pytest.mark.parametrize(
    ("texts", "first"),
    [
        (["2020-01-02", "2020-01-03"], "2020-01-02"),
        (["2020-01-02 10:30", "2020-01-02 11:30:15"], "2020-01-02T10:30"),
        (["2020-01-02T10:30:00Z"], "2020-01-02T10:30"),
        (["2020-01-02T10:30:00+02:00"], "2020-01-02T10:30"),
        (["2020-01", "2020-02"], "2020-01-01"),
    ],
)
def test_iso_dates(parse, texts, first):
    times, form = parse(texts)
    assert (form, times[0]) == ("ISO8601", np.datetime64(first))


def test_quarters_and_months(parse):
    times, form = parse(["1959Q1", "1959-q4"])
    assert form == "quarter"
    assert times.tolist() == np.array(["1959-01", "1959-10"], "datetime64[ns]").tolist()
    assert parse(["May 2001", "Jun 2001"])[0][0] == np.datetime64("2001-05-01")


def test_whole_numbers(parse):
    times, form = parse(["1700", "1701.0", "-3"])
    assert (form, times.tolist()) == ("integer", [1700, 1701, -3])
    assert parse(["20200230", "20200101"])[1] == "integer"  # there is no 30th of February


def test_one_row_above_twelve_decides(parse):
    assert parse(["01/02/2020", "03/02/2020", "13/02/2020"])[1] == "%d/%m/%Y"


def test_the_order_decides(parse):
    texts = ["10/01/2020", "11/01/2020", "12/01/2020", "01/02/2020"]
    assert parse(texts)[1] == "%d/%m/%Y"  # as months first, January would follow December


def test_both_readings_are_shown(parse):
    with pytest.raises(DataError) as caught:
        parse(["01/01/2020", "01/02/2020", "01/03/2020"])
    assert str(caught.value).split("a.csv, ")[1] == (
        "line 3, column 't': '01/02/2020' can be 2020-02-01 or 2020-01-02, and no row decides: "
        "state data.time_format: '%d/%m/%Y' or '%m/%d/%Y'"
    )
    assert parse(["01/01/2020", "01/02/2020"], "%d/%m/%Y")[0][1] == np.datetime64("2020-02-01")


def test_a_row_that_does_not_fit(parse):
    with pytest.raises(DataError) as caught:
        parse([*written("%d.%m.%Y"), "31.02.2020", "n/a"])
    assert str(caught.value).split("a.csv, ")[1] == (
        "line 42, column 't': '31.02.2020' does not fit %d.%m.%Y, as in Python's strptime "
        "(2 such rows): correct data.time_format or the file"
    )


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["soon", "later"], "'soon' is neither a date of a common form nor a whole number"),
        (["2020-01-01", None, None], r"line 3, column 't': no time \(2 such rows\)"),
        (["1", "2", "x"], "line 4, column 't': 'x' does not fit integer"),
        (["2020-01-01", "2020-01-02", "."], "line 4, column 't': '.' does not fit ISO8601"),
        (["2020-01-01", "2020-13-01"], "line 3, column 't': '2020-13-01' does not fit ISO8601"),
    ],
)
def test_refusals(parse, texts, message):
    with pytest.raises(DataError, match=message):
        parse(texts)


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_instants_are_those_of_the_clock_that_the_file_names(tmp_path, name):
    hours = pd.date_range("2024-10-26T23:30", periods=3, freq="h", tz="UTC")
    frame = pd.DataFrame({"t": hours.tz_convert("Europe/Berlin"), "u": hours, "n": [5, 6, 7]})
    write = frame.to_parquet if name == "a.parquet" else frame.to_feather
    write(tmp_path / name)
    table = read_table(tmp_path / name)
    t, u, n = (parse_times(table, [column], None, np.zeros(3, np.intp))[0] for column in "tun")
    assert t.times.tolist() == dates("2024-10-27T01:30", "2024-10-27T02:30", "2024-10-27T02:30")
    assert (np.diff(t.instants) == np.timedelta64(1, "h")).all()
    assert (u.form, u.times[0]) == ("ISO8601", np.datetime64("2024-10-26T23:30"))
    assert (n.form, n.times.tolist()) == ("integer", [5, 6, 7])


def dates(*texts: str) -> list[int]:
    return np.array(texts, "datetime64[ns]").tolist()
