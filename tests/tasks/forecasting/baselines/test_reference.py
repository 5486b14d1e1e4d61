"""Every baseline against the classical numbers, one step ahead on the last 20 %."""

import numpy as np
import pytest
from numpy.typing import NDArray

from rnnkit.baselines.points import Points
from rnnkit.tasks.forecasting.baselines.field import baselines

Column = NDArray[np.float64]


def rmse_one_step_ahead(values: Column, *, season: int | None = None) -> dict[str, float]:
    train = int(0.8 * len(values))
    origins = np.arange(train - 1, len(values) - 1)
    points = Points(
        train=[values[:train]],
        values=[values],
        series=np.zeros(len(origins), np.int64),
        origins=origins,
        moments=origins,
        horizon=1,
        season=season,
    )
    actual = values[train:, 0]
    (field,) = baselines(points)
    return {b.name: float(np.sqrt(np.mean((b.forecast[:, 0] - actual) ** 2))) for b in field}


def test_sunspots(sunspots: Column) -> None:
    found = rmse_one_step_ahead(sunspots, season=11)
    models = ["AR(1)", "AR(9)", "ETS(A,N,A)", "Theta"]
    assert list(found) == ["mean", "naive", "seasonal naive", *models]
    assert found["naive"] == pytest.approx(33.3, abs=0.05)
    assert found["AR(1)"] == pytest.approx(32.0, abs=0.05)
    assert found["AR(9)"] == pytest.approx(19.44, abs=0.005)


def test_oil_returns(returns: Column) -> None:
    found = rmse_one_step_ahead(returns)
    assert {name: round(value, 3) for name, value in found.items()} == {
        "mean": 2.148,
        "naive": 3.141,
        "AR(1)": 2.147,
        "AR(8)": 2.159,
        "ETS(A,Ad,N)": 2.149,
        "Theta": 2.164,
    }


def test_oil_volatility(returns: Column) -> None:
    found = rmse_one_step_ahead(np.abs(returns))
    assert round(found["mean"], 3) == 1.535
    assert round(found["AR(1)"], 3) == 1.484
    assert round(found["AR(24)"], 3) == 1.387
    assert round(found["Theta"], 3) == 1.377
