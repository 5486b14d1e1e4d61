"""All baselines at once: several targets, several series, nothing from beyond an origin."""

import dataclasses

import numpy as np
import pytest

from rnnkit.baselines.points import Points
from rnnkit.tasks.forecasting.baselines.field import baselines

RNG = np.random.default_rng(4)


def series_of(rows: int, targets: int) -> np.ndarray:
    y = np.zeros((rows, targets))
    for t in range(1, rows):
        y[t] = 0.7 * y[t - 1] + RNG.normal(size=targets)
    return y


def points_of(*series: np.ndarray, train: int = 60, horizon: int = 3) -> Points:
    spans = [np.arange(train - 1, len(values) - horizon) for values in series]
    return Points(
        train=[values[:train] for values in series],
        values=series,
        series=np.repeat(np.arange(len(series)), [len(span) for span in spans]),
        origins=np.concatenate(spans),
        moments=np.concatenate(spans),
        horizon=horizon,
    )


def test_every_target_has_its_own_field() -> None:
    points = points_of(series_of(100, 2))
    field = baselines(points)
    assert len(field) == 2
    for own in field:
        names = [baseline.name.split("(")[0] for baseline in own]
        assert names[:3] == ["mean", "naive", "AR"]
        assert names[-1] == "VAR"
        assert len({baseline.name for baseline in own}) == len(own)
        assert all(baseline.forecast.shape == (len(points.origins), 3) for baseline in own)


def test_series_are_fitted_and_forecast_apart() -> None:
    one, two = series_of(100, 1), 50 + series_of(90, 1)
    (both,) = baselines(points_of(one, two))
    (alone,) = baselines(points_of(two))
    by_name = {baseline.name: baseline for baseline in both}
    first = len(points_of(one).origins)
    for baseline in alone[:3]:  # mean, naive, AR(1)
        assert np.allclose(by_name[baseline.name].forecast[first:], baseline.forecast)


def test_orders_that_differ_are_called_p() -> None:
    rows = 300
    second = np.zeros((rows, 1))
    for t in range(5, rows):
        second[t] = 0.8 * second[t - 5] + RNG.normal()
    (field,) = baselines(points_of(RNG.normal(size=(rows, 1)), second, train=200))
    names = [baseline.name.split("(A")[0] for baseline in field]
    assert names == ["mean", "naive", "AR(1)", "AR(p)", "ETS", "Theta"]


def test_states_follow_only_the_rows_that_were_fitted() -> None:
    values = series_of(100, 1)
    points = points_of(values)
    assert points.left_out == ""
    assert "keep the parameters" in dataclasses.replace(points, refitted=True).left_out
    other = dataclasses.replace(points, values=[values[5:]], origins=points.origins - 5)
    inside = dataclasses.replace(points, origins=points.origins - 5)
    for foreign in (other, inside):
        assert foreign.left_out.endswith("goes on from training rows of its own.")
        (field,) = baselines(foreign)
        assert [one.name.split("(")[0] for one in field] == ["mean", "naive", "AR"]


def test_very_many_series_are_not_smoothed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rnnkit.baselines.points.MOST_SMOOTHED", 1)
    points = points_of(series_of(80, 1), series_of(80, 1))
    assert "more than 1 series" in points.left_out
    (field,) = baselines(points)
    assert [one.name.split("(")[0] for one in field] == ["mean", "naive", "AR"]


@pytest.mark.parametrize("refitted", [False, True])
def test_nothing_after_an_origin_is_seen(refitted: bool) -> None:
    values = series_of(100, 2)
    points = dataclasses.replace(points_of(values), refitted=refitted)
    changed = values.copy()
    changed[81:] += 100
    other = dataclasses.replace(points, values=[changed])
    early = points.origins <= 80
    for own, again in zip(baselines(points), baselines(other), strict=True):
        for a, b in zip(own, again, strict=True):
            assert np.allclose(a.forecast[early], b.forecast[early], atol=1e-8)
            if refitted or a.name != "mean":
                assert not np.allclose(a.forecast[~early], b.forecast[~early])


def test_a_training_part_too_short_leaves_models_out() -> None:
    (field,) = baselines(points_of(series_of(30, 1), train=5))
    assert [baseline.name for baseline in field] == ["mean", "naive"]


def test_very_many_series_have_no_models(monkeypatch):
    monkeypatch.setattr("rnnkit.baselines.points.MOST_FITTED", 1)
    several = points_of_two()
    assert [b.name for b in baselines(several)[0]] == ["mean", "naive"]
    assert several.left_out.startswith("AR, ETS and Theta are left out")


def points_of_two() -> Points:
    rows = np.arange(20.0)[:, None]
    return Points(
        train=[rows, rows],
        values=[rows, rows],
        series=np.array([1, 0, 1]),
        origins=np.array([5, 6, 7]),
        moments=np.arange(3),
        horizon=1,
    )


def test_the_windows_of_each_series():
    assert [windows.tolist() for windows in points_of_two().windows] == [[1], [0, 2]]
