"""Beyond the end of the data, and a walk through the test part."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.tasks.forecasting.outlook import Outlook
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from tests.conftest import forecast_config


@pytest.fixture(scope="module")
def forecaster(forecasting: rnnkit.Run) -> TrainedForecaster:
    return rnnkit.load(forecasting)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def outlook(forecaster: TrainedForecaster) -> Outlook:
    return forecaster.forecast(8)


def test_the_first_steps_are_what_the_model_says_of_the_last_rows(
    forecaster: TrainedForecaster, outlook: Outlook
) -> None:
    scale = forecaster.preprocessing.scale
    assert scale is not None
    last = (outlook.known[0][-4:] - scale.offset[0]) / scale.divisor[0]
    outputs = np.asarray(forecaster.model(last[None].astype(np.float32)))[0]
    assert np.allclose(
        outlook.forecast[0, :3, 0], outputs * scale.divisor[0] + scale.offset[0], atol=1e-5
    )
    # later steps: the same model, on its own forecasts
    fed = np.concatenate([last[3:, 0], outputs])[None, :, None].astype(np.float32)
    more = np.asarray(forecaster.model(fed))[0]
    assert np.allclose(
        outlook.forecast[0, 3:6, 0], more * scale.divisor[0] + scale.offset[0], atol=1e-5
    )


def test_times_go_on_and_say_where_feeding_back_begins(outlook: Outlook) -> None:
    rows = list(outlook.rows())
    assert [row["time"] for row in rows] == [str(t) for t in range(120, 128)]
    assert [row["fed_back"] for row in rows] == [False] * 3 + [True] * 5
    assert outlook.notes == [
        "from step 4 on the model reads its own forecasts as if they had come true"
    ]
    for row in rows:
        assert row["lower_95"] < row["lower_80"] < row["forecast"] < row["upper_80"]


def test_intervals_are_measured_or_missing(forecaster: TrainedForecaster) -> None:
    far = forecaster.forecast(40)
    rows = list(far.rows())
    # 60 rows were held back: 38 windows of 23 steps fit
    assert [row["upper_80"] is None for row in rows] == [False] * 23 + [True] * 17
    assert any("not all intervals from step 24 on" in note for note in far.notes)
    assert all(math.isfinite(row["forecast"]) for row in rows)


def test_the_default_is_the_run_s_horizon(forecaster: TrainedForecaster) -> None:
    found = forecaster.forecast()
    assert found.steps == 3
    assert found.notes == []


def test_new_rows_are_gone_on_from(
    forecaster: TrainedForecaster, outlook: Outlook, tmp_path: Path
) -> None:
    pd.DataFrame({"y": [1.0, -1.0]}).to_csv(tmp_path / "new.csv", index=False)
    found = forecaster.forecast(2, tmp_path / "new.csv")
    assert [row["time"] for row in found.rows()] == ["122", "123"]
    assert np.array_equal(found.known[0][-2:, 0], [1, -1])
    assert np.array_equal(found.known[0][-4:-2], outlook.known[0][-2:])


@pytest.mark.usefixtures("painted")
def test_a_walk_writes_its_own_files(forecaster: TrainedForecaster) -> None:
    run = forecaster.run
    before = run.evaluation.read_text()
    fixed, refit = forecaster.walk_forward(), forecaster.walk_forward(refit=True)
    assert run.evaluation.read_text() == before
    written = (run.path / "evaluation-walk-forward.json").read_text()
    assert ForecastEvaluation.model_validate_json(written) == refit
    assert (run.plots / "forecast-walk-forward.svg").exists()
    assert (fixed.walk_forward, refit.walk_forward) == ("fixed", "refit")
    assert fixed.rmse == refit.rmse  # the network's weights stay
    (once,), (anew,) = fixed.targets, refit.targets
    assert once.baselines["naive"] == anew.baselines["naive"]
    for name in ("mean", "AR(1)"):
        assert once.baselines[name].rmse != anew.baselines[name].rmse


def test_a_walk_needs_a_part_held_back(tmp_path: Path) -> None:
    config = forecast_config(split={"validation": 0, "test": 0})
    forecaster = rnnkit.load(rnnkit.train(config, runs=tmp_path))
    assert isinstance(forecaster, TrainedForecaster)
    with pytest.raises(rnnkit.RunError, match="held nothing back that could be walked through"):
        forecaster.walk_forward()
    assert forecaster.forecast().notes == [
        "no intervals: the run's data held back too few rows to measure errors on"
    ]
