"""`use_ema`: judged by the averages, trained on by the weights, left with the averages."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.runtime import keras
from rnnkit.training.averages import averaged
from rnnkit.training.callbacks import History
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.loop import evaluate, fit
from rnnkit.training.trainer import Trainer
from tests.training.trainers import KillAt, Killed, classes, classifier, go_on, store, trainer

MOMENTUM = 0.8


class Weights(keras.callbacks.Callback):
    """The weights after every step and at the end of every epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[list[np.ndarray]] = []
        self.epochs: list[list[np.ndarray]] = []

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        self.steps.append(self.model.get_weights())

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.epochs.append(self.model.get_weights())


def one(*, scaled: bool = False) -> Trainer:
    optimizer = keras.optimizers.Adam(0.05, use_ema=True, ema_momentum=MOMENTUM)
    chosen = keras.optimizers.LossScaleOptimizer(optimizer) if scaled else optimizer
    return trainer(classifier(), classes(), validation=classes(1), optimizer=chosen)


@pytest.mark.parametrize("scaled", [False, True])
def test_averages_judge_and_stay(scaled: bool, tmp_path: Path) -> None:
    trained, seen, history = one(scaled=scaled), Weights(), History(tmp_path / "history.csv")
    fit(trained, 2, [seen, history], checkpoints=store(tmp_path / "a"), state=TrainingState())
    average = seen.steps[0]
    for number, weights in enumerate(seen.steps[1:], start=2):
        average = [MOMENTUM * a + (1 - MOMENTUM) * w for a, w in zip(average, weights, strict=True)]
        if number == len(seen.steps) // 2:
            first = average
    for expected, found in ((first, seen.epochs[0]), (average, seen.epochs[1])):
        for a, b in zip(expected, found, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-7)
    model = trained.train_step.model
    for a, b in zip(seen.epochs[1], model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    validated = evaluate(trained.evaluate_step, classes(1), 4)
    assert history.rows[-1]["val_loss"] == validated["loss"]


def test_what_goes_on_is_the_weights(tmp_path: Path) -> None:
    """Also from the checkpoint of an epoch's end, where the averages had taken their place."""
    whole = one()
    fit(whole, 3, [], checkpoints=store(tmp_path / "a"), state=TrainingState())
    cut, checkpoints = one(), store(tmp_path / "b", every=1000.0)
    with pytest.raises(Killed):
        fit(cut, 3, [KillAt(9)], checkpoints=checkpoints, state=TrainingState())
    second = one()
    state = go_on(second, checkpoints)
    assert state.epoch == 1
    fit(second, 3, [], checkpoints=checkpoints, state=state)
    for a, b in zip(
        whole.train_step.model.get_weights(), second.train_step.model.get_weights(), strict=True
    ):
        np.testing.assert_array_equal(a, b)


def test_early_stopping_keeps_what_it_judged(tmp_path: Path) -> None:
    trained, seen = one(), Weights()
    stopping = keras.callbacks.EarlyStopping(
        "val_loss", patience=0, mode="max", restore_best_weights=True
    )
    fit(trained, 4, [seen, stopping], checkpoints=store(tmp_path / "a"), state=TrainingState())
    best = seen.epochs[stopping.best_epoch]
    for a, b in zip(best, trained.train_step.model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_without_averages_nothing_moves() -> None:
    plain = trainer(classifier(), classes())
    model = plain.train_step.model
    before = model.get_weights()
    with averaged(model, plain.train_step.optimizer):
        for a, b in zip(before, model.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
