"""A stopped run goes on in its folder and ends bit for bit as one that was never stopped."""

import json
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

import rnnkit
from rnnkit.runtime import keras
from rnnkit.training.lock import held
from rnnkit.workflows.resume import resume_config
from tests.conftest import small_config, write_data
from tests.crash.fingerprint import fingerprint

STEPS = 6  # an epoch of small_config
TEMPORARY = ".writing-", ".step-", ".last-", ".best-"


class Killed(BaseException):
    """Ends a run wherever it is, as far as one process can do that to itself."""


class KillAt(keras.callbacks.Callback):
    """Kills after so many batches."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.left = batches

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.left -= 1
        if not self.left:
            raise Killed


class InterruptAt(KillAt):
    """Ctrl-C after so many batches."""

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.left -= 1
        if not self.left:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.3)  # the watcher hears of it within the step


def newest(folder: Path) -> rnnkit.Run:
    return rnnkit.Run(next(folder.glob("runs/*/latest")).resolve())


def stopped(config: dict[str, Any], folder: Path, callback: keras.callbacks.Callback) -> rnnkit.Run:
    """A run that the callback has stopped, a checkpoint written after every step."""
    with pytest.raises((Killed, rnnkit.Interrupted)):
        rnnkit.train(config, runs=folder / "runs", callbacks=[callback])
    return newest(folder)


def every_step(config: dict[str, Any]) -> dict[str, Any]:
    return {**config, "checkpoint": {"every": "0s"}}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("source") / "data.npz")


def plain(source: Path, **training: object) -> dict[str, Any]:
    """Without XLA, whose compilation is most of so short a run."""
    return small_config(source, **{"jit_compile": False, "epochs": 3, **training})


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """The fingerprint of plain(source), never stopped."""
    run = rnnkit.train(plain(source), runs=tmp_path_factory.mktemp("whole"))
    return fingerprint(run.path)


@pytest.mark.parametrize("batches", [1, 5, STEPS, STEPS + 2])
def test_killed_in_the_middle_of_an_epoch(
    batches: int, source: Path, tmp_path: Path, whole: dict[str, object]
) -> None:
    run = stopped(every_step(plain(source)), tmp_path, KillAt(batches))
    assert rnnkit.resume(run).path == run.path
    assert fingerprint(run.path) == whole
    metadata = run.read_metadata()
    assert (metadata["status"], metadata["resumed"], metadata["epochs"]) == ("completed", 1, 3)
    assert metadata["steps"] == 3 * STEPS
    assert "\nresumed at " in run.log.read_text()
    assert [p.name for p in run.path.rglob(".*") if p.name.startswith(TEMPORARY)] == []


VARIANTS: dict[str, dict[str, Any]] = {
    "xla": {"jit_compile": True, "epochs": 2},
    "early stopping": {
        "optimizer": {"name": "sgd", "learning_rate": 60.0, "global_clipnorm": 1.0},
        "early_stopping": {"monitor": "val_loss", "patience": 1, "start_from_epoch": 1},
        "epochs": 8,
    },
    "plateau": {
        "schedule": {"name": "reduce_on_plateau", "monitor": "loss", "factor": 0.5, "patience": 1,
                     "cooldown": 1, "min_delta": 100.0},
        "epochs": 5,
    },
    "mixed": {"dtype_policy": "mixed_float16", "epochs": 2},
    "momentum": {"optimizer": {"name": "sgd", "momentum": 0.9, "use_ema": True}, "epochs": 2},
    "shuffle off, cosine": {"shuffle": False, "schedule": "cosine_decay", "epochs": 2},
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kind_of_state_comes_back(name: str, source: Path, tmp_path: Path) -> None:
    config = plain(source, **VARIANTS[name])
    expected = fingerprint(rnnkit.train(config, runs=tmp_path / "whole").path)
    run = stopped(every_step(config), tmp_path, KillAt(STEPS + 3))
    if name in {"early stopping", "plateau"}:  # their own state is in play by then
        with pytest.raises(Killed):
            rnnkit.resume(run, callbacks=[KillAt(STEPS)])
    assert fingerprint(rnnkit.resume(run).path) == expected


def test_keras_layers_and_their_dropout(source: Path, tmp_path: Path) -> None:
    config = plain(source, epochs=2)
    layers = [{"lstm": {"units": 3, "dropout": 0.2, "recurrent_dropout": 0.2}},
              {"dropout": {"rate": 0.3}}, {"dense": {"units": 2}}]  # fmt: skip
    config["model"] = {"kernels": "keras", "layers": layers}
    expected = fingerprint(rnnkit.train(config, runs=tmp_path / "whole").path)
    run = stopped(every_step(config), tmp_path, KillAt(4))
    assert fingerprint(rnnkit.resume(run).path) == expected


def test_an_interrupted_run_goes_on(source: Path, tmp_path: Path, whole: dict[str, object]) -> None:
    """With checkpoints only at epochs' ends: the one in the middle is that of the interruption."""
    with pytest.raises(rnnkit.Interrupted, match="Go on with: rnnkit resume") as stopped_by:
        rnnkit.train(plain(source), runs=tmp_path / "runs", callbacks=[InterruptAt(STEPS + 4)])
    assert stopped_by.value.exit_code == 130
    run = newest(tmp_path)
    assert run.read_metadata()["steps"] == STEPS + 4
    lines: list[tuple[str, str]] = []
    rnnkit.resume(run, on_start=lines.extend)
    assert ("from", f"step-{STEPS + 4:09d}, after batch 4 of {STEPS} of epoch 2") in lines
    assert fingerprint(run.path) == whole


@pytest.mark.parametrize(
    "place",
    [
        "rnnkit.training.loop.evaluate",  # validation
        "rnnkit.workflows.training._save_model",
        "rnnkit.workflows.training.evaluate_setup",
        "rnnkit.workflows.training.write_reports",
    ],
)
def test_a_signal_at_any_other_time_loses_nothing(
    place: str,
    source: Path,
    tmp_path: Path,
    whole: dict[str, object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    module, _, name = place.rpartition(".")
    original = getattr(__import__(module, fromlist=["_"]), name)

    def interrupted(*arguments: Any, **options: Any) -> Any:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.3)
        return original(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(place, interrupted)
        with pytest.raises(rnnkit.Interrupted, match="Go on with: rnnkit resume") as stopped_by:
            rnnkit.train(plain(source), runs=tmp_path / "runs")
    assert stopped_by.value.exit_code == 143
    run = newest(tmp_path)
    assert run.read_metadata()["status"] == "interrupted"
    rnnkit.resume(run)
    assert fingerprint(run.path) == whole
    assert run.report.is_file()


def test_killed_before_the_first_checkpoint(
    source: Path, tmp_path: Path, whole: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*arguments: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("rnnkit.training.loop.Checkpoints.save", killed)
        with pytest.raises(Killed):
            rnnkit.train(plain(source), runs=tmp_path / "runs")
    run = newest(tmp_path)
    assert not run.checkpoints.exists()
    rnnkit.resume(run)
    assert fingerprint(run.path) == whole
    assert "the beginning: there is no checkpoint yet" in run.log.read_text()


@pytest.fixture(scope="module")
def half(source: Path, tmp_path_factory: pytest.TempPathFactory) -> rnnkit.Run:
    """A run stopped in its second epoch, to be copied."""
    return stopped(every_step(plain(source)), tmp_path_factory.mktemp("half"), KillAt(STEPS + 2))


@pytest.fixture
def copy(half: rnnkit.Run, tmp_path: Path) -> rnnkit.Run:
    path = tmp_path / "runs" / "small" / half.path.name
    shutil.copytree(half.path, path, symlinks=True)
    return rnnkit.Run(path)


@pytest.mark.parametrize("damage", ["cut", "flipped", "no manifest", "no state"])
def test_a_damaged_checkpoint_is_reported_and_the_one_before_it_used(
    damage: str, copy: rnnkit.Run, whole: dict[str, object]
) -> None:
    latest = (copy.checkpoints / "last").resolve()
    arrays = latest / "state.npz"
    if damage == "cut":
        os.truncate(arrays, arrays.stat().st_size // 2)
    elif damage == "flipped":
        content = bytearray(arrays.read_bytes())
        content[len(content) // 2] ^= 1
        arrays.write_bytes(content)
    else:
        (latest / ("manifest.json" if damage == "no manifest" else "state.npz")).unlink()
    lines: list[tuple[str, str]] = []
    rnnkit.resume(copy, on_start=lines.extend)
    notes = [text for label, text in lines if label == "note"]
    assert notes[0].startswith(f"checkpoint {latest.name} is damaged: ")
    assert f"{latest.name} is damaged" in copy.log.read_text()
    assert fingerprint(copy.path) == whole


def test_what_a_killed_writer_left_is_cleared_up(
    copy: rnnkit.Run, whole: dict[str, object]
) -> None:
    (copy.checkpoints / ".step-000000009-123").mkdir()
    (copy.checkpoints / ".last-123").symlink_to("step-000000001")
    (copy.path / ".writing-abc.json").write_text("{")
    rnnkit.resume(copy)
    assert [p.name for p in copy.path.rglob(".*") if p.name.startswith(TEMPORARY)] == []
    assert fingerprint(copy.path) == whole


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
    with pytest.raises(rnnkit.RunError, match=r"epochs \(=1\): epoch 2 has begun already"):
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


def test_another_device_or_version_is_said(copy: rnnkit.Run) -> None:
    device = {**copy.read_metadata()["device"], "name": "gpu:0", "description": "A GPU"}
    versions = {**copy.read_metadata()["versions"], "keras": "3.0.0"}
    copy.update_metadata(device=device, versions=versions)
    lines: list[tuple[str, str]] = []
    rnnkit.resume(copy, on_start=lines.extend)
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


def test_seconds_of_a_killed_process_count(copy: rnnkit.Run) -> None:
    progress = copy.checkpoints / "last" / "progress.json"
    values = json.loads(progress.read_text())
    assert values["training_seconds"] + values["epoch_seconds"] > 0
    assert rnnkit.resume(copy).read_metadata()["training_seconds"] > values["training_seconds"]


def test_a_damaged_run_is_one_message(copy: rnnkit.Run) -> None:
    metadata = copy.read_metadata()
    del metadata["shards"]
    copy.metadata.write_text(json.dumps(metadata))
    with pytest.raises(rnnkit.RunError, match=r"run\.json: damaged: it has no 'shards'"):
        rnnkit.resume(copy)
    copy.resolved_config.write_text("task: [")
    with pytest.raises(rnnkit.RunError, match="damaged"):
        rnnkit.resume(copy)


def test_weights_of_the_best_epoch_outlive_a_kill(source: Path, tmp_path: Path) -> None:
    """Stopped after the best epoch, early stopping still gives its weights back."""
    stopping = {"monitor": "val_loss", "patience": 2}
    config = plain(source, **{**VARIANTS["early stopping"], "early_stopping": stopping})
    run = stopped(every_step(config), tmp_path, KillAt(3 * STEPS + 1))
    assert len(rnnkit.resume(run).read_history()) < 8
    evaluation = run.read_evaluation()
    assert evaluation is not None
    losses = [row["val_loss"] for row in run.read_history()]
    assert losses[-1] > min(losses)
    assert evaluation["loss"] == pytest.approx(min(losses), rel=1e-4)
    with pytest.raises(rnnkit.RunError, match="more epochs change nothing"):
        rnnkit.resume(run, overrides=["training.epochs=9"])
