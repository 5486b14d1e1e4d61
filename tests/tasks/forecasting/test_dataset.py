"""Whole configs -> datasets, with the numbers that are known of the embedded data."""

import numpy as np
import pytest

from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.errors import ColumnError, DataError
from rnnkit.tasks.forecasting import dataset as load
from rnnkit.tasks.forecasting.reading import read_new
from tests.data.series.small import section, write_table

RETURNS = ["log_return", {"multiply": 100}]


def rmse(error) -> float:
    return float(np.sqrt(np.mean(error**2)))


@pytest.mark.parametrize(
    ("options", "mean", "naive"),
    [
        ({"source": "wti", "missing": "drop", "quantity": RETURNS}, 2.148, 3.141),
        ({"source": "wti", "missing": "drop", "quantity": [*RETURNS, "absolute"]}, 1.535, 1.862),
        ({"source": "sunspots"}, 60.731, 33.276),
    ],
)
def test_known_errors_on_the_last_fifth(options, mean, naive):
    data = load.load_dataset(section(**options, split={"validation": 0.1, "test": 0.2}))
    actual = data.test.actual[:, 0, 0]
    [series] = data.series
    before = series.targets[: series.validation_end, 0].mean()
    assert rmse(actual - before) == pytest.approx(mean, abs=5e-4)
    assert rmse(actual - series.targets[data.test.origins, 0]) == pytest.approx(naive, abs=5e-4)


@pytest.mark.parametrize(
    "options",
    [
        {"source": "sunspots", "multi_step": "recursive", "horizon": 3},
        {"source": "macrodata", "target": ["cpi", "m1"], "features": ["pop"], "horizon": 2,
         "calendar": ["quarter"]},
        {"source": "threshold", "simulation": {"length": 80}},
    ],
)  # fmt: skip
def test_facts_are_those_of_the_data(options):
    data = section(**options)
    dataset = load.load_dataset(data)
    found, shape = dataset.train, load.outline(data)
    assert shape == load.facts(data, dataset.preprocessing)
    assert (shape.shape, shape.outputs) == (found.x().shape[1:], found.y().shape[1])


def test_facts_of_a_table_refuse_what_training_would(tmp_path):
    path = write_table(tmp_path / "a.csv", {"y": range(10)})
    with pytest.raises(DataError, match="no window fits"):
        load.outline(section(path, target="y", lookback=20))


def test_a_logarithm_names_the_line(tmp_path):
    path = write_table(tmp_path / "a.csv", {"y": [5, 5, 0, *range(1, 30)]})
    for key in ("quantity", "transform"):
        with pytest.raises(DataError, match=r"a.csv, line 4: 0 has no logarithm \(1 value of 0"):
            load.load_dataset(section(path, target="y", **{key: "log"}))
    quantity = {"quantity": "difference", "transform": "log"}
    with pytest.raises(DataError, match=r"a.csv, line 3: 0 has no logarithm"):
        load.load_dataset(section(path, target="y", **quantity))


def test_new_rows_are_prepared_as_the_runs(tmp_path):
    path = write_table(tmp_path / "a.csv", {"t": range(60), "y": range(60), "f": [7, 8, 9] * 20})
    options = {"target": "y", "features": ["f"], "time": "t", "transform": "difference"}
    written = section(path, **options)
    data = load.load_dataset(written)
    kept = SeriesPreprocessing.from_json(data.preprocessing.to_json())
    assert kept == data.preprocessing
    new = read_new(path, written, kept)
    assert len(new) == 60 - 1 - 3
    both = np.isin(new.origins, data.test.origins)
    np.testing.assert_array_equal(new.x()[both], data.test.x())
    np.testing.assert_array_equal(new.invert(new.y()).round(3), new.actual)


def test_new_rows_that_are_left_out_are_told(tmp_path):
    path = write_table(tmp_path / "a.csv", {"t": range(60), "y": range(60)})
    written = section(path, target="y", time="t", format={"bad_rows": "skip"})
    kept = load.load_dataset(written).preprocessing
    path.write_text(path.read_text() + "60\n")
    left_out = "1 row left out (format.bad_rows: skip)"
    assert read_new(path, written, kept).notes[0].startswith(left_out)


def test_new_rows_that_do_not_fit(tmp_path):
    path = write_table(tmp_path / "a.csv", {"t": range(60), "y": range(60)})
    data = section(path, target="y", time="t")
    kept = load.load_dataset(data).preprocessing
    short = write_table(tmp_path / "b.csv", {"t": range(3), "y": range(3)})
    with pytest.raises(DataError, match="3 rows, lookback 3, horizon 1: no window fits"):
        read_new(short, data, kept)
    other = write_table(tmp_path / "c.csv", {"when": range(9), "x": range(9)})
    with pytest.raises(DataError) as caught:
        read_new(other, data, kept)
    assert str(caught.value).replace(str(other), "c.csv").splitlines() == [
        "c.csv has no column 'y' (data.target).",
        "c.csv has no column 't' (data.time).",
        "c.csv: its columns are when, x",
    ]
    dates = write_table(tmp_path / "d.csv", {"t": ["2020-01-01"], "y": [1]})
    with pytest.raises(DataError, match=r"'2020-01-01' does not fit integer"):
        read_new(dates, data, kept)


def test_nothing_is_left_after_a_difference():
    data = section("ar1", simulation={"length": 10}, quantity=["difference"] * 10)
    with pytest.raises(DataError, match=r"no row is left after data\.quantity"):
        load.load_dataset(data)


def filled(tmp_path, y, **options):
    path = write_table(tmp_path / "a.csv", {"t": range(len(y)), "y": y})
    given = {
        "time": "t",
        "missing": "forward_fill",
        "lookback": 3,
        "split": {"validation": 0.2, "test": 0.2},
    }
    return load.load_dataset(section(path, target="y", **{**given, **options}))


def test_what_was_filled_in_is_never_forecast(tmp_path):
    y = [float(n) for n in range(50)]
    y[5] = y[44] = None
    dataset = filled(tmp_path, y, horizon=2)
    assert 5 not in dataset.train.times and 5 in dataset.train.store.times
    assert set(range(40, 50)) - {*dataset.test.actual.ravel().astype(int)} == {44}
    assert len(dataset.test) == 9 - 2  # of two rows each; two of them would hold row 44
    parts = {part.name: dict(part.filled) for part in dataset.card.parts}
    assert parts == {"train": {"y": 1 / 30}, "validation": {}, "test": {"y": 0.1}}


def test_a_difference_to_what_was_filled_in_is_none(tmp_path):
    y = [float(n * n) for n in range(1, 51)]
    y[44] = None
    test = filled(tmp_path, y, quantity=["difference"]).test
    left_out = {*range(40, 50)} - {*test.store.times[test.first_ahead].tolist()}
    assert left_out == {44, 45}


def test_a_part_without_observations_is_refused(tmp_path):
    y = [*map(float, range(40)), *[None] * 10]
    with pytest.raises(DataError) as caught:
        filled(tmp_path, y)
    assert "of 10 rows in the test part 0 have a target that was there" in str(caught.value)
    assert "(the last: 39)" in str(caught.value)
    y[47] = y[45] = y[43] = 1.0
    assert len(filled(tmp_path, y).test) == 3
    with pytest.raises(DataError, match="nowhere 2 rows of them in a row"):
        filled(tmp_path, y, horizon=2)


def test_features_by_pattern_in_files_of_a_list(tmp_path):
    rows = "".join(f"{n},{n % 7},{n % 5},{n % 3},{n % 4}\n" for n in range(30))
    for name in ("old", "new"):
        text = rows if name == "old" else "".join(f"1{line}" for line in rows.splitlines(True)[10:])
        (tmp_path / f"{name}.csv").write_text(f"t,y,s_a,s_b,s_c\n{text}")
    source = [str(tmp_path / "old.csv"), str(tmp_path / "new.csv")]
    data = section(source, time="t", target="y", features="s_*", exclude="*_b", lookback=3)
    found = load.load_dataset(data)
    assert found.data.features == ["s_a", "s_c"]
    assert found.preprocessing.features == ("s_a", "s_c")
    assert [len(one) for one in found.rows.series] == [50]
    assert load.facts(data, found.preprocessing).shape == (3, 3)
    new = read_new(tmp_path / "old.csv", data, found.preprocessing)
    assert new.x().shape == (27, 3, 3)


def test_patterns_and_names_that_fit_nothing_are_told_together(tmp_path):
    (tmp_path / "a.csv").write_text("Day,Close\n1,2\n")
    data = section(str(tmp_path / "a.csv"), time="day", target="close", features=["s_*", "open"])
    with pytest.raises(ColumnError) as caught:
        load.load_dataset(data)
    assert [path for path, _ in caught.value.problems] == [
        ("data", "features", 0), ("data", "target"), ("data", "features", 1), ("data", "time"),
    ]  # fmt: skip
