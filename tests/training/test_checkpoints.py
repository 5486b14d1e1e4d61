"""Checkpoints: what is saved comes back, and a failed write costs nothing."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import RunError
from rnnkit.runtime import keras
from rnnkit.training import checkpoints
from rnnkit.training.checkpoints import (
    Progress,
    load_checkpoint,
    mark_best,
    remove_unlinked,
    save_checkpoint,
)


def small_model(units: int = 3) -> tuple[keras.Model, keras.optimizers.Optimizer]:
    model = keras.Sequential([keras.Input((4, 2)), keras.layers.LSTM(units)])
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    return model, optimizer


def test_weights_optimizer_and_progress_come_back(tmp_path: Path) -> None:
    model, optimizer = small_model()
    optimizer.apply([np.ones(v.shape, "float32") for v in model.trainable_variables])
    saved = save_checkpoint(tmp_path, model, optimizer, Progress(1, 7, {"loss": 0.5}))
    other, other_optimizer = small_model()
    assert load_checkpoint(saved, other, other_optimizer) == Progress(1, 7, {"loss": 0.5})
    for mine, theirs in zip(model.get_weights(), other.get_weights(), strict=True):
        assert np.array_equal(mine, theirs)
    for mine, theirs in zip(optimizer.variables, other_optimizer.variables, strict=True):
        assert np.array_equal(mine.numpy(), theirs.numpy())
    assert int(other_optimizer.iterations.numpy()) == 1


def test_only_last_and_best_are_kept(tmp_path: Path) -> None:
    model, optimizer = small_model()
    for step in (1, 2, 3):
        save_checkpoint(tmp_path, model, optimizer, Progress(step, step, {}))
        if step == 1:
            mark_best(tmp_path)
        remove_unlinked(tmp_path)
    assert (tmp_path / "best").resolve().name == "step-000000001"
    assert (tmp_path / "last").resolve().name == "step-000000003"
    assert len(list(tmp_path.glob("step-*"))) == 2


def test_a_failed_write_keeps_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, optimizer = small_model()
    save_checkpoint(tmp_path, model, optimizer, Progress(1, 1, {}))

    def full_disk(file: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoints, "_flush", full_disk)
    with pytest.raises(RunError, match="cannot be written: No space left on device"):
        save_checkpoint(tmp_path, model, optimizer, Progress(2, 2, {}))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["last", "step-000000001"]
    assert load_checkpoint(tmp_path / "last", model, optimizer).step == 1


def test_another_models_checkpoint_is_refused(tmp_path: Path) -> None:
    save_checkpoint(tmp_path, *small_model(3), Progress(1, 1, {}))
    with pytest.raises(RunError, match="it is of another model"):
        load_checkpoint(tmp_path / "last", *small_model(4))


def test_a_damaged_checkpoint_is_refused(tmp_path: Path) -> None:
    model, optimizer = small_model()
    saved = save_checkpoint(tmp_path, model, optimizer, Progress(1, 1, {}))
    (saved / "state.npz").write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(RunError, match="damaged"):
        load_checkpoint(saved, model, optimizer)
