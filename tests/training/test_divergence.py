"""A loss that is not finite: the message says in which batch, and where in the model it began."""

from pathlib import Path

import numpy as np
import pytest

from rnnkit.errors import DivergedError
from rnnkit.runtime import keras
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.loop import fit
from rnnkit.training.trainer import Trainer
from tests.training.trainers import (
    classes,
    classifier,
    go_on,
    language_model,
    store,
    tokens,
    trainer,
)


def message(one: Trainer, folder: Path, *callbacks: keras.callbacks.Callback) -> str:
    with pytest.raises(DivergedError) as diverged:
        fit(one, 3, callbacks, checkpoints=store(folder, every=3600), state=TrainingState())
    return str(diverged.value)


def test_the_layer_that_overflows_is_named(tmp_path: Path) -> None:
    layers = [{"simple_rnn": {"units": 4, "activation": "linear"}},
              {"dense": {"units": 3, "activation": "linear"}}]  # fmt: skip
    one = trainer(classifier(*layers), classes(), optimizer=keras.optimizers.SGD(1e30))
    text = message(one, tmp_path)
    assert text.startswith(
        "the loss became nan in epoch 1, batch 2: the first layer whose output is not finite is "
        "simple_rnn_1. The last good checkpoint is kept. Lower the learning rate"
    )
    again = trainer(classifier(*layers), classes(), optimizer=keras.optimizers.SGD(1e30))
    assert go_on(again, store(tmp_path)).step == 0


class Spoil(keras.callbacks.Callback):
    """One bad number in the data, from the second epoch on."""

    def __init__(self, x: np.ndarray) -> None:
        super().__init__()
        self.x = x

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        if epoch == 1:
            self.x[4 * 5] = np.inf


def test_the_batch_that_holds_a_bad_number_is_named(tmp_path: Path) -> None:
    data = classes()
    text = message(trainer(classifier(), data, shuffle=False), tmp_path, Spoil(data.x))
    assert "in epoch 2, batch 6: its input is not finite." in text
    assert go_on(trainer(classifier(), data), store(tmp_path)).epoch == 1


def test_a_model_that_carries_state(tmp_path: Path) -> None:
    one = trainer(language_model(), tokens(), optimizer=keras.optimizers.SGD(1e38))
    text = message(one, tmp_path)
    assert "batch 3: the outputs are finite, their loss is not" in text


def test_weights_spoilt_from_outside(tmp_path: Path) -> None:
    """Taken again from the checkpoint, the steps give finite losses."""

    class Poison(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: object = None) -> None:
            if batch == 3:
                self.model.set_weights([w * np.nan for w in self.model.get_weights()])

    text = message(trainer(classifier(), classes()), tmp_path, Poison())
    assert text.startswith("the loss became nan in epoch 1, batch 5. The last good checkpoint")


class Inflate(keras.callbacks.Callback):
    """Weights that are finite and so large that the next outputs are not, at an epoch's end."""

    def __init__(self, batches: int) -> None:
        super().__init__()
        self.last = batches - 1

    def on_train_batch_end(self, batch: int, logs: object = None) -> None:
        if batch == self.last:
            dense = self.model.layers[-1]
            dense.set_weights([np.sign(w) * np.float32(3e38) for w in dense.get_weights()])


@pytest.mark.parametrize("carried", [False, True])
def test_a_validation_loss_stops_the_run_before_a_bad_checkpoint(
    carried: bool, tmp_path: Path
) -> None:
    data = tokens() if carried else classes()
    model = language_model() if carried else classifier()
    one = trainer(model, data, validation=data)
    text = message(one, tmp_path, Inflate(one.steps))
    assert text.startswith("the validation loss became ")
    assert "after epoch 1, in batch 1: the " in text
    kept = go_on(trainer(language_model() if carried else classifier(), data), store(tmp_path))
    assert kept.step == 0
