"""What forecasts are compared by, by which test, and the verdict in words."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import ttest_rel

from rnnkit.baselines.accuracy import Scales
from rnnkit.baselines.points import Points
from rnnkit.baselines.versus import Chance, Yardstick, verdict


@pytest.mark.parametrize(
    ("p", "sentence"),
    [
        (0.03, "AR(9) is better than this network by 12.0 % in RMSE (p = 0.03)."),
        (0.0001, "AR(9) is better than this network by 12.0 % in RMSE (p < 0.001)."),
        (0.41, "Between this network and AR(9) there is no difference beyond chance: AR(9) is "
               "ahead by 12.0 % in RMSE (p = 0.41)."),
        (None, "AR(9) is better than this network by 12.0 % in RMSE, on 9 forecasts: too few to "
               "tell that from chance."),
    ],
)  # fmt: skip
def test_the_sentence(p: float | None, sentence: str) -> None:
    assert verdict(100.0, "AR(9)", 88.0, Chance(p), count=9) == sentence


def test_baselines_without_a_name_of_their_own_are_described() -> None:
    text = verdict(2.0, "naive", 4.0, Chance(0.01), count=30)
    assert text == "This network is better than the last value by 50.0 % in RMSE (p = 0.01)."


def yardstick(moments: np.ndarray, *, windows: int, series: int) -> Yardstick:
    values = [np.random.default_rng(n).normal(size=(100, 1)) * 10.0**n for n in range(series)]
    origins = np.tile(np.arange(windows), series)
    points = Points(values, values, np.repeat(np.arange(series), windows), origins, moments, 1)
    return Yardstick.of(points, Scales.of([v[:, 0] for v in values], season=None))


def test_one_window_a_series_is_tested_over_series() -> None:
    rng, series = np.random.default_rng(0), 20
    found = yardstick(np.zeros(series), windows=1, series=series)
    assert found.scale is not None
    own, other = (found.scale[:, None] * rng.normal(size=(series, 1)) for _ in range(2))
    p_value, test = found.chance(own, other)
    t = ttest_rel(abs(own / found.scale[:, None]), abs(other / found.scale[:, None]))
    assert p_value == pytest.approx(float(t.pvalue[0]))
    assert test.startswith("paired t-test over 20 series, taken as independent")


def test_many_times_are_tested_over_times() -> None:
    found = yardstick(np.tile(np.arange(30), 2), windows=30, series=2)
    errors = np.random.default_rng(0).normal(size=(2, 60, 1))
    p_value, test = found.chance(*errors)
    assert p_value is not None and test == ""


def test_few_series_of_few_times_tell_nothing() -> None:
    found = yardstick(np.zeros(5), windows=1, series=5)
    assert found.chance(*np.random.default_rng(0).normal(size=(2, 5, 1))).p_value is None
