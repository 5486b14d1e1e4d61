"""What is known of rows to forecast: at the end of the table, in another one, or nowhere."""

import dataclasses

import numpy as np
import pytest

from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.dataset import load_dataset
from rnnkit.tasks.forecasting.future import future_part
from rnnkit.tasks.forecasting.reading import read_future
from tests.data.series.small import days, section, write_table

OPTIONS = {"time": "t", "target": "y", "known": ["k"], "lookback": 2, "horizon": 2, "scale": "none"}
DATES = [str(day)[:10] for day in days(60)]


def table(tmp_path, *, targets: int, rows: int, name: str = "a.csv", **columns):
    """As many rows, k = 100, 101, ..., of which the last have no target."""
    y = [row if row < targets else None for row in range(rows)]
    columns = {"t": DATES[:rows], "y": y, "k": range(100, 100 + rows), **columns}
    return write_table(tmp_path / name, columns)


def forecast(dataset, *, steps=2, ahead=None):
    rows = dataset.rows
    if ahead is None and rows.future:
        ahead = dataclasses.replace(rows, series=rows.future)
    return future_part(dataset.data, dataset.preprocessing, steps=steps, ahead=ahead)


def test_rows_without_a_target_at_the_end_are_the_future(tmp_path):
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=43), **OPTIONS))
    assert len(dataset.series[0]) == 40
    assert "3 rows after the last value of y, up to 2020-02-12" in "\n".join(dataset.notes)
    part = forecast(dataset)
    assert part.x()[0].tolist() == [[38, 138, 0], [39, 139, 0], [0, 140, 1], [0, 141, 1]]
    assert part.times.tolist() == [days(42)[40:].tolist()]


def test_one_step_reads_what_the_model_reads(tmp_path):
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=42), **OPTIONS))
    part = forecast(dataset, steps=1)
    assert part.times.shape == (1, 1)
    assert part.x()[0, :, 1].tolist() == [138, 139, 140, 141]


def test_recursive_forecasts_go_on_as_far_as_something_is_known(tmp_path):
    options = {**OPTIONS, "multi_step": "recursive"}
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=44), **options))
    part = forecast(dataset, steps=4)
    moved = part.fed_back(np.full((1, 3), 7, np.float32))
    assert moved.x()[0].tolist() == [[7, 141, 0], [7, 142, 0], [0, 143, 1]]


def test_a_table_of_its_own_says_it(tmp_path):
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=40), **OPTIONS))
    columns = {"t": DATES[38:45], "k": range(7), "wind": range(7)}
    path = write_table(tmp_path / "future.csv", columns)
    ahead = read_future(path, dataset.data, dataset.preprocessing)
    assert ahead.notes[0].endswith("'wind' not read: of rows to forecast only what is known counts")
    assert forecast(dataset, ahead=ahead).x()[0, 2:, 1].tolist() == [2, 3]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"t": ["2020-02-10"], "k": [1]},
            "future.csv: no row for 2020-02-11 (1 such row): the model reads k of the 2 rows that "
            "follow the data, up to 2020-02-11",
        ),
        (
            {"t": ["2020-02-10", "2020-02-11"], "k": [1, None]},
            "future.csv, line 3: no value for k, which the model reads of every row to forecast",
        ),
        ({"t": ["2020-02-10"], "l": [1]}, "future.csv has no column 'k' (data.known)"),
    ],
)
def test_what_does_not_follow_is_refused(tmp_path, columns, message):
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=40), **OPTIONS))
    path = write_table(tmp_path / "future.csv", columns)
    with pytest.raises(DataError) as caught:
        forecast(dataset, ahead=read_future(path, dataset.data, dataset.preprocessing))
    assert message in str(caught.value)


def test_nobody_says_it(tmp_path):
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=40), **OPTIONS))
    with pytest.raises(DataError) as caught:
        forecast(dataset)
    assert str(caught.value) == (
        "the model reads k of the 2 rows to forecast, 2020-02-10 to 2020-02-11, and nobody gives "
        "them: give a table of t, k with --future FILE, or put these rows, without y, at the end "
        "of the data"
    )


def test_more_steps_than_are_read(tmp_path):
    dataset = load_dataset(section(table(tmp_path, targets=40, rows=50), **OPTIONS))
    with pytest.raises(DataError, match=r"3 steps ahead, but the model gives 2 at once and reads"):
        forecast(dataset, steps=3)


def test_each_series_has_its_own(tmp_path):
    path = write_table(
        tmp_path / "a.csv",
        {
            "s": ["a"] * 22 + ["b"] * 22,
            "t": DATES[:22] * 2,
            "y": [*range(20), None, None] * 2,
            "k": range(44),
        },
    )
    dataset = load_dataset(section(path, series="s", **OPTIONS))
    assert forecast(dataset).x()[:, 2:, 1].tolist() == [[20, 21], [42, 43]]


def test_nothing_known_is_a_hole(tmp_path):
    path = table(tmp_path, targets=40, rows=42, k=[*range(40), None, None])
    with pytest.raises(DataError, match="2 of 42 rows have no value for y, k: line 42, line 43"):
        load_dataset(section(path, **OPTIONS))


def test_a_run_that_asks_for_nothing_takes_none(tmp_path):
    dataset = load_dataset(
        section(table(tmp_path, targets=40, rows=40), **{**OPTIONS, "known": []})
    )
    with pytest.raises(DataError, match=r"its config has no data\.known"):
        read_future(tmp_path / "a.csv", dataset.data, dataset.preprocessing)
