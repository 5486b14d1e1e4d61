"""Forecast plots are whole PNGs with what they should show on them."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread

from rnnkit.baselines.distribution import LEVELS, judge_distribution
from rnnkit.baselines.judgement import Judgement, judge
from rnnkit.baselines.points import Points
from rnnkit.tasks.forecasting.baselines.field import baselines
from rnnkit.tasks.forecasting.outlook import Outlook
from rnnkit.tasks.forecasting.plots.distribution import plot_distribution
from rnnkit.tasks.forecasting.plots.forecast import plot_forecast
from rnnkit.tasks.forecasting.plots.forecast_errors import (
    plot_autocorrelation,
    plot_error_by_horizon,
)
from rnnkit.tasks.forecasting.plots.outlook import Ahead, plot_outlook
from tests.reports.test_plots import ink, pixels

pytestmark = pytest.mark.usefixtures("painted")

RNG = np.random.default_rng(0)
DATES = np.datetime64("2001-01-31", "ns") + np.arange(400).astype("timedelta64[D]")


def made(windows: int, horizon: int, targets: int = 1, *, validation: bool = True):  # type: ignore[no-untyped-def]
    """Times, actual, forecast, judgements, a baseline's forecast, series, intervals of a walk."""
    values = np.cumsum(RNG.normal(size=(400, targets)), axis=0)
    origins = np.arange(400 - windows - horizon, 400 - horizon)
    rows = origins[:, None] + 1 + np.arange(horizon)
    points = Points([values[:200]], [values], np.zeros(windows, int), origins, origins, horizon)
    actual = values[rows]
    forecast = actual + RNG.normal(size=actual.shape)
    errors = RNG.normal(size=(50, horizon)) if validation else None
    fields = baselines(points)
    judgements: list[Judgement] = [
        judge(
            f"y{column} $x$", forecast[:, :, column], actual[:, :, column], column=column,
            points=points, field=field, validation_errors=errors, same_points=False,
        )
        for column, field in enumerate(fields)
    ]  # fmt: skip
    best = np.stack([field[0].forecast for field in fields], axis=2)
    intervals = {
        0.8: (forecast - 1, forecast + 1), 0.95: (forecast - 2, forecast + 2)
    } if validation else {}  # fmt: skip
    return DATES[rows], actual, forecast, judgements, best, points.series, intervals


def blues(path: Path) -> int:
    image = imread(path)[:, :, :3]
    return int(((image[:, :, 2] - image[:, :, 0]) > 0.02).sum())


@pytest.mark.parametrize(("windows", "horizon", "targets"), [(1, 1, 1), (150, 12, 1), (20, 1, 6)])
def test_forecasts(tmp_path: Path, windows: int, horizon: int, targets: int) -> None:
    times, actual, forecast, judgements, best, series, intervals = made(windows, horizon, targets)
    path = tmp_path / "f.png"
    plot_forecast(
        times, actual, forecast, judgements, path, best=best, series=series, intervals=intervals
    )
    assert pixels(path).shape[0] > 300 * min(4, max(targets, 2 if horizon > 1 else 1))
    plot_error_by_horizon(judgements, tmp_path / "h.png")
    plot_autocorrelation(judgements, tmp_path / "a.png")
    assert ink(tmp_path / "h.png") > 1000
    assert ink(tmp_path / "a.png") > 1000


def test_intervals_are_shaded(tmp_path: Path) -> None:
    for name, validation in (("with", True), ("without", False)):
        times, actual, forecast, judgements, best, series, intervals = made(
            60, 1, validation=validation
        )
        path = tmp_path / f"{name}.png"
        plot_forecast(
            times, actual, forecast, judgements, path, best=best, series=series, intervals=intervals
        )
    assert blues(tmp_path / "with.png") > 3 * blues(tmp_path / "without.png")


@pytest.mark.parametrize(("horizon", "targets"), [(1, 1), (12, 6)])
def test_distributions(tmp_path: Path, horizon: int, targets: int) -> None:
    _, actual, forecast, judgements, *_ = made(60, horizon, targets)
    told = [
        dataclasses.replace(
            judgement,
            distribution=judge_distribution(
                forecast[:, :, column, None] + np.linspace(-2, 2, len(LEVELS)), LEVELS,
                actual[:, :, column], shown=(0.8, 0.95), forecast=forecast[:, :, column],
                validation_errors=RNG.normal(size=(50, horizon)), bounded=False,
                    spread=np.ones((len(actual), 1)),
            ),
        )
        for column, judgement in enumerate(judgements)
    ]  # fmt: skip
    plot_distribution(told, tmp_path / "d.png")
    assert pixels(tmp_path / "d.png").shape[0] > 400 * min(4, targets)
    assert blues(tmp_path / "d.png") > 10_000


def test_outlook(tmp_path: Path) -> None:
    known = np.cumsum(RNG.normal(size=(100,)))
    ahead, none = known[-5:], np.full(5, np.nan)
    intervals = {0.8: (ahead - 1, ahead + 1), 0.95: (none, none)}
    panels = [
        Ahead(name, name, DATES[:100], known, DATES[100:105], ahead, intervals) for name in "ab"
    ]
    for name, direct in (("direct", 5), ("fed", 2)):
        plot_outlook(panels, tmp_path / f"{name}.png", direct=direct)
    assert ink(tmp_path / "fed.png") > ink(tmp_path / "direct.png")  # a line where it begins


def test_outlook_says_which_series_it_shows(tmp_path: Path) -> None:
    values = RNG.normal(size=(6, 50, 1))
    outlook = Outlook(
        [f"S{n}" for n in range(6)], ("units",), [DATES[:50]] * 6, [*values],
        np.stack([DATES[50:53]] * 6), values[:, :3], {}, direct=3,
    )  # fmt: skip
    outlook.plot(tmp_path / "a.svg")
    drawn = (tmp_path / "a.svg").read_text()
    assert [f"units of S{n}" in drawn for n in range(6)] == [True] * 4 + [False] * 2
    assert "3 steps beyond the end of the data: 4 of 6 forecasts" in drawn


def test_a_single_forecast_is_shown_whole(tmp_path: Path) -> None:
    """As of a panel whose series each have one window of the test part."""
    times, actual, forecast, judgements, best, _, intervals = made(3, 12)
    plot_forecast(
        times, actual, forecast, judgements, tmp_path / "f.svg", best=best,
        series=np.arange(3), names=["S1", "S2", "S3"], intervals=intervals,
    )  # fmt: skip
    drawn = (tmp_path / "f.svg").read_text()
    assert "S1: 1 of 3 forecasts" in drawn
    assert "1 to 12 steps ahead" in drawn
    assert ", 1 step ahead" not in drawn
