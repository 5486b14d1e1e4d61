"""Checkpoints: what is saved comes back, and a failed write costs nothing."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.errors import DivergedError, RunError
from rnnkit.runtime import keras, tf
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import (
    TrainingState,
    load_checkpoint,
    read_state,
    save_checkpoint,
)

Pair = tuple[keras.Model, keras.optimizers.Optimizer]


def small_model(units: int = 3) -> Pair:
    layers = [keras.layers.LSTM(units), keras.layers.Dropout(0.5)]
    model = keras.Sequential([keras.Input((4, 2)), *layers])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    return model, optimizer


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.is_symlink())


def test_everything_comes_back(tmp_path: Path) -> None:
    model, optimizer = small_model()
    optimizer.apply([np.ones(v.shape, "float32") for v in model.trainable_variables])
    state = TrainingState(
        epoch=1,
        step=7,
        sums={"loss": 0.1, "count": 3.0},
        carried=(np.full((2, 3), 0.5, "float32"), tf.constant([[1 / 3]], tf.bfloat16)),
        best=float("inf"),
        callbacks={"History": {"rows": [{"epoch": 1, "loss": 1 / 3}]},
                   "EarlyStopping": {"best_weights": [np.arange(3.0)], "best": None}},
    )  # fmt: skip
    saved = save_checkpoint(tmp_path, model, optimizer, state)
    other, other_optimizer = small_model()
    loaded = load_checkpoint(saved, other, other_optimizer)
    pairs = [*zip(model.weights, other.weights, strict=True),
             *zip(optimizer.variables, other_optimizer.variables, strict=True)]  # fmt: skip
    for mine, theirs in pairs:
        assert np.array_equal(mine.numpy(), theirs.numpy())
    assert int(other_optimizer.iterations.numpy()) == 1
    assert loaded.sums == state.sums
    assert loaded.callbacks["History"] == state.callbacks["History"]
    assert (loaded.epoch, loaded.step, loaded.best) == (1, 7, float("inf"))
    assert np.array_equal(loaded.callbacks["EarlyStopping"]["best_weights"][0], np.arange(3.0))
    assert np.array_equal(loaded.carried[0], state.carried[0])
    assert loaded.carried[1].dtype == np.float32
    assert loaded.carried[1] == np.float32(state.carried[1])


def test_the_newest_and_their_best_are_kept(tmp_path: Path) -> None:
    model, optimizer = small_model()
    store = Checkpoints(tmp_path / "checkpoints", every=0, keep=2)
    for step, best in ((1, 1), (2, 1), (3, 1), (4, 4), (5, 4), (6, 4)):
        store.save(model, optimizer, TrainingState(step=step, best_step=best))
        if step == 4:  # were step 4 damaged, step 3 would be gone on from, whose best is step 1
            names = ["step-000000001", "step-000000003", "step-000000004"]
            assert kept(store.folder) == names
    assert kept(store.folder) == ["step-000000004", "step-000000005", "step-000000006"]
    assert (store.folder / "best").resolve().name == "step-000000004"
    assert (store.folder / "last").resolve().name == "step-000000006"


def test_one_is_due_after_some_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    store = Checkpoints(tmp_path, every=30, keep=2)
    assert not store.due
    now = 130.0
    assert store.due
    store.save(*small_model(), TrainingState())
    assert not store.due


@pytest.mark.parametrize("call", ["fsync", "rename", "mkdir"])
def test_a_failed_write_keeps_what_was_there(
    call: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, optimizer = small_model()
    save_checkpoint(tmp_path, model, optimizer, TrainingState(step=1))

    def full_disk(*arguments: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, full_disk)
        with pytest.raises(RunError, match="cannot be written: No space left on device"):
            save_checkpoint(tmp_path, model, optimizer, TrainingState(step=2))
    assert kept(tmp_path) == ["step-000000001"]
    assert load_checkpoint(tmp_path / "step-000000001", model, optimizer).step == 1


def test_the_same_step_may_be_written_again(tmp_path: Path) -> None:
    for epoch in (0, 1):
        saved = save_checkpoint(tmp_path, *small_model(), TrainingState(epoch=epoch, step=5))
    assert kept(tmp_path) == ["step-000000005"]
    assert read_state(saved).epoch == 1


def test_a_vanished_run_folder_is_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="cannot be written: No such file or directory"):
        save_checkpoint(tmp_path / "run" / "checkpoints", *small_model(), TrainingState())
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_not_finite_are_not_saved(tmp_path: Path) -> None:
    model, optimizer = small_model()
    model.weights[1].assign(model.weights[1] * np.nan)
    with pytest.raises(DivergedError, match="lstm_cell/recurrent_kernel became NaN or infinite by"):
        save_checkpoint(tmp_path, model, optimizer, TrainingState(step=3))
    assert list(tmp_path.iterdir()) == []


def test_another_models_checkpoint_is_refused(tmp_path: Path) -> None:
    saved = save_checkpoint(tmp_path, *small_model(3), TrainingState())
    with pytest.raises(RunError, match="it is of another model"):
        load_checkpoint(saved, *small_model(4))


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    model, optimizer = small_model()
    saved = save_checkpoint(tmp_path, model, optimizer, TrainingState())
    (saved / "state.npz").write_bytes(b"PK not a zip")
    with pytest.raises(RunError, match=r"damaged: state\.npz is not what was written"):
        load_checkpoint(saved, model, optimizer)
    manifest = json.loads((saved / "manifest.json").read_text())
    assert manifest.keys() == {"state.npz", "progress.json"}


def test_clearing_up_points_the_links_to_what_is_there(tmp_path: Path) -> None:
    model, optimizer = small_model()
    store = Checkpoints(tmp_path, every=0, keep=2)
    for step in (1, 2, 3):
        store.save(model, optimizer, TrainingState(step=step, best_step=step))
    (tmp_path / "step-000000003" / "state.npz").write_bytes(b"")
    (tmp_path / ".step-000000004-77").mkdir()
    reports: list[str] = []
    found = store.newest(reports.append)
    assert found is not None
    assert len(reports) == 1
    assert reports[0].startswith("checkpoint step-000000003 is damaged: state.npz is not")
    store.clear_up(*found)
    assert kept(tmp_path) == ["step-000000002"]
    assert (
        (tmp_path / "last").readlink() == (tmp_path / "best").readlink() == Path("step-000000002")
    )
