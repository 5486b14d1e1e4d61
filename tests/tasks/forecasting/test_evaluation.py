"""What a forecasting run reports: units, points, feeding back, new data, odd series."""

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.data.series.dataset import SeriesDataset
from rnnkit.data.series.section import SeriesData
from rnnkit.tasks.forecasting.dataset import load_dataset
from rnnkit.tasks.forecasting.evaluation import ForecastEvaluation
from rnnkit.tasks.forecasting.judging import every_origin, forecast_windows, points_of
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from rnnkit.workflows.evaluate import read_evaluation
from tests.conftest import forecast_config


@pytest.fixture(scope="module")
def trained(forecasting: rnnkit.Run) -> TrainedForecaster:
    return rnnkit.load(forecasting)  # type: ignore[return-value]


@pytest.fixture(scope="module")
def dataset(trained: TrainedForecaster) -> SeriesDataset:
    return trained.own_data()


def dataset_of(**data: object) -> Any:
    return load_dataset(SeriesData.model_validate(forecast_config(**data)["data"]))


class Repeats:
    """In place of a model: every output is the last row of its input, or one value."""

    def __init__(self, *, outputs: int, value: float | None = None) -> None:
        self.outputs_a_window = outputs
        self.value = value

    def outputs(self, part: Any) -> Any:
        last = part.x()[:, -1, : part.targets]
        said = last if self.value is None else np.full_like(last, self.value)
        return np.tile(said, (1, self.outputs_a_window)).astype(np.float32)


def test_evaluation_json(forecasting: rnnkit.Run) -> None:
    values = forecasting.read_evaluation()
    assert values is not None
    assert values["task"] == "forecasting"
    assert values["data"] == "test"
    assert (values["windows"], values["horizon"]) == (22, 3)
    (target,) = values["targets"]
    assert values["rmse"] == target["rmse"]
    assert values["baseline"]["rmse"] == target["baselines"][target["best_baseline"]]["rmse"]
    assert set(target["baselines"]) >= {"mean", "naive", "AR(1)"}
    assert len(target["rmse_by_horizon"]) == len(target["intervals"][0]["half_width"]) == 3
    assert values["skill"] == pytest.approx(1 - (values["rmse"] / values["baseline"]["rmse"]) ** 2)
    assert math.isfinite(values["scaled_loss"])
    read = read_evaluation(forecasting)
    assert isinstance(read, ForecastEvaluation)
    assert json.loads(read.model_dump_json()) == values
    assert read.baseline_numbers == values["baseline"]
    assert read.numbers["rmse"] == values["rmse"]
    names = {path.name for path in forecasting.plots.glob("*.svg")}
    assert names >= {"forecast.svg", "error_by_horizon.svg", "residual_autocorrelation.svg"}


def test_the_reported_numbers_are_those_of_the_model(
    trained: TrainedForecaster, dataset: SeriesDataset, forecasting: rnnkit.Run
) -> None:
    part, scale = dataset.test, trained.preprocessing.scale
    outputs = np.asarray(trained.model(part.x()))
    by_hand = outputs * scale.divisor[0] + scale.offset[0]
    forecast = forecast_windows(trained.inference, part)
    assert forecast.shape == (22, 3, 1)
    assert np.allclose(forecast[:, :, 0], by_hand, atol=1e-5)
    values = forecasting.read_evaluation()
    assert values is not None
    error = by_hand - part.actual[:, :, 0]
    assert values["rmse"] == pytest.approx(np.sqrt(np.mean(error**2)), rel=1e-4)
    # every window starts where its baseline starts, and the first forecast row is test's first
    series = dataset.series[0]
    assert part.origins[0] == series.validation_end - 1
    points = points_of(part, dataset)
    assert len(points.train[0]) == series.validation_end
    assert len(points_of(dataset.validation, dataset, on_validation=True).train[0]) == (
        series.train_end
    )


def test_recursive_forecasts_read_themselves() -> None:
    part = dataset_of(multi_step="recursive").test
    forecast = forecast_windows(Repeats(outputs=1), part)  # type: ignore[arg-type]
    last = part.store.series[0].targets[part.origins]
    assert np.allclose(forecast, last[:, None], atol=1e-5)


def test_transforms_are_undone_from_the_last_known_value(tmp_path: Path) -> None:
    price = 100 * 1.01 ** np.arange(60.0)
    pd.DataFrame({"price": price}).to_csv(tmp_path / "p.csv", index=False)
    part = dataset_of(
        source=str(tmp_path / "p.csv"), target="price", transform="log_return", scale="none"
    ).test
    grows = Repeats(outputs=3, value=math.log(1.01))
    forecast = forecast_windows(grows, part)  # type: ignore[arg-type]
    assert np.allclose(forecast, part.actual, rtol=1e-6)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_forecasts_that_are_no_numbers_are_refused(dataset: SeriesDataset, value: float) -> None:
    broken = Repeats(outputs=3, value=value)
    with pytest.raises(rnnkit.RunError, match=r"NaN or infinite for 22 of 22 windows"):
        forecast_windows(broken, dataset.test)  # type: ignore[arg-type]


def test_every_origin_has_stride_one() -> None:
    part = dataset_of(stride=4).test
    assert np.array_equal(np.diff(part.origins), np.full(len(part) - 1, 4))
    assert np.array_equal(
        every_origin(part).origins, np.arange(part.origins[0], part.origins[-1] + 1)
    )


def test_new_data_are_judged_by_baselines_of_the_run(
    trained: TrainedForecaster, dataset: SeriesDataset, tmp_path: Path
) -> None:
    rows = np.random.default_rng(8).normal(size=40)
    pd.DataFrame({"y": rows}).to_csv(tmp_path / "new.csv", index=False)
    result = trained.evaluate(tmp_path / "new.csv")
    assert result.windows == 40 - 4 - 3 + 1
    fitted_on = dataset.series[0].targets[: dataset.series[0].validation_end]
    (judgement,) = result.targets
    actual = trained.read(tmp_path / "new.csv").actual[:, :, 0]
    expected = np.sqrt(np.mean((actual - fitted_on.mean()) ** 2))
    assert judgement.baselines["mean"].rmse == pytest.approx(expected)
    assert all(interval.coverage is not None for interval in judgement.intervals)


def test_a_series_the_run_does_not_know_gets_what_all_of_them_say(dataset: SeriesDataset) -> None:
    (series,) = dataset.series
    strange = dataclasses.replace(series, name="strange")
    part = dataset.test
    store = dataclasses.replace(
        part, store=type(part.store)((strange,), dataset.data, part.store.scale)
    )
    points = points_of(store, dataset)
    assert np.array_equal(points.train[0], series.targets[: series.validation_end])


def test_without_validation_there_are_no_intervals(tmp_path: Path) -> None:
    config = forecast_config(split={"validation": 0, "test": 0.2})
    run = rnnkit.train(config, runs=tmp_path)
    values = run.read_evaluation()
    assert values is not None
    assert values["targets"][0]["intervals"] == []
    assert "no validation part" in values["targets"][0]["intervals_note"]


def test_a_constant_series_and_a_horizon_of_24(tmp_path: Path) -> None:
    pd.DataFrame({"y": np.full(120, 7.0)}).to_csv(tmp_path / "flat.csv", index=False)
    config = forecast_config(
        source=str(tmp_path / "flat.csv"), target="y", horizon=24,
        split={"validation": 0.25, "test": 0.21},
    )  # fmt: skip
    run = rnnkit.train(config, runs=tmp_path)
    text = run.evaluation.read_text()
    values = json.loads(text)
    assert "NaN" not in text
    assert values["windows"] == 25 - 24 + 1
    assert values["mase"] is None
    assert values["skill"] is None
    assert values["p_value"] is None
    assert not values["targets"][0]["echo"]["is_echo"]


def test_several_targets_are_judged_apart(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    table = {"a": rng.normal(size=90), "b": 1000 + 100 * rng.normal(size=90)}
    pd.DataFrame(table).to_csv(tmp_path / "two.csv", index=False)
    config = forecast_config(source=str(tmp_path / "two.csv"), target=["a", "b"], horizon=1)
    values = rnnkit.train(config, runs=tmp_path).read_evaluation()
    assert values is not None
    first, second = values["targets"]
    assert [first["target"], second["target"]] == ["a", "b"]
    assert first["rmse"] < 3
    assert second["rmse"] > 30
    assert values["rmse"] is values["baseline"]["rmse"] is None  # their units differ
    assert values["mase"] == pytest.approx((first["mase"] + second["mase"]) / 2)
    assert any(name.startswith("VAR(") for name in first["baselines"])
    assert first["direction_accuracy"] is not None
    assert second["direction_accuracy"] is None
