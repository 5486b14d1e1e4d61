"""Training end to end: what is written, that it repeats, and how it ends when it must stop."""

import csv
import hashlib
import json
import os
import signal
import time
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

import rnnkit
from rnnkit.runtime import keras, tf
from rnnkit.training.checkpoints import load_checkpoint
from tests.conftest import small_config


def test_the_run_folder_holds_everything(trained: rnnkit.Run) -> None:
    expected = [
        "config.yaml", "config.resolved.yaml", "run.json", "history.csv", "log.txt",
        "preprocessing.json", "model.keras", "evaluation.json", "report.html",
        "plots/history.svg", "plots/confusion.svg",
        "checkpoints/last/state.npz", "checkpoints/best/progress.json",
    ]  # fmt: skip
    assert [name for name in expected if not (trained.path / name).stat().st_size] == []
    metadata = trained.read_metadata()
    assert metadata["status"] == "completed"
    assert metadata["command"] == ["rnnkit", "train", "small.yaml"]
    source = Path(metadata["data"]["source"])
    assert metadata["data"]["sha256"] == hashlib.sha256(source.read_bytes()).hexdigest()
    assert (metadata["seed"], metadata["epochs"], metadata["steps"]) == (3, 2, 12)


def test_history_has_a_row_an_epoch(trained: rnnkit.Run) -> None:
    with trained.history.open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "epoch", "loss", "accuracy", "val_loss", "val_accuracy",
        "learning_rate", "seconds", "samples_per_second",
    ]  # fmt: skip
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert float(rows[1]["loss"]) < float(rows[0]["loss"])
    log = trained.log.read_text().splitlines()
    assert [line.split("  ")[0] for line in log if line.startswith("epoch")] == [
        "epoch 1/2",
        "epoch 2/2",
    ]


def test_it_learns(trained: rnnkit.Run) -> None:
    evaluation = trained.read_evaluation()
    assert evaluation is not None
    assert evaluation["accuracy"] > 0.9 > evaluation["baseline"]["accuracy"]


def test_the_saved_model_is_plain_keras(trained: rnnkit.Run) -> None:
    plain = keras.models.load_model(trained.model)
    layers = [type(layer).__module__ for layer in plain.layers]
    assert all(module.startswith("keras.") for module in layers)
    ours = rnnkit.load(trained)
    x = np.random.default_rng(0).normal(size=(7, 5, 2)).astype(np.float32)
    assert np.allclose(plain(x), ours.model(x), atol=1e-6)


def weights_of(run: rnnkit.Run) -> list[np.ndarray]:
    return list(keras.models.load_model(run.model).get_weights())


def test_same_config_and_seed_same_weights_bit_for_bit(
    data: Path, trained: rnnkit.Run, tmp_path: Path
) -> None:
    config = small_config(data)
    again = rnnkit.train(config, runs=tmp_path / "runs")
    other = rnnkit.train({**config, "seed": 4}, runs=tmp_path / "runs")
    for a, b in zip(weights_of(trained), weights_of(again), strict=True):
        assert np.array_equal(a, b)
    assert not np.array_equal(weights_of(trained)[0], weights_of(other)[0])


def test_early_stopping_gives_back_the_best_weights(data: Path, tmp_path: Path) -> None:
    config = small_config(
        data,
        epochs=12,
        optimizer={"name": "sgd", "learning_rate": 60.0, "global_clipnorm": 1.0},
        early_stopping={"monitor": "val_loss", "patience": 2},
    )
    run = rnnkit.train(config, runs=tmp_path / "runs")
    losses = [row["val_loss"] for row in run.read_history()]
    assert len(losses) < 12
    assert losses[-1] > min(losses)
    evaluation = run.read_evaluation()
    assert evaluation is not None
    assert evaluation["loss"] == pytest.approx(min(losses), rel=1e-4)


def test_reduce_on_plateau_lowers_the_rate(data: Path, tmp_path: Path) -> None:
    schedule = {"name": "reduce_on_plateau", "monitor": "loss", "factor": 0.5, "patience": 1,
                "min_delta": 100.0}  # fmt: skip
    config = small_config(data, epochs=3, schedule=schedule)
    run = rnnkit.train(config, runs=tmp_path / "runs")
    rates = [row["learning_rate"] for row in run.read_history()]
    assert rates == pytest.approx([0.05, 0.05, 0.025])


def test_tensorboard_events_hold_the_history(data: Path, tmp_path: Path) -> None:
    config = {**small_config(data), "logging": {"tensorboard": True}}
    run = rnnkit.train(config, runs=tmp_path / "runs")
    [events] = run.tensorboard.iterdir()
    content = events.read_bytes()
    assert b"val_accuracy" in content
    assert b"loss" in content


@pytest.mark.parametrize("policy", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_trains(data: Path, tmp_path: Path, policy: str) -> None:
    config = small_config(data, dtype_policy=policy, jit_compile=policy == "mixed_float16")
    run = rnnkit.train(config, runs=tmp_path / "runs")
    first, last = run.read_history()
    assert last["loss"] < first["loss"]
    assert {layer.dtype for layer in keras.models.load_model(run.model).layers} == {"float32"}


def test_class_weights_move_the_answer(data: Path, tmp_path: Path) -> None:
    weighted = rnnkit.train(
        small_config(data, epochs=1, class_weight={0: 50.0, 1: 0.02}), runs=tmp_path / "runs"
    )
    evaluation = weighted.read_evaluation()
    assert evaluation is not None
    recall = [scores["recall"] for scores in evaluation["classes"]]
    assert recall[0] > 0.95


def test_a_diverging_run_stops_and_keeps_its_checkpoint(
    data: Path, trained: rnnkit.Run, tmp_path: Path
) -> None:
    class Poison(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
            if epoch == 1:
                self.model.set_weights([w * np.nan for w in self.model.get_weights()])

    with pytest.raises(rnnkit.DivergedError, match="the loss became nan in epoch 2, batch 1"):
        rnnkit.train(small_config(data), runs=tmp_path / "runs", watch=rnnkit.Watch([Poison()]))
    run = rnnkit.Run(next(tmp_path.glob("runs/small/2*")))
    assert run.read_metadata()["status"] == "diverged"
    assert "diverged: the loss became nan" in run.log.read_text()
    model = rnnkit.load(trained).model  # of the same layers
    assert load_checkpoint(run.checkpoints / "last", model).epoch == 1
    assert all(np.isfinite(weights).all() for weights in model.get_weights())


def test_a_signal_stops_after_the_step_and_saves(data: Path, tmp_path: Path) -> None:
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            if batch == 2:
                os.kill(os.getpid(), signal.SIGTERM)
                time.sleep(0.5)  # the watcher hears of it within the step

    with pytest.raises(rnnkit.Interrupted, match="Go on with: rnnkit resume") as stopped:
        rnnkit.train(small_config(data), runs=tmp_path / "runs", watch=rnnkit.Watch([Interrupt()]))
    assert stopped.value.exit_code == 143
    run = rnnkit.Run((tmp_path / "runs" / "small" / "latest").resolve())
    assert run.read_metadata()["status"] == "interrupted"
    progress = json.loads((run.checkpoints / "last" / "progress.json").read_text())
    assert (progress["epoch"], progress["step"]) == (0, 3)
    assert rnnkit.load(run).model.count_params() > 0


def test_an_accuracy_can_be_watched(data: Path, tmp_path: Path) -> None:
    """It grows: the best epoch is the one with the largest."""
    config = small_config(
        data,
        epochs=3,
        jit_compile=False,
        early_stopping={"monitor": "val_accuracy", "patience": 3},
        schedule={"name": "reduce_on_plateau", "monitor": "val_accuracy", "patience": 1},
    )
    run = rnnkit.train(config, runs=tmp_path / "runs")
    accuracy = [row["val_accuracy"] for row in run.read_history()]
    evaluation = run.read_evaluation()
    assert evaluation is not None and evaluation["accuracy"] == max(map(float, accuracy))


def test_watching_validation_without_any_is_refused(data: Path, tmp_path: Path) -> None:
    config = small_config(data, early_stopping={"monitor": "val_loss"})
    config["data"] = {"source": str(data)}
    with pytest.raises(rnnkit.ConfigError, match="there are no validation examples"):
        rnnkit.train(config, runs=tmp_path / "runs")
    assert not (tmp_path / "runs").exists()


def test_training_without_validation_says_so(data: Path, tmp_path: Path) -> None:
    config = small_config(data)
    config["data"] = {"source": str(data)}
    run = rnnkit.train(config, runs=tmp_path / "runs")
    assert run.read_evaluation() is None
    assert "val_loss" not in run.read_history()[0]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder where nobody may write")
def test_a_place_that_cannot_be_written_is_one_message(data: Path) -> None:
    with pytest.raises(rnnkit.RunError, match="/proc/small: cannot make a run folder"):
        rnnkit.train(small_config(data), runs="/proc")


def test_ctrl_c_while_the_layout_is_timed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rnnkit.workflows.setup.layout_of", Mock(side_effect=KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        rnnkit.train(small_config(data), runs=tmp_path / "runs")
    assert list(tmp_path.glob("runs/small/2*")) == []


def test_memory_that_runs_out_says_which_batch_to_try(data: Path, tmp_path: Path) -> None:
    class Exhaust(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            raise tf.errors.ResourceExhaustedError(None, None, "Out of memory")

    with pytest.raises(rnnkit.RunError, match=r"batches of 16\. In a new run, set .* to 8"):
        rnnkit.train(small_config(data), runs=tmp_path / "runs", watch=rnnkit.Watch([Exhaust()]))
    run = rnnkit.Run(next(tmp_path.glob("runs/small/2*")))
    assert run.read_metadata()["status"] == "failed"
    assert (run.checkpoints / "last").is_dir()


def test_smoke_shrinks_everything(data: Path, tmp_path: Path) -> None:
    run = rnnkit.train(small_config(data, epochs=50), runs=tmp_path / "runs", smoke=True)
    assert run.path.parent.name == "small-smoke"
    assert len(run.read_history()) == 1
    assert run.report.exists()
