"""Exponential smoothing and Theta: statsmodels' own forecasts, from any origin."""

import dataclasses
import warnings

import numpy as np
import pytest

from rnnkit.tasks.forecasting.baselines.smoothing import Smoothing, _fit, fit_ets, fit_theta

RNG = np.random.default_rng(6)
ROWS = np.arange(96)
SEASONAL = 100 + 0.5 * ROWS + 10 * np.sin(2 * np.pi * ROWS / 12) + RNG.normal(size=96)
KINDS = [(trend, kind) for trend in ((None, False), ("add", True)) for kind in (None, "add", "mul")]


@pytest.mark.parametrize(("trend", "kind"), KINDS)
def test_ets_forecasts_as_statsmodels_does(trend: tuple[str | None, bool], kind: str) -> None:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    found = _fit(Smoothing("", 0, 0.0), SEASONAL, trend, kind, 12)
    assert found is not None
    aicc, model = found
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = ETSModel(
            SEASONAL,
            error="mul" if kind == "mul" else "add",
            trend=trend[0],
            damped_trend=trend[1],
            seasonal=kind,
            seasonal_periods=12 if kind else None,
            initialization_method="heuristic",
        ).fit(disp=False)
    assert aicc == pytest.approx(theirs.aicc)
    values, last = SEASONAL[:, None], np.array([95])
    assert model.forecast(values, last, horizon=30)[0, :, 0] == pytest.approx(theirs.forecast(30))
    ahead = model.forecast(values, ROWS[:-1], horizon=1)[:, 0, 0]
    assert ahead == pytest.approx(theirs.fittedvalues[1:])


@pytest.mark.parametrize("season", [None, 12])
def test_theta_forecasts_as_statsmodels_does(season: int | None) -> None:
    from statsmodels.tsa.forecasting.theta import ThetaModel

    model = fit_theta(SEASONAL[:, None], season=season)
    assert model is not None
    theirs = ThetaModel(
        SEASONAL, period=season or 1, deseasonalize=season is not None, use_test=False, method="mul"
    ).fit()
    found = model.forecast(SEASONAL[:, None], np.array([95]), horizon=30)
    assert found[0, :, 0] == pytest.approx(theirs.forecast(30).to_numpy())


def test_ets_finds_what_the_rows_are_like() -> None:
    found = fit_ets(SEASONAL[:, None], season=12)
    assert found is not None
    assert found.label in ("ETS(A,A,A)", "ETS(A,Ad,A)")
    walk = np.cumsum(RNG.normal(size=(200, 1)), axis=0)
    still = fit_ets(walk)
    assert still is not None
    assert still.label == "ETS(A,N,N)"
    assert still.alpha > 0.8


def test_a_long_season_is_taken_out_first() -> None:
    rows = np.arange(200)
    y = (5 * np.sin(2 * np.pi * rows / 40) + 0.1 * RNG.normal(size=200))[:, None]
    for fit in (fit_ets, fit_theta):
        model = fit(y[:160], season=40)
        assert model is not None
        forecast = model.forecast(y, np.arange(159, 180), horizon=20)[:, :, 0]
        came = np.stack([y[o + 1 : o + 21, 0] for o in range(159, 180)])
        assert np.sqrt(np.mean((forecast - came) ** 2)) < 0.3


def test_rows_before_the_fitted_ones_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnkit.tasks.forecasting.baselines.smoothing.MOST_ROWS", 60)
    values, shorter = SEASONAL[:, None], SEASONAL[20:, None]
    whole, part = fit_theta(values[:80], season=12), fit_theta(shorter[:60], season=12)
    assert whole is not None
    assert part is not None
    assert (whole.start, part.start) == (20, 0)
    assert dataclasses.replace(whole, start=0).level == part.level
    forecast = whole.forecast(values, np.array([85, 90]), horizon=5)
    assert forecast == pytest.approx(part.forecast(shorter, np.array([65, 70]), horizon=5))


@pytest.mark.parametrize("fit", [fit_ets, fit_theta])
def test_few_rows_are_not_fitted_and_equal_ones_stay(fit: object) -> None:
    assert callable(fit)
    assert fit(np.ones((7, 1))) is None
    still = fit(np.full((20, 1), 3.0))
    assert still.forecast(np.full((25, 1), 3.0), np.array([22]), horizon=2).tolist() == [
        [[3.0], [3.0]]
    ]
