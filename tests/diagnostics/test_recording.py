"""Recorded gradient norms: those of a direct computation, and the same training as without."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.data.batch import Batch
from rnnkit.diagnostics.recording import GradientLog, RecordingTrainStep
from rnnkit.runtime import keras, tf
from rnnkit.training.step import TrainStep
from tests.diagnostics.models import LAST, batch_of, model_of


def step_of(kind: type[TrainStep], shards: int = 2, **optimizer: Any) -> Any:
    model = model_of(keras.layers.LSTM(2, name="lstm_1"))
    return kind(model, keras.optimizers.SGD(0.1, **optimizer), LAST, seed=0, shards=shards)


def direct_norms(model: Any, batch: Batch) -> list[float]:
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(LAST.loss(batch.y, model(batch.x)))
    gradients = tape.gradient(loss, [v.value for v in model.trainable_variables])
    return [float(tf.norm(g)) for g in gradients]


def test_means_over_steps_before_clipping() -> None:
    step, batch = step_of(RecordingTrainStep, clipnorm=1e-3), batch_of(4, 3)
    expected = []
    for number in range(2):
        expected.append(direct_norms(step.model, batch))
        step(batch, number)
    assert list(step.means()) == [v.path for v in step.model.trainable_variables]
    assert list(step.means().values()) == pytest.approx(np.mean(expected, axis=0), rel=1e-4)


def test_training_is_the_same() -> None:
    plain, recording = step_of(TrainStep), step_of(RecordingTrainStep)
    for number in range(3):
        plain(batch_of(4, 3), number)
        recording(batch_of(4, 3), number)
    for a, b in zip(plain.model.get_weights(), recording.model.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_log_goes_on_where_it_stopped(tmp_path: Path) -> None:
    whole, resumed = step_of(RecordingTrainStep, shards=1), step_of(RecordingTrainStep, shards=1)
    log, later = GradientLog(tmp_path / "a.csv", whole), GradientLog(tmp_path / "b.csv", resumed)
    for number in range(3):
        whole(batch_of(4, 3), number)
        if number == 0:
            log.on_epoch_end(0)
        if number == 1:
            resumed.model.set_weights(whole.model.get_weights())
            later.restore(log.state())
    resumed(batch_of(4, 3), 2)
    log.on_epoch_end(1)
    later.on_epoch_end(1)
    assert (tmp_path / "a.csv").read_text() == (tmp_path / "b.csv").read_text()
    assert (tmp_path / "a.csv").read_text().startswith("epoch,lstm")
    assert [row["epoch"] for row in log.rows] == [1, 2]
