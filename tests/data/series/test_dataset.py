"""Windows: what the model reads and should say, the way back to units, forecasts fed back."""

import dataclasses

import numpy as np
import pytest

from rnnkit.data.batch import Shuffle
from rnnkit.tasks.forecasting import dataset as load
from tests.data.series.small import dataset_of, days

SPLIT = {"validation": 0.2, "test": 0.2}


def test_a_window_by_hand():
    values = np.stack([np.arange(10.0), 10 + np.arange(10.0), 100 + np.arange(10.0)], axis=1)
    data = dataset_of(values, features=1, lookback=2, horizon=2, scale="none", split=SPLIT)
    part = data.train  # of rows 0 to 5, K = 2 and F = 1
    assert part.x([0]).tolist() == [[[0, 10, 100], [1, 11, 101]]]
    assert part.y([0]).tolist() == [[2, 12, 3, 13]]
    assert part.actual[0].tolist() == [[2, 12], [3, 13]]
    assert part.times[0].tolist() == [2, 3]
    assert data.data.targets == ("y", "z")
    assert load.facts(data.data, data.preprocessing).shape == (2, 3)
    assert load.facts(data.data, data.preprocessing).outputs == 4


def test_batches_cover_every_window_once():
    part = dataset_of(range(40), split=SPLIT).train
    batches = list(part.batches(8, shuffle=Shuffle(seed=1, epoch=0)))
    assert len(batches) == part.steps(8) == 3
    assert all(batch.x.shape == (8, 3, 1) and batch.x.dtype == np.float32 for batch in batches)
    y = np.concatenate([batch.y[batch.valid > 0] for batch in batches])
    assert sorted(y.tolist()) == sorted(part.y().tolist())
    assert len(part) == 21
    again = list(part.batches(8, shuffle=Shuffle(seed=1, epoch=0), start=2))
    np.testing.assert_array_equal(again[0].x, batches[2].x)


def test_the_scale_is_the_training_parts():
    data = dataset_of(np.r_[np.zeros(12), 2 * np.ones(12), 100 * np.ones(16)], split=SPLIT)
    assert data.preprocessing.scale.offset == (1.0,)
    assert data.preprocessing.scale.divisor == (1.0,)
    assert data.test.y()[-1] == 99


@pytest.mark.parametrize("scale", ["none", "standard", "min_max", "robust"])
@pytest.mark.parametrize(
    "transform", [[], ["log"], ["difference"], ["log_return"], ["log", "difference"]]
)
@pytest.mark.parametrize("series", [1, 2])
def test_inverting_the_answers_gives_what_came_true(scale, transform, series):
    rng = np.random.default_rng(0)
    values = [rng.uniform(50, 90, (40, 2)) for _ in range(series)]
    data = dataset_of(*values, horizon=3, transform=transform, scale=scale, split=SPLIT)
    for part in data.parts.values():
        np.testing.assert_allclose(part.invert(part.y()), part.actual, rtol=1e-4)


def test_a_large_level_keeps_its_small_changes():
    values = 1e9 + np.arange(40.0)
    data = dataset_of(values, split=SPLIT)
    assert len(np.unique(data.train.y())) == len(data.train)
    np.testing.assert_allclose(data.train.invert(data.train.y())[:, 0, 0], values[3:24], atol=0.01)


def test_quantity_is_what_is_reported():
    price = np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.1, 41)))
    quantity = ["log_return", {"multiply": 100}, "absolute"]
    data = dataset_of(price, quantity=quantity, split=SPLIT)
    returns = 100 * np.abs(np.diff(np.log(price)))
    np.testing.assert_allclose(data.series[0].targets[:, 0], returns)
    np.testing.assert_allclose(data.test.actual[:, 0, 0], returns[-8:])
    assert data.series[0].times[0] == 1


def test_calendar_columns_follow_the_dates():
    data = dataset_of(range(40), times=[days(40)], calendar=["day_of_week"], split=SPLIT)
    assert data.train.x().shape[2] == 3
    week = data.train.store.inputs[:, 1:]
    np.testing.assert_allclose(week[7:], week[:-7], atol=1e-6)


def test_feeding_back_reads_forecasts_in_place_of_what_came():
    data = dataset_of(range(40), lookback=3, horizon=4, multi_step="recursive", scale="none",
                      split={"validation": 0.2, "test": 0.2})  # fmt: skip
    part = data.test
    assert part.outputs == 1
    assert part.y().shape == (len(part), 1)
    assert part.actual.shape == (len(part), 4, 1)
    now = part.origins.astype(float)
    fed = part.fed_back(np.stack([now - 100, now - 200], axis=1))
    assert fed.x([0])[0, :, 0].tolist() == [now[0], now[0] - 100, now[0] - 200]
    longer = part.fed_back(np.tile([1.0, 2, 3, 4], (len(part), 1)))
    assert longer.x([1])[0, :, 0].tolist() == [2, 3, 4]
    whole = np.concatenate([batch.x[batch.valid > 0] for batch in fed.batches(3)])
    np.testing.assert_array_equal(whole, fed.x())


def test_a_perfect_model_fed_back_is_perfect_at_every_step():
    data = dataset_of(np.arange(60.0), horizon=5, multi_step="recursive", transform="difference",
                      scale="standard", split={"validation": 0.2, "test": 0.2})  # fmt: skip
    part = data.test
    outputs = np.zeros((len(part), 0), np.float32)
    while outputs.shape[1] < part.horizon * part.targets:
        moved = part.fed_back(outputs) if outputs.size else part
        outputs = np.concatenate([outputs, moved.x()[:, -1, :1]], axis=1)  # the change goes on
    np.testing.assert_allclose(part.invert(outputs), part.actual, rtol=1e-6)


def test_the_last_windows_of_a_shorter_horizon():
    part = dataset_of(range(40), horizon=3, split=SPLIT).test
    shorter = dataclasses.replace(part, origins=part.origins + 2, horizon=1)
    assert [batch.y.shape for batch in shorter.batches(8)] == [(8, 1)]
    assert shorter.actual[-1].tolist() == [[39]]


def test_windows_are_not_stored():
    data = dataset_of(np.arange(5000.0), lookback=500, split=SPLIT)
    assert data.bytes == 5000 * (4 + 8 + 8)


def test_take():
    part = dataset_of(range(40), split=SPLIT).train
    some = part.take(np.array([3, 1]))
    np.testing.assert_array_equal(some.x(), part.x(np.array([3, 1])))


def test_description():
    data = dataset_of(range(40), range(40), horizon=2, split={"validation": 0, "test": 0.25})
    assert data.description == (
        "x: windows in 2 series: 52 train, 18 test; each 3 rows of 1 column, then 2 to forecast"
    )
    assert data.held_back == (data.test, "test")
