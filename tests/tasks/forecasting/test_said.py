"""Runs whose models say quantiles, distributions and paths: what is reported, and from what."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rnnkit
from rnnkit.cli.app import run
from rnnkit.tasks.forecasting.said import ask
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from rnnkit.tasks.forecasting.view import details
from rnnkit.workflows.evaluate import read_evaluation
from tests.conftest import forecast_config, painting
from tests.reports.test_tables import text
from tests.server.asking import sample_answered


def trained(config: dict[str, Any], folder: Path, **sections: Any) -> TrainedForecaster:
    return rnnkit.load(rnnkit.train({**config, **sections}, runs=folder))  # type: ignore[return-value]


@pytest.fixture(scope="module")
@painting()
def quantiles(tmp_path_factory: pytest.TempPathFactory) -> TrainedForecaster:
    """Two targets, one the other's negative."""
    folder = tmp_path_factory.mktemp("quantiles")
    y = np.random.default_rng(0).normal(size=120).cumsum()
    pd.DataFrame({"y": y, "z": -y}).to_csv(folder / "two.csv", index=False)
    config = forecast_config(source=str(folder / "two.csv"), target=["y", "z"])
    return trained(config, folder, output={"quantiles": [0.1, 0.25, 0.5, 0.9]})


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> TrainedForecaster:
    """Counts, fed back."""
    folder = tmp_path_factory.mktemp("counts")
    y = np.random.default_rng(0).poisson(3, size=120)
    pd.DataFrame({"y": y}).to_csv(folder / "counts.csv", index=False)
    config = forecast_config(source=str(folder / "counts.csv"), target="y", multi_step="recursive")
    return trained(config, folder, output="negative_binomial", evaluate={"paths": 10})


def test_quantiles_are_the_model_s_outputs_in_order(quantiles: TrainedForecaster) -> None:
    part = quantiles.own_data().test
    assert part is not None
    raw = np.asarray(quantiles.model(part.x())).reshape(len(part), 3, 2, 4)
    scale = quantiles.preprocessing.scale
    assert scale is not None
    by_hand = np.sort(raw, axis=-1) * np.reshape(scale.divisor, (2, 1)) + np.reshape(
        scale.offset, (2, 1)
    )
    said = quantiles.ask(part)
    assert said.quantiles == pytest.approx(by_hand, abs=1e-4)
    assert np.array_equal(said.point, said.quantiles[..., 2])
    assert said.levels == (0.1, 0.25, 0.5, 0.9)


def test_what_is_reported_of_quantiles(quantiles: TrainedForecaster) -> None:
    made = quantiles.run
    values = made.read_evaluation()
    assert values is not None
    assert (values["crps"], values["coverage_95"]) == (None, None)  # units of two targets; no 95 %
    told = [target["distribution"] for target in values["targets"]]
    held = [one["network"]["intervals"][0]["coverage"] for one in told]
    assert values["coverage_80"] == pytest.approx(np.mean(held))
    assert [len(one["network"]["pit"]) for one in told] == [10, 10]
    assert told[0]["conformal"]["crps"] > 0
    assert (made.plots / "distribution.svg").exists()
    shown = text(details(read_evaluation(made)), 60)
    assert max(map(len, shown.splitlines())) <= 60
    assert "conformal held" in shown
    assert "Distributions by steps ahead" in shown
    html = made.report.read_text()
    assert "CRPS, by 4 quantiles" in html


def test_rows_have_intervals_and_every_quantile(quantiles: TrainedForecaster) -> None:
    outlook = quantiles.forecast()
    row = next(iter(outlook.rows()))
    assert row["lower_80"] == row["quantile_0.1"]
    assert row["upper_80"] == row["quantile_0.9"]
    assert row["forecast"] == row["quantile_0.5"]
    assert {"quantile_0.25"} <= row.keys()
    assert not {"lower_95", "lower_50"} & row.keys()
    assert outlook.notes == []


def test_quantiles_are_not_fed_back(quantiles: TrainedForecaster) -> None:
    with pytest.raises(rnnkit.DataError, match=r"says the distributions of 3 at once, and nothing"):
        quantiles.forecast(4)
    with pytest.raises(rnnkit.RunError, match="the run draws no paths"):
        quantiles.forecast(paths=True)


def test_counts_stay_counts(counts: TrainedForecaster) -> None:
    part = counts.own_data().test
    assert part is not None
    said = ask(counts.config, counts.inference, part, keep_paths=True)
    assert said.paths is not None
    assert said.paths.shape == (len(part), 3, 1, 10)
    for numbers in (said.paths, said.quantiles):
        assert np.array_equal(numbers, np.rint(numbers))
        assert numbers.min() >= 0
    assert said.point == pytest.approx(said.paths.mean(axis=-1))


def test_paths_follow_from_the_seed_and_the_window(counts: TrainedForecaster) -> None:
    part = counts.own_data().test
    assert part is not None
    whole = ask(counts.config, counts.inference, part, keep_paths=True).paths
    some = ask(counts.config, counts.inference, part.take(slice(4, 6)), keep_paths=True).paths
    assert whole is not None
    assert some is not None
    assert np.array_equal(whole[4:6], some)
    other = counts.config.model_copy(update={"seed": 1})
    drawn = ask(other, counts.inference, part, keep_paths=True).paths
    assert not np.array_equal(whole, drawn)


def test_each_step_reads_the_one_drawn_before(counts: TrainedForecaster) -> None:
    """Two paths that parted at the first step are told other distributions at the second."""
    part = counts.own_data().test
    assert part is not None
    many = part.take(np.zeros(2, np.intp))
    raw = counts.inference.outputs(many.fed_back(np.array([[-1.0], [3.0]], np.float32)))
    assert not np.allclose(raw[0], raw[1])


def test_paths_go_any_number_of_steps(counts: TrainedForecaster, tmp_path: Path) -> None:
    outlook = counts.forecast(7)
    assert outlook.notes == ["forecasts and intervals are those of 10 paths, drawn step by step"]
    assert [row["fed_back"] for row in outlook.rows()] == [False] * 7
    output, paths = tmp_path / "ahead.csv", tmp_path / "paths.csv"
    arguments = ["predict", str(counts.run.path), "--steps", "7", "--output", str(output)]
    assert run([*arguments, "--paths", str(paths)]) == 0
    drawn = pd.read_csv(paths)
    assert len(drawn) == 70
    mean = drawn.groupby("step")["value"].mean()
    assert pd.read_csv(output)["forecast"].to_numpy() == pytest.approx(mean.to_numpy())


def test_a_point_that_is_positive_stays_so(tmp_path: Path) -> None:
    y = np.abs(np.random.default_rng(0).normal(size=120)) * 0.1
    pd.DataFrame({"y": y}).to_csv(tmp_path / "p.csv", index=False)
    config = forecast_config(source=str(tmp_path / "p.csv"), target="y", positive=True)
    forecaster = trained(config, tmp_path)
    rows = list(forecaster.forecast().rows())
    assert min(row["lower_95"] for row in rows) == 0
    (target,) = read_evaluation(forecaster.run).targets
    widest = target.intervals[-1]
    assert widest.mean_width < 2 * np.mean(widest.half_width)


def test_a_server_answers_what_it_makes_up(counts: TrainedForecaster) -> None:
    assert sample_answered(counts.run)
