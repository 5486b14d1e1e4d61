"""Layers that stay, and layers that move by a multiple of what the optimizer says."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.runtime import keras
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.loop import fit
from rnnkit.training.shards import usable_shards
from tests.training.trainers import KillAt, Killed, classes, classifier, go_on, store, trainer

LAYERS: tuple[dict[str, Any], ...] = (
    {"lstm": {"units": 3, "return_sequences": True}},
    {"batch_normalization": {}},
    {"bidirectional": {"layer": {"gru": {"units": 2}}}},
)
OPTIMIZERS = {
    "adam": lambda: keras.optimizers.Adam(0.05, use_ema=True, ema_overwrite_frequency=2),
    "adamw": lambda: keras.optimizers.AdamW(0.05, weight_decay=0.5, global_clipnorm=0.1),
    "nadam": lambda: keras.optimizers.Nadam(0.05),
    "rmsprop": lambda: keras.optimizers.RMSprop(0.05, momentum=0.9),
    "sgd": lambda: keras.optimizers.SGD(0.05, momentum=0.9, weight_decay=0.5),
    "scaled": lambda: keras.optimizers.LossScaleOptimizer(
        keras.optimizers.AdamW(0.05, weight_decay=0.5)
    ),
}


def paced(**arguments: object) -> list[dict[str, Any]]:
    """LAYERS with these arguments."""
    return [{kind: {**given, **arguments}} for layer in LAYERS for kind, given in layer.items()]


def trained(
    layers: list[dict[str, Any]], optimizer: Any, tmp_path: Path, *, epochs: int = 1
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """The weights before and after."""
    model = classifier(*layers)
    before = model.get_weights()
    one = trainer(model, classes(rows=8), optimizer=optimizer)
    fit(one, epochs, [], checkpoints=store(tmp_path / "kept"), state=TrainingState())
    return before, model.get_weights()


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_what_is_frozen_stays_to_the_bit(name: str, tmp_path: Path) -> None:
    before, after = trained(paced(trainable=False), OPTIMIZERS[name](), tmp_path)
    assert len(before) == 15
    for old, new in zip(before[:-2], after[:-2], strict=True):  # moving averages among them
        np.testing.assert_array_equal(old, new)
    for old, new in zip(before[-2:], after[-2:], strict=True):
        assert (old != new).any()


@pytest.mark.parametrize("name", ["adamw", "sgd", "scaled"])
def test_the_factor_is_of_the_whole_update(name: str, tmp_path: Path) -> None:
    """Weight decay's too, as of one step: those after it start from other weights."""
    one_step = {"before": None, "whole": None, "part": None}
    for key, factor in (("whole", 1.0), ("part", 0.25)):
        model = classifier(*paced(learning_rate_factor=factor))
        one_step["before"] = model.get_weights()
        one = trainer(model, classes(rows=4), optimizer=OPTIMIZERS[name]())
        fit(one, 1, [], checkpoints=store(tmp_path / key), state=TrainingState())
        one_step[key] = model.get_weights()
    layers = {variable.path.split("/")[0] for variable in model.trainable_variables}
    assert len(layers) == 4
    rows = zip(model.weights, one_step["before"], one_step["whole"], one_step["part"], strict=True)
    for variable, before, whole, part in rows:
        factor = 1.0 if variable.path.startswith("dense") or "moving" in variable.path else 0.25
        np.testing.assert_allclose(part - before, factor * (whole - before), rtol=2e-5, atol=2e-8)
        assert (whole != before).any()


def test_a_frozen_normalization_leaves_a_batch_its_shards() -> None:
    assert usable_shards(classifier(*paced(trainable=False)), 4) == 4
    assert usable_shards(classifier(*paced()), 4) == 1


def test_a_run_that_was_killed_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    layers = [*paced(trainable=False)[:1], *paced(learning_rate_factor=0.1)[1:]]

    def new() -> Any:
        return trainer(classifier(*layers), classes(), optimizer=OPTIMIZERS["adamw"]())

    whole, stopped, second = new(), new(), new()
    fit(whole, 2, [], checkpoints=store(tmp_path / "whole"), state=TrainingState())
    checkpoints = store(tmp_path / "stopped")
    with pytest.raises(Killed):
        fit(stopped, 2, [KillAt(11)], checkpoints=checkpoints, state=TrainingState())
    fit(second, 2, [], checkpoints=checkpoints, state=go_on(second, checkpoints))
    pairs = zip(
        whole.train_step.model.get_weights(), second.train_step.model.get_weights(), strict=True
    )
    for expected, found in pairs:
        np.testing.assert_array_equal(expected, found)
