"""Dates in every common form, and those that could be two."""

import contextlib
import datetime

import numpy as np
import pandas as pd
import pytest

from rnnkit.config.tables import TableSection
from rnnkit.data.series.timestamps import parse_times
from rnnkit.data.series.written import read_written
from rnnkit.data.tables.query import open_table
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
    assert parse(["2005M09", "2005M10"])[0][0] == np.datetime64("2005-09-01")
    for text in ("4Q1959", "Q4/1959", "1959.Q4"):
        assert parse([text])[0][0] == np.datetime64("1959-10-01")
    for text in ("W05/2024", "KW 5 2024", "2024-W5", "2024W051"):
        assert parse([text])[0][0] == np.datetime64("2024-01-29")


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
        "(2 such rows): correct data.time_format or the file, or leave such rows out with "
        "data.query: SELECT * FROM source WHERE \"t\" <> '31.02.2020'"
    )


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (["soon", "later"], "'soon' is neither a date of a common form nor a whole number"),
        (["2020-01-01", None, None], r"line 3, column 't': no time \(2 such rows\)"),
        (["1", "2", "x"], "line 4, column 't': 'x' does not fit integer"),
        (["2020-01-01", "2020-01-02", "."], "line 4, column 't': '.' does not fit ISO8601"),
        (["2020-01-01", "2020-13-01"], "line 3, column 't': '2020-13-01' does not fit ISO8601"),
        (["0.00", "0.02"], "'0.00' is neither .*or leave data.time out: then the order of the"),
        (["2000/01", "2001/02"], r"'2000/01' seems to be a year .*time_format: '%Y/%m'"),
        (["1998-99", "1999-00"], r'REPLACE \(left\("t", 4\) AS "t"\) .*time_format: year'),
        (
            ["Jan 2020", "Feb 2020", "Mac 2020"],
            r"line 4, column 't': .*replace\(\"t\", 'Mac', 'Oct'\)",
        ),
        (["2020-01-01", "2020-01-02", "x2020-02-10"], r"'x2020-02-10' does not fit ISO8601 \(1 "),
        (
            ["Jan 2020", "Feb 2020", "01.03.2020"],
            r"does not fit %b %Y, as in Python's strptime \(1 ",
        ),
        (["1 stycznia 2020"], r"replace\(\"t\", 'stycznia', ''\)"),
        (["Finnish", "marraskuu 2020"], "neither a date"),  # no March
    ],
)
def test_refusals(parse, texts, message):
    with pytest.raises(DataError, match=message):
        parse(texts)


def read(path, columns, form=None):
    table = read_table(path, text=columns)
    reading, _ = parse_times(table, columns, form, np.zeros(table.rows, np.intp))
    return reading


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
def test_instants_are_those_of_the_clock_that_the_file_names(tmp_path, name):
    hours = pd.date_range("2024-10-26T23:30", periods=3, freq="h", tz="UTC")
    frame = pd.DataFrame({"t": hours.tz_convert("Europe/Berlin"), "u": hours, "n": [5, 6, 7]})
    frame["f"] = hours.tz_convert("-03:30")
    write = frame.to_parquet if name == "a.parquet" else frame.to_feather
    write(tmp_path / name)
    t, u, n, f = (read(tmp_path / name, [column]) for column in "tunf")
    assert f.times[0] == np.datetime64("2024-10-26T20:00")
    assert t.times.tolist() == dates("2024-10-27T01:30", "2024-10-27T02:30", "2024-10-27T02:30")
    assert (np.diff(t.instants) == np.timedelta64(1, "h")).all()
    assert (u.form, u.times[0]) == ("ISO8601", np.datetime64("2024-10-26T23:30"))
    assert (n.form, n.times.tolist()) == ("integer", [5, 6, 7])


@pytest.mark.parametrize("form", ["%y/%m/%d", "%y-%m-%d", "%y.%m.%d %H:%M"])
def test_a_year_of_two_digits_may_stand_first(parse, form):
    times, found = parse(written(form))
    assert (found, times[0]) == (form, np.datetime64("2019-12-25"))


@pytest.mark.parametrize(
    ("years", "found", "first"),
    [
        (range(1955, 1976), "%m/%d/%y from 1955", "1955-01-28"),  # strptime: 2055 to 1975
        (range(1920, 2011), "%m/%d/%y from 1920", "1920-01-28"),
        (range(2010, 1949, -1), "%m/%d/%y from 1950", "2010-01-28"),  # newest first
        (range(1969, 2021), "%m/%d/%y", "1969-01-28"),
    ],
)
def test_a_series_goes_through_a_century(parse, years, found, first):
    times, form = parse([f"1/28/{year % 100:02}" for year in years])
    assert (form, times[0]) == (found, np.datetime64(first))
    assert len(set(np.sign(np.diff(times).astype(int)))) == 1
    assert parse(["12/31/68"], form)[0][0].astype("datetime64[Y]").astype(int) + 1970 in (
        1968,
        2068,
    )


def test_a_date_far_ahead_is_asked_about(parse):
    with pytest.raises(DataError, match=r"can be 2060-12-31 or 1960-12-31.*'%m/%d/%y from 1960'"):
        parse(["12/31/60", "3/31/61", "6/30/61"])


@pytest.mark.parametrize(
    ("texts", "form", "first"),
    [
        (["192607", "192608"], "%Y%m", "1926-07-01"),
        (["192607.0", "192608.0"], "%Y%m", "1926-07-01"),
        (["2018032507", "2018032508"], "%Y%m%d%H", "2018-03-25T07"),
        (["1734652800", "1734656400"], "epoch_s", "2024-12-20"),
        (["1734652800.25", "1734652800.5"], "epoch_s", "2024-12-20T00:00:00.25"),
        (["1734652800000", "1734656400000"], "epoch_ms", "2024-12-20"),
        (["1734652800000000", "1734656400000000"], "epoch_us", "2024-12-20"),
        (
            ["1734652800000000001", "1734656400000000000"],
            "epoch_ns",
            "2024-12-20T00:00:00.000000001",
        ),
        (["44197.25", "44197.5"], "excel", "2021-01-01T06"),
    ],
)
def test_numbers_that_are_dates(parse, texts, form, first):
    times, found = parse(texts)
    assert (found, times[0]) == (form, np.datetime64(first, "ns"))


def test_months_are_the_same_in_every_format(tmp_path):
    months = [192611, 192612, 192701]
    pd.DataFrame({"t": months}).to_parquet(tmp_path / "a.parquet")
    pd.DataFrame({"t": np.array(months, float)}).to_parquet(tmp_path / "float.parquet")
    (tmp_path / "a.jsonl").write_text("".join(f'{{"t": {month}}}\n' for month in months))
    (tmp_path / "text.jsonl").write_text("".join(f'{{"t": "{month}"}}\n' for month in months))
    for name in ("a.parquet", "float.parquet", "a.jsonl", "text.jsonl"):
        reading = read(tmp_path / name, ["t"])
        assert reading.form == "%Y%m"
        assert reading.times.tolist() == dates("1926-11", "1926-12", "1927-01")


@pytest.mark.parametrize(
    ("texts", "form", "first"),
    [
        (["44197"], "excel", "2021-01-01"),
        (["1700", "1701"], "year", "1700-01-01"),
        (["202001", "202002"], "integer", 202001),
        (["86400000"], "epoch_ms", "1970-01-02"),
        (["20200131"], "yyyymmdd", "2020-01-31"),
        (["2020-031"], "%Y-%j", "2020-01-31"),
        (["2000-01", "2001-02"], "%Y-%m", "2000-01-01"),
        (["201901", "201952"], "week", "2018-12-31"),
        (["Sat Feb 01 10:30:00 +0000 2020"], "%a %b %d %H:%M:%S %z %Y", "2020-02-01T10:30"),
    ],
)
def test_forms_that_are_stated(parse, texts, form, first):
    expected = first if isinstance(first, int) else np.datetime64(first, "ns")
    assert parse(texts, form)[0][0] == expected


@pytest.mark.parametrize("form", [None, "epoch_ms", "epoch_us"])
def test_two_units_in_a_column_are_refused(parse, form):
    with pytest.raises(DataError) as caught:
        parse(["1735682400000", "1735686000000", "1735689600000000"], form)
    assert str(caught.value).split("a.csv, ")[1] == (
        "line 4, column 't': '1735689600000000' counts from 1970 as epoch_us, but the row before, "
        "'1735686000000', as epoch_ms: give all of them in one unit"
    )


def test_epochs_of_1970_are_no_other_unit(parse):
    assert parse([str(day * 86_400_000) for day in range(18_000)])[1] == "epoch_ms"


def test_local_times_are_those_of_the_wall_clock(parse):
    texts = [f"2024-03-31T{clock}" for clock in ("01:30:00+01:00", "03:30:00+02:00")]
    times, _ = parse(texts)
    assert times.tolist() == dates("2024-03-31T01:30", "2024-03-31T03:30")
    times, form = parse(["31.10.2024 02:30 +0200", "31.10.2024 02:30 +0100"])
    assert (form, times[0], times[1]) == (
        "%d.%m.%Y %H:%M %z",
        *[np.datetime64("2024-10-31T02:30")] * 2,
    )
    with pytest.raises(DataError, match=r"line 3.* does not fit ISO8601 with an offset from UTC"):
        parse(["2020-01-01T00:00Z", "2020-01-01T01:00"])


@pytest.mark.parametrize(
    ("columns", "times"),
    [
        ({"t": ["10/03/2004", "23/03/2004"], "u": ["18.00.00", "19.30.00"]}, "2004-03-10T18"),
        ({"t": ["2004-03-10", "2004-03-11"], "u": ["18:00", "19:30"]}, "2004-03-10T18"),
        ({"t": ["3/10/2004", "3/23/2004"], "u": ["6:00 PM", "7:30 PM"]}, "2004-03-10T18"),
        ({"t": [2004, 2004], "u": [3, 4], "v": [10, 10], "w": [18, 19]}, "2004-03-10T18"),
    ],
)
def test_a_date_and_a_time_of_day_in_two_columns(tmp_path, columns, times):
    path = write_table(tmp_path / "a.csv", columns)
    assert read(path, list(columns)).times[0] == np.datetime64(times)


def test_a_spreadsheet_has_dates(tmp_path):
    pytest.importorskip("python_calamine")
    days = pd.date_range("2020-01-30", periods=3)
    clock = [datetime.time(9, 30)] * 3
    pd.DataFrame({"t": days, "u": clock}).to_excel(tmp_path / "a.xlsx", index=False)
    assert read(tmp_path / "a.xlsx", ["t"]).times[2] == np.datetime64("2020-02-01")
    assert read(tmp_path / "a.xlsx", ["t", "u"]).times[2] == np.datetime64("2020-02-01T09:30")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2024-W05", "2024-01-29"), ("2024W05", "2024-01-29"), ("2024-W05-3", "2024-01-31"),
        ("Q2 1959", "1959-04-01"), ("1959-Q2", "1959-04-01"),
        ("05JAN2020:10:30:00", "2020-01-05T10:30"), ("Mon, 06 Jan 2020", "2020-01-06"),
        ("20200131T103000", "2020-01-31T10:30"), ("31/01/2020 3 pm", "2020-01-31T15"),
        ("2020-01-31 10:30:00.123456789", "2020-01-31T10:30:00.123456789"),
        ("2020-01-31 10:30:00 UTC", "2020-01-31T10:30"), ("Jan-20", "2020-01-01"),
    ],
)  # fmt: skip
def test_other_common_forms(parse, text, first):
    assert parse([text])[0][0] == np.datetime64(first, "ns")


@pytest.mark.parametrize(
    "texts",
    [
        ["1. Januar 2020", "1. März 2020", "1. Mai 2020"], ["Jan 20", "Mrz 20", "Mai 20"],
        ["janv. 2020", "mars 2020", "mai 2020"],
        ["1 de enero de 2020", "1 DE MARZO DE 2020", "1 mayo 2020"],
        ["January 1st, 2020", "March 1st, 2020", "May 1st, 2020"],
        ["1er janvier 2020", "1er mars 2020", "1er mai 2020"],
        ["2020-gen", "2020-mar", "2020-mag"], ["2020年1月1日", "2020年3月1日", "2020年5月1日"],
    ],
)  # fmt: skip
def test_months_of_other_languages(parse, texts):
    times, form = parse(texts)
    assert times.tolist() == np.array(["2020-01", "2020-03", "2020-05"], times.dtype).tolist()
    assert parse(texts[1:], form)[0].tolist() == times[1:].tolist()  # as predict reads new rows
    long = form.replace("%b", "%B")
    assert parse(texts, long)[0].tolist() == times.tolist()


def test_months_of_other_languages_are_said(tmp_path):
    path = write_table(tmp_path / "a.csv", {"t": ["avril 2020", "mai 2020"]})
    _, notes = parse_times(read_table(path, text=["t"]), ["t"], None, np.zeros(2, np.intp))
    assert notes == ["column 't': months are not in English: 'avril' is read as April"]


def test_names_of_zones_are_asked_about_with_a_query_that_reads_them(tmp_path):
    texts = ["2024-03-31 01:30 CET", "2024-03-31 03:30 CEST"]
    path = write_table(tmp_path / "a.csv", {"t": texts})
    with pytest.raises(DataError, match="the name of a time zone is read by no format") as caught:
        read(path, ["t"])
    query = str(caught.value).split("data.query: ")[1]
    section = TableSection(source=str(path), query=query)
    table = open_table([path], section).read(numbers=(), text=["t"])
    reading, _ = parse_times(table, ["t"], None, np.zeros(2, np.intp))
    assert np.diff(reading.instants) == np.timedelta64(1, "h")
    with pytest.raises(DataError, match="the name of a time zone"):  # which the machine may know
        read(path, ["t"], "%Y-%m-%d %H:%M %Z")


def test_a_spreadsheet_counts_days_with_a_decimal_comma(tmp_path):
    (tmp_path / "a.csv").write_text("t;y\n44197,25;1,5\n44198,25;2,5\n")
    table = read_table(tmp_path / "a.csv", text=["t"], separator=";", decimal=",")
    reading, _ = parse_times(table, ["t"], None, np.zeros(2, np.intp))
    assert reading.times[0] == np.datetime64("2021-01-01T06:00")


def test_weeks_that_stay_numbers_are_pointed_out(tmp_path):
    path = write_table(tmp_path / "a.csv", {"t": ["201952", "202001"], "y": [1, 2]})
    _, notes = parse_times(read_table(path, text=["t"]), ["t"], None, np.zeros(2, np.intp))
    assert notes == [
        "column 't': '201952' stays a whole number; data.time_format: week makes dates of weeks"
    ]


def test_what_was_chosen_is_said(tmp_path):
    def notes(*texts):
        path = write_table(tmp_path / "a.csv", {"t": texts})
        return parse_times(read_table(path, text=["t"]), ["t"], None, np.zeros(len(texts), int))[1]

    assert notes("1926", "1927") == [
        "column 't': '1926' stays a whole number; data.time_format: year makes dates of years"
    ]
    assert "time_format: excel makes dates" in notes("44197", "44198")[0]
    assert notes("192607", "192608") == [
        "column 't': '192607' is read as 1926-07-01 (%Y%m); data.time_format: integer keeps it a "
        "number"
    ]
    assert notes("18/03/25", "18/03/26", "18/04/01") == [
        "column 't': '18/03/25' is read as 2018-03-25 (%y/%m/%d): as 2025-03-18 (%d/%m/%y) the "
        "rows would not be in order"
    ]
    assert notes("2020-01-01") == notes("7") == []


def test_the_rows_of_a_panel_may_alternate(parse):
    texts = [day for day in ("30/01/20", "31/01/20", "01/02/20") for _ in range(2)]
    assert parse(texts, groups=[0, 1] * 3)[0][-1] == np.datetime64("2020-02-01")


@pytest.mark.parametrize("form", ["iso", "epoch", "%Q", "yymm"])
def test_a_form_that_is_none(parse, form):
    with pytest.raises(DataError, match=rf"data.time_format \(={form}\)"):
        parse(["2020-01-01"], form)


_FORMS = [
    "%d/%m/%y",
    "%m/%d/%Y %I:%M %p",
    "%Y%m%d%H%M%S",
    "%d %b %Y",
    "%B %d, %Y",
    "%H:%M:%S.%f %Y-%m-%d",
    "%I %p %d.%m.%Y",
    "%y%m%d",
    "%a %d %B %y",
    "%d%b%Y",
]


@pytest.mark.parametrize("form", _FORMS)
def test_the_engine_reads_what_strptime_reads(tmp_path, form):
    rng = np.random.default_rng(0)
    texts = []
    for seconds in rng.integers(-(9 * 10**9), 9 * 10**9, 300):
        text = (datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=int(seconds))).strftime(
            form
        )
        place = int(rng.integers(len(text)))
        change = rng.choice(["", "", "0", "1", "9", "x", "/", "-"])
        texts += [text, text.lower(), text[:place] + str(change) + text[place + 1 :]]
    path = write_table(tmp_path / "a.csv", {"t": texts})
    table = read_table(path, text=["t"])
    table.keep_texts(["t"])
    found = read_written(table, form, texts)
    for text, time, wrong in zip(texts, found.times, found.wrong, strict=True):
        assert wrong == np.isnat(time)
        assert time == _strptime(text.strip(), form) or (wrong and not _strptime(text, form)), text


def _strptime(text, form):
    """What strptime reads, if nanoseconds can hold it and no digit of 20200131 is missing."""
    with contextlib.suppress(ValueError):
        found = datetime.datetime.strptime(text, form)
        digits = text.isdigit() and len(text) != len(found.strftime(form))
        return np.datetime64(found, "ns") if 1678 <= found.year <= 2261 and not digits else None


def dates(*texts: str) -> list[int]:
    return np.array(texts, "datetime64[ns]").tolist()
