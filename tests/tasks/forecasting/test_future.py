"""Windows beyond the end of the data, and after new rows."""

import numpy as np
import pytest

from rnnkit.errors import DataError
from rnnkit.tasks.forecasting.dataset import load_dataset
from rnnkit.tasks.forecasting.future import future_part
from rnnkit.tasks.forecasting.reading import read_new_rows
from tests.data.series.small import dataset_of, days, section, write_table


def run_of(tmp_path, *, times=None, **options):
    """The section and what was learnt of 40 rows 0, 1, 2, ...: a difference, a window needs 4."""
    columns = {"y": range(40)} if times is None else {"t": times, "y": range(40)}
    path = write_table(tmp_path / "a.csv", columns)
    options = {"time": None if times is None else "t", "transform": "difference", **options}
    return learnt(section(path, target="y", **options))


def learnt(data):
    return data, load_dataset(data).preprocessing


def after(run, path, *, steps=1):
    data, kept = run
    return future_part(data, kept, steps=steps, new=read_new_rows(path, data, kept))


def history(part) -> list[float]:
    """What the one window's four rows hold."""
    end = part.origins[0] + 1
    return part.store.series[0].targets[end - 4 : end, 0].tolist()


@pytest.fixture
def new(tmp_path):
    return lambda **columns: write_table(tmp_path / "new.csv", columns)


def test_the_end_of_the_data_goes_on(tmp_path):
    part = future_part(*run_of(tmp_path, times=days(40)), steps=3)
    assert part.times[0].tolist() == days(3, "2020-02-10").tolist()
    assert history(part) == [36, 37, 38, 39]
    assert np.isnan(part.actual).all()
    assert part.x().shape == (1, 3, 1)
    assert part.invert(np.zeros((1, 3), np.float32))[0, :, 0].round(3).tolist() == [40, 41, 42]


def test_the_last_window_is_that_of_the_data():
    values = np.random.default_rng(0).normal(10, 1, (60, 2))
    options = {"transform": "log_return", "quantity": "difference", "calendar": ["month"]}
    data = dataset_of(
        *[np.exp(np.cumsum(np.exp(values / 50), axis=0))] * 2, times=[days(60)] * 2, **options
    )
    part = future_part(data.data, data.preprocessing, steps=2)
    assert len(part) == 2
    store = data.train.store
    ends = store.starts + [len(series) for series in data.series]
    for window, end in enumerate(ends):
        np.testing.assert_array_equal(part.x([window])[0], store.inputs[end - 3 : end])


def test_a_forecast_past_the_horizon_is_fed_back(tmp_path):
    part = future_part(*run_of(tmp_path, times=days(40), calendar=["day_of_week"]), steps=3)
    outputs = np.zeros((1, 0), np.float32)
    while outputs.shape[1] < 3:
        x = (part.fed_back(outputs) if outputs.size else part).x()
        assert np.isfinite(x).all()
        outputs = np.concatenate([outputs, x[:, -1, :1]], axis=1)
    assert part.invert(outputs)[0, :, 0].round(3).tolist() == [40, 41, 42]


def test_fewer_steps_than_the_model_gives(tmp_path):
    part = future_part(*run_of(tmp_path, horizon=3), steps=2)
    [batch] = part.batches(4)
    assert batch.x.shape == (4, 3, 1)
    assert part.times.tolist() == [[40, 41]]
    assert part.actual.shape == (1, 2, 1)
    assert history(part) == [36, 37, 38, 39]


def test_new_rows_follow_those_kept(tmp_path, new):
    run = run_of(tmp_path, times=days(40))
    path = new(t=["2020-02-10", "2020-02-11"], y=[50, 60])
    part = after(run, path)
    assert history(part) == [38, 39, 50, 60]
    assert part.times.tolist() == days(1, "2020-02-12")[None].tolist()


def test_new_rows_stand_for_old_ones_of_the_same_time(tmp_path, new):
    run = run_of(tmp_path, times=days(40))
    part = after(run, new(t=["2020-02-09", "2020-02-10"], y=[50, 60]))
    assert history(part) == [37, 38, 50, 60]


def test_a_long_file_stands_for_itself(tmp_path, new):
    run = run_of(tmp_path, times=days(40))
    part = after(run, new(t=[str(d)[:10] for d in days(5)], y=range(5)))
    assert history(part) == [1, 2, 3, 4]
    assert part.times.tolist() == days(1, "2020-01-06")[None].tolist()


def test_without_times_new_rows_come_next(tmp_path, new):
    part = after(run_of(tmp_path), new(y=[50]), steps=2)
    assert history(part) == [37, 38, 39, 50]
    assert part.times.tolist() == [[41, 42]]


@pytest.mark.parametrize(
    ("dates", "message"),
    [
        (["2020-02-01"], "they do not go on after the run's data, which end at 2020-02-09"),
        (["2020-03-01"], "between the run's data, which end at 2020-02-09, and 2020-03-01 20 rows"),
    ],
)
def test_new_rows_elsewhere_in_time(tmp_path, new, dates, message):
    run = run_of(tmp_path, times=days(40))
    with pytest.raises(DataError) as caught:
        after(run, new(t=dates, y=[1]))
    assert "new.csv, line 2: 1 row, but a window needs 4, and" in str(caught.value)
    assert message in str(caught.value)


def test_a_series_that_the_run_does_not_know(tmp_path, new):
    path = write_table(tmp_path / "a.csv", {"s": ["a"] * 40, "y": range(40)})
    run = learnt(section(path, target="y", series="s"))
    assert after(run, new(s=["a"], y=[5])).store.series[0].name == "a"
    with pytest.raises(DataError, match=r"1 row of 'b', but a window needs 3, and the run knows"):
        after(run, new(s=["b"], y=[5]))


def test_features_end_where_the_horizon_does(tmp_path):
    path = write_table(tmp_path / "a.csv", {"y": range(40), "f": [3, 1, 2, 5] * 10})
    run = learnt(section(path, target="y", features=["f"], horizon=2))
    assert np.isfinite(future_part(*run, steps=2).x()).all()
    with pytest.raises(DataError) as caught:
        future_part(*run, steps=3)
    assert str(caught.value) == (
        "3 steps ahead, but the model gives 2 at once and nobody forecasts its features (f): ask "
        "for at most 2, or train with a longer data.horizon"
    )
