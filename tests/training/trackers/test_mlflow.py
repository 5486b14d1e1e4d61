"""A training that MLflow follows, in a folder of files: what it has of it, once, and without it."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

import rnnkit
from rnnkit.errors import ConfigError
from tests.conftest import small_config, write_data


def config_of(folder: Path) -> dict[str, Any]:
    config = small_config(write_data(folder / "data.npz"))
    return {**config, "logging": {"mlflow": True}}


@pytest.fixture(scope="module", autouse=True)
def store(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("mlflow") / "mlruns"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", folder.as_uri())
        patch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
        patch.delenv("MLFLOW_EXPERIMENT_NAME", raising=False)
        yield folder


@pytest.fixture(scope="module")
def tracked(tmp_path_factory: pytest.TempPathFactory, store: Path) -> rnnkit.Run:
    folder = tmp_path_factory.mktemp("tracked")
    return rnnkit.train(config_of(folder), runs=folder / "runs")


def new_client() -> Any:
    from mlflow.tracking import MlflowClient  # takes seconds

    return MlflowClient()


def steps_of(run: rnnkit.Run, metric: str = "loss") -> dict[int, list[float]]:
    found: dict[int, list[float]] = {}
    for one in new_client().get_metric_history(run.read_metadata()["mlflow_run"], metric):
        found.setdefault(one.step, []).append(one.value)
    return found


def test_what_it_has_of_a_run(tracked: rnnkit.Run) -> None:
    client = new_client()
    found = client.get_run(tracked.read_metadata()["mlflow_run"])
    assert client.get_experiment(found.info.experiment_id).name == "small"
    assert (found.info.run_name, found.info.status) == (tracked.name, "FINISHED")
    assert found.data.params["model.layers.0.lstm.units"] == "4"
    assert found.data.params["training.epochs"] == "2"
    assert found.data.tags["rnnkit.data.sha256"] == tracked.read_metadata()["data"]["sha256"]
    for name in ("loss", "val_accuracy", "learning_rate"):
        rows = tracked.read_history()
        assert steps_of(tracked, name) == {1: [rows[0][name]], 2: [rows[1][name]]}
    evaluation = tracked.read_evaluation() or {}
    assert found.data.metrics["validation_accuracy"] == evaluation["accuracy"]
    kept = {one.path for one in client.list_artifacts(found.info.run_id)}
    assert {"report.html", "model.keras", "run.json", "history.csv", "plots"} <= kept
    assert not {"checkpoints", ".lock"} & kept


def test_a_resumed_run_goes_on_in_the_same_one(tracked: rnnkit.Run) -> None:
    before = tracked.read_metadata()["mlflow_run"]
    resumed = rnnkit.resume(tracked, overrides=["training.epochs=3"])
    assert resumed.read_metadata()["mlflow_run"] == before
    assert {step: len(values) for step, values in steps_of(resumed).items()} == {1: 1, 2: 1, 3: 1}
    assert new_client().get_run(before).info.status == "FINISHED"


def test_one_that_fails_does_not_stop_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "nothing://there")
    said: list[str] = []
    run = rnnkit.train(
        config_of(tmp_path), runs=tmp_path / "runs", watch=rnnkit.Watch(on_message=said.append)
    )
    assert run.read_metadata()["status"] == "completed"
    assert len([text for text in said if "the training goes on" in text]) == 1
    assert "the training goes on" in run.log.read_text(encoding="utf-8")


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mlflow", None)
    path = tmp_path / "small.yaml"
    path.write_text(json.dumps(config_of(tmp_path)), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"pip install 'rnnkit\[mlflow\]'"):
        rnnkit.train(path, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()
