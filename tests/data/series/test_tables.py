"""Tables -> rows: sorted, mended, with what looks odd reported by its place."""

import json

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError

from rnnkit.data.series.tables import read_rows
from rnnkit.errors import DataError
from tests.data.series.small import section, write_table


def read(path, *, targets=("y",), features=(), **options):
    data = section(
        path, **{"time": "t", "target": list(targets), "features": list(features), **options}
    )
    return read_rows([path], data, source="a", sha256="")


@pytest.fixture
def table(tmp_path):
    return lambda **columns: write_table(tmp_path / "a.csv", columns)


def refusal(path, **options) -> str:
    with pytest.raises(DataError) as caught:
        read(path, **options)
    return str(caught.value).replace(str(path), "a.csv")


def test_targets_stand_before_features(table):
    path = table(t=[1, 2], f=[5, 6], y=["0.1", 4], other=["x", "y"])
    rows = read(path, features=("f",))
    [one] = rows.series
    assert one.values.tolist() == [[0.1, 5], [4, 6]]  # in float64: 0.1 is not float32's
    assert (rows.time_format, rows.notes, one.name) == ("integer", (), "a")


def test_disorder_is_sorted_and_said(table):
    rows = read(table(t=[1, 2, 4, 3, 5], y=[1, 2, 4, 3, 5]))
    [one] = rows.series
    assert one.values[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert one.numbers.tolist() == [0, 1, 3, 2, 4]
    assert rows.notes == ("1 row out of order, the first 3 in line 5: sorted by time",)
    assert rows.place(one, 2).endswith("a.csv, line 5")


def test_newest_first_is_one_note(table):
    rows = read(table(t=[3, 2, 1], y=[3, 2, 1]))
    assert rows.series[0].values[:, 0].tolist() == [1, 2, 3]
    assert rows.notes == ("the rows stand newest first: sorted by time",)


def test_a_time_twice_is_refused(table):
    assert refusal(table(t=[1, 2, 3, 2], y=[1, 2, 3, 2])) == (
        "a.csv, line 5: 2 stands already in line 3 (1 such row, with equal values): remove the "
        "duplicates, or name the column that tells several series apart in data.series"
    )
    assert "some with other values" in refusal(table(t=[1, 1], y=[1, 2]))


def test_an_hour_twice_without_offsets_is_explained(table):
    hours = [f"2024-10-27 {hour}:00" for hour in ("01", "02", "02", "03")]
    assert "told apart by offsets" in refusal(table(t=hours, y=range(4)))


def test_a_panel_may_have_a_time_in_each_series(table):
    path = table(t=[1, 1, 2, 2], y=[1, 10, 2, 20], s=["b", "a", "b", "a"])
    rows = read(path, series="s")
    assert [(one.name, one.values[:, 0].tolist()) for one in rows.series] == [
        ("b", [1, 2]), ("a", [10, 20])
    ]  # fmt: skip
    assert rows.notes == ()
    path = table(t=[1, 1, 1], y=[1, 10, 2], s=["b", "a", "b"])
    assert "1 of 'b' stands already in line 2" in refusal(path, series="s")


def test_series_that_may_be_one_are_said(table):
    path = table(t=[1, 2, 1, 2], s=["South", "South", "south", "south"], y=[1, 2, 3, 4])
    assert read(path, series="s").notes == (
        "the series 'South' and 'south' differ in capitals or blanks alone: write them alike where "
        "one is meant",
    )


def test_every_row_belongs_to_a_series(table):
    message = refusal(table(t=[1, 2], y=[1, 2], s=["a", None]), series="s")
    assert "line 3, column 's': no value (1 such row)" in message


def test_gaps_are_counted_and_placed(table):
    days = ["2020-01-01", "2020-01-02", "2020-01-05", "2020-01-06", "2020-01-08"]
    assert read(table(t=days, y=range(5))).notes == (
        "days: 2 gaps of 3 rows in all, before 2020-01-05 (line 4), 2020-01-08 (line 6); windows "
        "run on across them",
    )


def test_exceptions_and_irregular_times_are_said(table):
    days = [str(day) for day in np.arange("2020-01-01", "2020-02-01", dtype="M8[D]")]
    days = [day for day in days if np.is_busday(day) or day == "2020-01-18"]
    rows = read(table(t=days, y=range(len(days))))
    assert rows.notes == (rows.rhythm,) == ("business days, 1 exception: 2020-01-18",)
    rows = read(table(t=["2020-01-01", "2020-01-02", "2020-01-09", "2020-01-20"], y=range(4)))
    assert rows.rhythm == "irregular times, 1 week apart in the median, and so are the forecasts"
    assert rows.notes == (rows.rhythm,)


def test_an_hour_that_comes_twice_on_the_clock(table):
    clocks = [f"2024-10-27T{c}:00" for c in ("02:00+02", "02:30+02", "02:00+01", "02:30+01")]
    rows = read(table(t=clocks, y=range(4)))
    assert rows.series[0].values[:, 0].tolist() == [0, 1, 2, 3]
    assert (rows.rhythm, rows.notes) == ("every 30 minutes", ())


def test_the_date_and_the_time_of_day_in_two_columns(table):
    path = table(d=["31.01.2020", "31.01.2020"], c=["18.00.00", "19.00.00"], y=[1, 2])
    rows = read(path, time=["d", "c"])
    assert (rows.time_format, rows.rhythm) == ("%d.%m.%Y %H.%M.%S", "hours")


def test_a_hole_is_no_gap(table):
    rows = read(table(t=[1, 2, 3, 4], y=[1, None, ".", 4]), missing="drop")
    [one] = rows.series
    assert one.times.tolist() == [1, 4]
    assert rows.frequency.step == 1
    assert rows.notes == (
        "2 of 4 rows have no value for y: line 3, line 4: dropped (data.missing)",
    )


def test_holes_are_an_error_unless_said(table):
    assert refusal(table(t=[1, 2], y=[1, None])) == (
        "a.csv: 1 of 2 rows has no value for y: line 3: set data.missing to drop or "
        "forward_fill, or fill them"
    )


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"t": [1, 2], "y": [1, "x"]}, "a.csv, line 3, column 'y': 'x' is not a number"),
        ({"t": [1, 2], "y": [1, "inf"]}, "a.csv, line 3, column 'y': the value is infinite"),
    ],
)
def test_refusals(table, columns, message):
    assert refusal(table(**columns)).startswith(message)


def test_parquet_and_jsonl(tmp_path):
    days = pd.date_range("2020-01-01", periods=3)
    pd.DataFrame({"t": days, "y": [1.0, 2, 3]}).to_parquet(tmp_path / "a.parquet")
    lines = [json.dumps({"t": str(day.date()), "y": n}) for n, day in enumerate(days, start=1)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    for name in ("a.parquet", "a.jsonl"):
        [one] = read(tmp_path / name).series
        assert one.times.tolist() == days.to_numpy().astype("datetime64[ns]").tolist()
        np.testing.assert_array_equal(one.values[:, 0], [1, 2, 3])


@pytest.mark.parametrize(
    ("time", "message"), [([], "time names no column"), (["d", "y"], "'?y'? is named twice")]
)
def test_columns_of_times_that_cannot_be(time, message):
    with pytest.raises(ValidationError, match=message):
        section(time=time, target="y")
