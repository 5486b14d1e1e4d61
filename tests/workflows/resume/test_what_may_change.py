"""What a run may go on with, and what is refused."""

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml

import rnnkit
from rnnkit.runtime import keras
from rnnkit.training.lock import held
from rnnkit.workflows.resume import resume_config
from tests.conftest import write_data
from tests.crash.fingerprint import fingerprint
from tests.workflows.resume.stopping import (
    plain,
)


def test_more_epochs_for_a_complete_run(
    source: Path, tmp_path: Path, whole: dict[str, object]
) -> None:
    run = rnnkit.train(plain(source, epochs=1), runs=tmp_path)
    with pytest.raises(rnnkit.RunError, match="it is complete"):
        rnnkit.resume(run)
    rnnkit.resume(run, overrides=["training.epochs=3"])
    assert fingerprint(run.path) == whole
    assert run.read_metadata()["resumed"] == 1
    assert yaml.safe_load(run.resolved_config.read_text())["training"]["epochs"] == 3


@pytest.mark.parametrize(
    ("override", "change"),
    [
        ("training.batch_size=8", "training.batch_size: 16 -> 8"),
        ("training.optimizer.learning_rate=0.1", "training.optimizer.learning_rate: 0.05 -> 0.1"),
        ("model.layers.0.lstm.units=5", "model.layers.0.lstm.units: 4 -> 5"),
        ("data.scale=none", "data.scale: 'standard' -> 'none'"),
        ("data.split.validation=0.5", "data.split.validation: 0.25 -> 0.5"),
        ("seed=4", "seed: 3 -> 4"),
        ("training.shards=1", "training.shards: 2 -> 1"),
        (
            "training.layout=features_first",
            "training.layout: 'features_last' -> 'features_first'",
        ),
        ("training.early_stopping={patience: 2}", "early_stopping.patience: not set -> 2"),
    ],
)
def test_a_changed_config_is_refused(override: str, change: str, copy: rnnkit.Run) -> None:
    copy.update_metadata(shards=2)
    before = copy.resolved_config.read_text()
    with pytest.raises(rnnkit.ConfigError) as refused:
        rnnkit.resume(copy, overrides=[override])
    first, *lines = str(refused.value).splitlines()
    assert first == f"{copy.path}: a run goes on with the config that it began with. Changed since:"
    assert any(change in line for line in lines), lines
    assert all(line.startswith(f"--set {override}: ") for line in lines), lines
    assert copy.resolved_config.read_text() == before
    assert copy.read_metadata().get("resumed") is None


def test_other_layers_are_one_line(copy: rnnkit.Run) -> None:
    with pytest.raises(rnnkit.ConfigError) as refused:
        rnnkit.resume(copy, overrides=["model.layers.1={dense: {units: 3}}"])
    change = "model.layers: ['lstm', 'dropout', 'dense'] -> ['lstm', 'dense', 'dense']"
    [line] = [line for line in str(refused.value).splitlines() if "->" in line]
    assert line.endswith(change)


def test_an_edited_file_is_refused_with_its_lines(copy: rnnkit.Run, tmp_path: Path) -> None:
    values = yaml.safe_load(copy.config.read_text())
    values["training"]["optimizer"]["learning_rate"] = 0.01
    edited = tmp_path / "edited.yaml"
    edited.write_text(yaml.safe_dump(values))
    with pytest.raises(rnnkit.ConfigError) as refused:
        resume_config(edited, runs=tmp_path / "runs")
    lines = str(refused.value).splitlines()
    number = edited.read_text().splitlines().index("    learning_rate: 0.01") + 1
    assert lines[1] == f"{edited}:{number}:5: training.optimizer.learning_rate: 0.05 -> 0.01"


def test_a_cosine_that_ends_with_the_run_is_explained(source: Path, tmp_path: Path) -> None:
    config = plain(source, epochs=1, schedule={"name": "cosine_decay", "warmup_steps": 2})
    run = rnnkit.train(config, runs=tmp_path / "runs")
    with pytest.raises(rnnkit.ConfigError) as refused:
        rnnkit.resume(run, overrides=["training.epochs=2"])
    fix = "training.schedule.decay_steps=4"
    assert "decay_steps: 4 -> 10. The cosine ends with the run" in str(refused.value)
    assert f"--set {fix}" in str(refused.value)
    rnnkit.resume(run, overrides=["training.epochs=2", fix])
    config["training"] |= {"epochs": 2, "schedule": {**config["training"]["schedule"],
                                                     "decay_steps": 4}}  # fmt: skip
    other = rnnkit.train(config, runs=tmp_path / "runs")
    assert fingerprint(run.path) == fingerprint(other.path)


def test_epochs_cannot_be_taken_back(copy: rnnkit.Run) -> None:
    said = r"^--set training\.epochs=1: training\.epochs \(=1\): epoch 2 of .* has begun already"
    with pytest.raises(rnnkit.ConfigError, match=said):
        rnnkit.resume(copy, overrides=["training.epochs=1"])


def test_changed_data_are_refused_and_moved_data_are_not(
    half: rnnkit.Run, tmp_path: Path, source: Path, whole: dict[str, object], copy: rnnkit.Run
) -> None:
    other = write_data(tmp_path / "other.npz", seed=1)
    with pytest.raises(rnnkit.DataError, match="the data have changed since"):
        rnnkit.resume(copy, overrides=[f"data.source={other}"])
    moved = shutil.copy(source, tmp_path / "moved.npz")
    rnnkit.resume(copy, overrides=[f"data.source={moved}"])
    assert fingerprint(copy.path) == whole


def test_shards_are_those_of_the_run(copy: rnnkit.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shards = copy.read_metadata()["shards"]
    monkeypatch.setattr("rnnkit.training.devices.available_cores", lambda: 2 * shards)
    rnnkit.resume(copy)
    assert f"shards: {shards}\n" in copy.resolved_config.read_text()


def test_the_layout_is_the_run_s(
    copy: rnnkit.Run, monkeypatch: pytest.MonkeyPatch, whole: dict[str, object]
) -> None:
    monkeypatch.setattr("rnnkit.workflows.setup.layout_of", lambda config, *_, **__: (
        config.training.layout or "features_first"))  # fmt: skip
    rnnkit.resume(copy)
    assert copy.read_metadata()["layout"] == "features_last"
    assert "layout: features_last\n" in copy.resolved_config.read_text()
    assert fingerprint(copy.path) == whole


def test_another_device_or_version_is_said(copy: rnnkit.Run) -> None:
    device = {**copy.read_metadata()["device"], "name": "gpu:0", "description": "A GPU"}
    versions = {**copy.read_metadata()["versions"], "keras": "3.0.0"}
    copy.update_metadata(device=device, versions=versions)
    lines: list[tuple[str, str]] = []
    rnnkit.resume(copy, watch=rnnkit.Watch(on_start=lines.extend))
    notes = " ".join(text for label, text in lines if label == "note")
    assert "it began on gpu:0: A GPU; on another device results differ" in notes
    assert f"it began with keras 3.0.0, this is {keras.__version__}" in notes


def test_train_resume_finds_the_newest_unfinished_run(
    copy: rnnkit.Run, source: Path, tmp_path: Path, whole: dict[str, object]
) -> None:
    config = plain(source)
    with pytest.raises(rnnkit.RunError, match=r"there is no run to resume in .*other"):
        resume_config({**config, "name": "other"}, runs=tmp_path / "runs")
    done = tmp_path / "runs" / "small" / "20990101-000000"
    shutil.copytree(copy.path, done, symlinks=True)
    rnnkit.Run(done).update_metadata(status="completed", epochs=3)
    assert resume_config(config, runs=tmp_path / "runs").path == copy.path
    assert fingerprint(copy.path) == whole
    with pytest.raises(rnnkit.RunError, match="the newest, 20990101-000000, is complete"):
        resume_config(config, runs=tmp_path / "runs")


def test_a_run_in_use_is_refused(copy: rnnkit.Run) -> None:
    with held(copy.lock), pytest.raises(rnnkit.RunError, match=f"in use by process {os.getpid()}"):
        rnnkit.resume(copy)
    assert copy.read_metadata().get("resumed") is None


def test_a_damaged_run_is_one_message(copy: rnnkit.Run) -> None:
    metadata = copy.read_metadata()
    del metadata["shards"]
    copy.metadata.write_text(json.dumps(metadata))
    with pytest.raises(rnnkit.RunError, match=r"run\.json: damaged: it has no 'shards'"):
        rnnkit.resume(copy)
    copy.resolved_config.write_text("task: [")
    with pytest.raises(rnnkit.RunError, match="damaged"):
        rnnkit.resume(copy)
