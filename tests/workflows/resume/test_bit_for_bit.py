"""A stopped run goes on in its folder and ends bit for bit as one that was never stopped."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import rnnkit
from rnnkit.layers.layout import FEATURES_FIRST
from rnnkit.runtime import keras
from tests.conftest import token_config
from tests.crash.fingerprint import fingerprint
from tests.tasks.tagging.small import COLUMNS, config_of, write_csv
from tests.workflows.resume.stopping import (
    STEPS,
    InterruptAt,
    KillAt,
    Killed,
    every_step,
    newest,
    plain,
    stopped,
)

TEMPORARY = ".writing-", ".step-", ".last-", ".best-"


def test_killed_in_the_middle_of_an_epoch(
    source: Path, tmp_path: Path, whole: dict[str, object]
) -> None:
    """In steps 1, 5, 6, the last of the first epoch, and 8: each time before its checkpoint."""
    run = stopped(every_step(plain(source)), tmp_path, KillAt(1))
    for further in (5, 2, 3):
        with pytest.raises(Killed):
            rnnkit.resume(run, watch=rnnkit.Watch([KillAt(further)]))
    assert run.read_metadata()["steps"] == STEPS + 2
    assert rnnkit.resume(run).path == run.path
    assert fingerprint(run.path) == whole
    metadata = run.read_metadata()
    assert (metadata["status"], metadata["resumed"], metadata["epochs"]) == ("completed", 4, 3)
    assert metadata["steps"] == 3 * STEPS
    assert "\nresumed at " in run.log.read_text()
    assert [p.name for p in run.path.rglob(".*") if p.name.startswith(TEMPORARY)] == []


VARIANTS: dict[str, dict[str, Any]] = {
    "xla": {"jit_compile": True, "epochs": 2},
    "mixed": {"dtype_policy": "mixed_float16", "epochs": 2},
    "counts": {"metrics": ["precision", "recall", "f1_score", "auc"], "epochs": 2},
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
    "momentum, cosine, no shuffle": {
        "optimizer": {"name": "sgd", "momentum": 0.9, "use_ema": True},
        "schedule": "cosine_decay",
        "shuffle": False,
        "epochs": 2,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_every_kind_of_state_comes_back(name: str, source: Path, tmp_path: Path) -> None:
    config = plain(source, **VARIANTS[name])
    expected = fingerprint(rnnkit.train(config, runs=tmp_path / "whole").path)
    run = stopped(every_step(config), tmp_path, KillAt(STEPS + 3))
    if name in {"early stopping", "plateau"}:  # their own state is in play by then
        with pytest.raises(Killed):
            rnnkit.resume(run, watch=rnnkit.Watch([KillAt(STEPS)]))
    assert fingerprint(rnnkit.resume(run).path) == expected


def text(folder: Path) -> dict[str, Any]:
    """Its batches begin in the states that the ones before left."""
    (folder / "prose.txt").write_text("so it is,\nand so was it.\n\n" * 20)
    config = token_config(folder / "prose.txt", level="character")
    training = {**config["training"], "window": 8}  # type: ignore[dict-item]
    return {**config, "training": training, "diagnostics": {"gradients": True}}


def frames(folder: Path) -> dict[str, Any]:
    """Its pixels are drawn anew in every epoch."""
    data = {"source": "mnist", "order": "rows", "binarize": "stochastic", "limit": 60,
            "split": {"validation": 0.2}}  # fmt: skip
    layers = [{"lstm": {"units": 2, "dropout": 0.1}}, "dense"]
    training = {"epochs": 2, "batch_size": 12, "jit_compile": False}
    return {"version": 1, "name": "frames", "task": "next_frame", "data": data,
            "model": {"layers": layers}, "training": training}  # fmt: skip


def tags(folder: Path) -> dict[str, Any]:
    """Its batches are of several lengths, and its words of letters."""
    table = write_csv(folder / "tagged.csv")
    letters = [{"embedding": {"output_dim": 2}}, {"gru": {"units": 2, "dropout": 0.1}}]
    layers = [
        {"embedding": {"output_dim": 2}},
        {"concatenate": {"input": "characters", "layers": letters}},
        {"dropout": {"rate": 0.2}},
        {"bidirectional": {"layer": {"lstm": {"units": 2}}}},
        "dense",
    ]
    config = config_of(table, layers=layers, characters=True, max_length=2, **COLUMNS)
    config["training"]["epochs"] = 2
    return config


@pytest.mark.parametrize("task", [text, frames, tags])
def test_other_tasks(task: Callable[[Path], dict[str, Any]], tmp_path: Path) -> None:
    config = task(tmp_path)
    whole = rnnkit.train(config, runs=tmp_path / "whole")
    steps = whole.read_metadata()["steps"] // 2
    run = stopped(every_step(config), tmp_path, KillAt(steps + 2))
    assert fingerprint(rnnkit.resume(run).path) == fingerprint(whole.path)
    assert run.read_gradients() == whole.read_gradients()


def test_keras_layers_and_their_dropout(source: Path, tmp_path: Path) -> None:
    config = plain(source, epochs=2)
    layers = [{"lstm": {"units": 3, "dropout": 0.2, "recurrent_dropout": 0.2}},
              {"dropout": {"rate": 0.3}}, {"dense": {"units": 2}}]  # fmt: skip
    config["model"] = {"kernels": "keras", "layers": layers}
    expected = fingerprint(rnnkit.train(config, runs=tmp_path / "whole").path)
    run = stopped(every_step(config), tmp_path, KillAt(4))
    assert fingerprint(rnnkit.resume(run).path) == expected


def test_features_first(source: Path, tmp_path: Path) -> None:
    config = plain(source, epochs=2, layout="features_first")
    expected = fingerprint(rnnkit.train(config, runs=tmp_path / "whole").path)
    run = stopped(every_step(config), tmp_path, KillAt(4))
    assert fingerprint(rnnkit.resume(run).path) == expected
    assert run.read_metadata()["layout"] == "features_first"
    kernel = rnnkit.load(run).model.get_layer("lstm_1")
    assert kernel.layout == FEATURES_FIRST


def test_noise(source: Path, tmp_path: Path) -> None:
    config = plain(source, epochs=2, shards=2)
    noisy = [{"gaussian_noise": {"stddev": 0.3}}, {"lstm": {"units": 3}}, {"dense": {"units": 2}}]
    whole = rnnkit.train({**config, "model": {"layers": noisy}}, runs=tmp_path / "whole")
    calm = rnnkit.train({**config, "model": {"layers": noisy[1:]}}, runs=tmp_path / "calm")
    assert whole.read_history() != calm.read_history()
    run = stopped(every_step({**config, "model": {"layers": noisy}}), tmp_path, KillAt(4))
    assert fingerprint(rnnkit.resume(run).path) == fingerprint(whole.path)
    plain_keras = keras.models.load_model(run.model)
    assert type(plain_keras.layers[1]) is keras.layers.GaussianNoise
    x = np.ones((3, 5, 2), np.float32)
    assert np.allclose(plain_keras(x), rnnkit.load(run).model(x), atol=1e-6)


def test_layers_around_an_lstm(source: Path, tmp_path: Path) -> None:
    """Moving averages and every kind of dropout among them; one shard, whatever is asked for."""
    layers: list[Any] = [
        {"conv_1d": {"filters": 4, "kernel_size": 2, "padding": "causal"}},
        "batch_normalization",
        "prelu",
        {"spatial_dropout_1d": {"rate": 0.3}},
        {"multi_head_attention": {"num_heads": 1, "key_dim": 2, "dropout": 0.2}},
        {"time_distributed": {"layer": {"dropout": {"rate": 0.2}}}},
        {"lstm": {"units": 3, "return_sequences": True}},
        {"attention_pooling_1d": {"units": 2}},
        "batch_normalization",
        {"dense": {"units": 2}},
    ]
    config = {**plain(source, epochs=2, shards=2), "model": {"layers": layers}}
    whole = rnnkit.train(config, runs=tmp_path / "whole")
    run = stopped(every_step(config), tmp_path, KillAt(STEPS + 3))
    assert fingerprint(rnnkit.resume(run).path) == fingerprint(whole.path)
    plain_keras = keras.models.load_model(run.model)
    assert plain_keras.non_trainable_weights[0].numpy().any()
    x = np.ones((3, 5, 2), np.float32)
    assert np.allclose(plain_keras(x), rnnkit.load(run).model(x), atol=1e-6)


def test_an_interrupted_run_goes_on(source: Path, tmp_path: Path, whole: dict[str, object]) -> None:
    """With checkpoints only at epochs' ends: the one in the middle is that of the interruption."""
    with pytest.raises(rnnkit.Interrupted, match="Go on with: rnnkit resume") as stopped_by:
        rnnkit.train(
            plain(source), runs=tmp_path / "runs", watch=rnnkit.Watch([InterruptAt(STEPS + 4)])
        )
    assert stopped_by.value.exit_code == 130
    run = newest(tmp_path)
    assert run.read_metadata()["steps"] == STEPS + 4
    lines: list[tuple[str, str]] = []
    rnnkit.resume(run, watch=rnnkit.Watch(on_start=lines.extend))
    assert ("from", f"step-{STEPS + 4:09d}, after batch 4 of {STEPS} of epoch 2") in lines
    assert fingerprint(run.path) == whole


@pytest.mark.parametrize(
    "place",
    [
        "rnnkit.training.loop.evaluate",  # validation
        "rnnkit.workflows.training._save_model",
        "rnnkit.workflows.training.judge",
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


def test_a_signal_after_everything_is_written_is_too_late(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = rnnkit.Run.update_metadata

    def interrupted(run: rnnkit.Run, **values: Any) -> None:
        if values.get("status") == "completed":
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(0.3)
        original(run, **values)

    monkeypatch.setattr(rnnkit.Run, "update_metadata", interrupted)
    run = rnnkit.train(plain(source, epochs=1), runs=tmp_path)
    assert run.read_metadata()["status"] == "completed"


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
    rnnkit.resume(copy, watch=rnnkit.Watch(on_start=lines.extend))
    notes = [text for label, text in lines if label == "note"]
    assert any(note.startswith(f"checkpoint {latest.name} is damaged: ") for note in notes)
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


def test_seconds_of_a_killed_process_count(copy: rnnkit.Run) -> None:
    progress = copy.checkpoints / "last" / "progress.json"
    values = json.loads(progress.read_text())
    assert values["training_seconds"] + values["epoch_seconds"] > 0
    assert rnnkit.resume(copy).read_metadata()["training_seconds"] > values["training_seconds"]


def test_weights_of_the_best_epoch_outlive_a_kill(source: Path, tmp_path: Path) -> None:
    """Stopped after the best epoch, early stopping still gives its weights back."""
    stopping = {"monitor": "val_loss", "patience": 2}
    config = plain(source, **{**VARIANTS["early stopping"], "early_stopping": stopping})
    run = stopped(every_step(config), tmp_path, KillAt(2 * STEPS + 1))
    assert len(rnnkit.resume(run).read_history()) < 8
    evaluation = run.read_evaluation()
    assert evaluation is not None
    losses = [row["val_loss"] for row in run.read_history()]
    assert losses[-1] > min(losses)
    assert evaluation["loss"] == pytest.approx(min(losses), rel=1e-4)
    with pytest.raises(rnnkit.RunError, match="more epochs change nothing"):
        rnnkit.resume(run, overrides=["training.epochs=9"])
