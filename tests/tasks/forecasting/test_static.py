"""A panel whose series have facts of their own, beside all else that a forecast can read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.cli.app import run as run_command
from rnnkit.tasks.forecasting.trained import TrainedForecaster
from tests.conftest import forecast_config
from tests.crash.fingerprint import fingerprint
from tests.data.series.small import write_table
from tests.workflows.resume.stopping import KillAt, every_step, stopped

SHOPS = {"a": ("north", 10), "b": ("south", 30), "c": ("south", 20)}
REGION = {"input": "region", "layers": [{"embedding": {"output_dim": 2}}]}
SKY = {"input": "sky", "layers": [{"embedding": {"output_dim": 2}}]}


def table(
    path: Path, shops: dict[str, tuple[str, int]] = SHOPS, *, rows: int = 40, future: int = 3
) -> Path:
    """The last rows of each shop have no y."""
    k, noise = np.random.default_rng(0).normal(size=(2, rows)).round(3).tolist()
    found: dict[str, list[object]] = {n: [] for n in ("t", "shop", "y", "k", "sky", "region")}
    found["size"] = []
    for shop, static in shops.items():
        for step in range(rows):
            y = None if step >= rows - future else k[step] + noise[step] + len(found["t"])
            values = (step, shop, y, k[step], ("sun", "rain")[step % 3 // 2], *static)
            for column, value in zip(found.values(), values, strict=True):
                column.append(value)
    return write_table(path, found)


def config(source: Path, **data: object) -> dict[str, Any]:
    """Everything that a window can hold."""
    found: dict[str, Any] = forecast_config(
        source=str(source), time="t", series="shop", target="y", known=["k", "sky"],
        categorical=["sky"], static=["region", "size"], lags=[5], scale={"by": "window"}, **data,
    )  # fmt: skip
    layers = [
        {"concatenate": SKY},
        {"concatenate": {"input": "static"}},
        {"concatenate": REGION},
        {"bidirectional": {"layer": {"gru": {"units": 2}}}},
        {"dense": {}},
    ]
    return {**found, "output": {"quantiles": [0.1, 0.5, 0.9]}, "model": {"layers": layers}}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return table(tmp_path_factory.mktemp("shops") / "shops.csv")


@pytest.fixture(scope="module")
def run(source: Path) -> rnnkit.Run:
    return rnnkit.train(every_step(config(source)), runs=source.parent / "runs")


@pytest.fixture(scope="module")
def forecaster(run: rnnkit.Run) -> TrainedForecaster:
    return rnnkit.load(run)  # type: ignore[return-value]


def test_stopped_and_resumed_it_has_the_same_weights(
    run: rnnkit.Run, source: Path, tmp_path: Path
) -> None:
    """Known ahead, categories, static inputs, lags, each window's own scale, and quantiles."""
    begun = stopped(every_step(config(source)), tmp_path, KillAt(3))
    assert fingerprint(rnnkit.resume(begun).path) == fingerprint(run.path)


def test_ids_have_names_by_which_another_run_takes_them_over(
    forecaster: TrainedForecaster,
) -> None:
    names = forecaster.task.names(forecaster.config, forecaster.preprocessing)
    assert names.inputs == {
        "sky": {"<unk>": 0, "rain": 1, "sun": 2},
        "region": {"<unk>": 0, "north": 1, "south": 2},
    }


def test_its_own_end_is_forecast(forecaster: TrainedForecaster) -> None:
    found = forecaster.forecast()
    assert found.series == ["a", "b", "c"]
    assert found.times[0].tolist() == [37, 38, 39]
    assert np.isfinite(found.forecast).all()


def test_what_a_series_is_moves_its_forecast(forecaster: TrainedForecaster, tmp_path: Path) -> None:
    """The scale of a new series is its own, so that all else is the same."""
    same, moved, larger, unseen = (
        forecaster.forecast(data=table(tmp_path / f"{n}.csv", {"new": static}))
        for n, static in enumerate([("north", 10), ("south", 10), ("north", 30), ("east", 10)])
    )
    own = forecaster.forecast(data=table(tmp_path / "own.csv", {"a": ("north", 10)}))
    assert np.allclose(own.forecast, same.forecast, atol=0.1)
    for other in (moved, larger, unseen):
        assert not np.array_equal(other.forecast, same.forecast)
    assert "such as 'east': it is read as <unk>" in " ".join(unseen.notes)
    assert "<unk>" not in " ".join(same.notes)


def test_new_data_are_judged_with_theirs(
    run: rnnkit.Run, forecaster: TrainedForecaster, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    new = table(tmp_path / "new.csv", {"d": ("east", 10), "a": ("north", 10)}, future=0)
    assert forecaster.evaluate().windows > 0
    assert run_command(["evaluate", str(run.path), "--data", str(new)]) == 0
    said = capsys.readouterr()
    assert "1 of 2 series has a value of 'region' that no training series has" in (
        " ".join((said.out + said.err).split())
    )


def test_check_counts_what_reads_them_and_misses_what_does_not(
    forecaster: TrainedForecaster, source: Path
) -> None:
    values = config(source)
    assert rnnkit.check(values).stack.parameters == forecaster.model.count_params()
    del values["model"]["layers"][2]
    with pytest.raises(rnnkit.ConfigError, match="no layer reads the input 'region'"):
        rnnkit.check(values)
