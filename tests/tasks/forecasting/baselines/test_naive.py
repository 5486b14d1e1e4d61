"""Forecasts without a model, by hand."""

import numpy as np

from rnnkit.tasks.forecasting.baselines.naive import (
    mean_forecast,
    naive_forecast,
    seasonal_naive_forecast,
)

VALUES = np.arange(10.0)[:, None] * [1, 10]
ORIGINS = np.array([3, 6])


def test_mean_of_the_training_part_or_of_all_before() -> None:
    fixed = mean_forecast(VALUES, ORIGINS, horizon=2, rows=3)
    assert fixed.shape == (2, 2, 2)
    assert np.array_equal(fixed[:, 1], [[1, 10], [1, 10]])
    growing = mean_forecast(VALUES, ORIGINS, horizon=2, rows=None)
    assert np.array_equal(growing[:, 0, 0], [1.5, 3.0])


def test_the_last_value_at_every_step() -> None:
    assert np.array_equal(naive_forecast(VALUES, ORIGINS, horizon=3)[1, :, 1], [60, 60, 60])


def test_the_same_phase_of_the_last_season() -> None:
    forecast = seasonal_naive_forecast(VALUES, ORIGINS, horizon=5, season=3)
    assert np.array_equal(forecast[0, :, 0], [1, 2, 3, 1, 2])
    assert np.array_equal(forecast[1, :, 0], [4, 5, 6, 4, 5])


def test_before_a_whole_season_is_known_the_first_value_stands_in() -> None:
    forecast = seasonal_naive_forecast(VALUES, np.array([1]), horizon=4, season=4)
    assert np.array_equal(forecast[0, :, 0], [0, 0, 0, 1])
