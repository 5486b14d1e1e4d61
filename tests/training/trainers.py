"""A Trainer on small arrays, for tests that stop it, feed it badly, or let it carry state."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rnnkit.config.infer import infer_stack
from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import Batch, Shuffle, epoch_order, filled_batches, steps_an_epoch
from rnnkit.models.build import build_model
from rnnkit.runtime import keras
from rnnkit.training.checkpoint_store import Checkpoints
from rnnkit.training.checkpoints import TrainingState, load_checkpoint
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.objective import Objective
from rnnkit.training.step import EvaluateStep, TrainStep
from rnnkit.training.trainer import Trainer
from tests.config.small import load, with_layers


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


class Rows:
    """A Feed of x (N, T, ...) and y (N, ...); `valid` by row, or by step for y of two axes."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.x)

    def steps(self, batch_size: int) -> int:
        return steps_an_epoch(len(self), batch_size)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        for rows, valid in filled_batches(epoch_order(len(self), shuffle), batch_size, start=start):
            if self.y.ndim == 2:
                valid = np.repeat(valid[:, None], self.y.shape[1], axis=1)
            yield Batch(self.x[rows], self.y[rows], valid, valid)


def classes(seed: int = 0, rows: int = 32) -> Rows:
    """(B, 5, 2) floats of two classes."""
    rng = np.random.default_rng(seed)
    y = (np.arange(rows) % 2).astype("int32")
    return Rows((rng.normal(size=(rows, 5, 2)) + y[:, None, None]).astype("float32"), y)


def tokens(rows: int = 32) -> Rows:
    """(B, 6) ids out of 7 and the ids that follow them."""
    ids = np.random.default_rng(0).integers(0, 7, (rows, 7)).astype("int32")
    return Rows(ids[:, :-1], ids[:, 1:])


def classifier(*layers: dict[str, Any]) -> keras.Model:
    """(B, 5, 2) -> (B, 2), always with the same weights."""
    chosen = layers or ({"lstm": {"units": 4, "dropout": 0.2}},)
    return _model(InputFacts((5, 2), outputs=2), [*chosen, {"dense": {"units": 2}}])


def language_model(*layers: dict[str, Any]) -> keras.Model:
    """[(B, 6), *states] -> [(B, 6, 7), *states], always with the same weights."""
    chosen = layers or ({"lstm": {"units": 4}}, {"dropout": {"rate": 0.2}}, {"gru": {"units": 5}})
    embedding = {"embedding": {"input_dim": 7, "output_dim": 3}}
    facts = InputFacts((6,), integer=True, outputs=7)
    return _model(facts, [embedding, *chosen, {"dense": {"units": 7}}], carry_state=True)


def trainer(model: keras.Model, train: Rows, **options: Any) -> Trainer:
    """Four rows a batch, one shard, no XLA."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=None)
    optimizer = options.pop("optimizer", None) or keras.optimizers.Adam(0.05)
    compiled = {"shards": 1, "jit_compile": False}
    return Trainer(
        train_step=TrainStep(model, optimizer, Objective(loss), seed=1, **compiled),
        evaluate_step=EvaluateStep(model, Objective(loss), **compiled),
        train=train,
        validation=options.get("validation"),
        batch_size=4,
        seed=1,
        shuffle=options.get("shuffle", True),
        monitor="loss",
        monitor_grows=False,
        stop=StopRequest(),
    )


def store(folder: Path, *, every: float = 0.0) -> Checkpoints:
    return Checkpoints(folder, every=every, keep=2)


def go_on(one: Trainer, checkpoints: Checkpoints) -> TrainingState:
    """The newest checkpoint's weights in a new trainer's model, and its state."""
    found = checkpoints.newest(lambda problem: None)
    assert found is not None
    return load_checkpoint(found[0], one.train_step.model, one.train_step.optimizer)


def _model(facts: InputFacts, layers: list[dict[str, Any]], **options: Any) -> keras.Model:
    stack = infer_stack(
        load(with_layers(*layers)), facts, sequence_output=options.get("carry_state", False)
    )
    keras.utils.set_random_seed(0)
    return build_model(stack.layers, facts, use_kernels=True, **options)
