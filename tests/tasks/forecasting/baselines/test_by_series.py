"""Scores of each series, checked by hand."""

import numpy as np
import pytest

from rnnkit.baselines.points import Baseline, Points
from rnnkit.tasks.forecasting.baselines.by_series import by_series

# training parts whose rows are 1, 10 and 0 apart; two, one and one forecasts of two steps
TRAIN = [np.array([0.0, 1, 2])[:, None], np.array([0.0, 10, 20])[:, None], np.full((3, 1), 5.0)]
SERIES = np.array([0, 0, 1, 2])
ACTUAL = np.zeros((4, 2))
FORECAST = np.array([[1.0, 1], [3, 3], [0, 10], [2, 2]])
NAIVE = np.array([[4.0, 4], [4, 4], [0, 0], [0, 0]])


def points(train=TRAIN) -> Points:
    return Points(
        train=train,
        values=train,
        series=SERIES,
        origins=np.array([0, 1, 0, 0]),
        moments=np.arange(4),
        horizon=2,
    )


def scored(train=TRAIN):
    return by_series(
        "y",
        FORECAST,
        ACTUAL,
        column=0,
        names=["a", "b", "c"],
        points=points(train),
        field=[Baseline("mean", NAIVE + 9), Baseline("naive", NAIVE)],
    )


def test_each_series_has_its_own_scale():
    _, scores = scored()
    assert [one.series for one in scores] == ["a", "b", "c"], "the worst first, the unscaled last"
    a, b, c = scores
    assert (a.windows, a.mae, a.mase, a.baseline_mase) == (2, 2, 2, 4)
    assert a.rmse == pytest.approx(np.sqrt(5))
    assert (b.windows, b.mae, b.mase, b.baseline_mase) == (1, 5, 0.5, 0)
    assert (c.mae, c.mase, c.baseline_mase) == (2, None, None)


def test_the_distribution_is_over_series_not_windows():
    spread, _ = scored()
    assert spread.series == 2 and spread.best_baseline == "naive" and spread.better == 0.5
    quantiles = dict(zip(spread.levels, spread.mase, strict=True))
    assert (quantiles[0.0], quantiles[0.5], quantiles[1.0]) == (0.5, 1.25, 2.0)
    assert [one.series for one in spread.worst] == ["a", "b"], "c has no MASE"


def test_without_a_scale_there_is_no_distribution():
    spread, scores = scored([np.full((3, 1), 5.0)] * 3)
    assert spread is None and [one.mase for one in scores] == [None] * 3
