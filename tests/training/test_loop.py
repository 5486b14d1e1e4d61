"""The loop: stopped after any batch, it goes on bit for bit, states and sums included."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from rnnkit.data.batch import Batch
from rnnkit.runtime import keras
from rnnkit.training.callbacks import History, restore_states, states_of
from rnnkit.training.checkpoints import TrainingState
from rnnkit.training.interrupt import StopRequest
from rnnkit.training.loop import evaluate, fit
from tests.training.trainers import (
    KillAt,
    Killed,
    Rows,
    classes,
    classifier,
    go_on,
    language_model,
    store,
    tokens,
    trainer,
)


def rows_of(history: History) -> list[dict[str, float]]:
    measured = ("seconds", "samples_per_second")
    return [{k: v for k, v in row.items() if k not in measured} for row in history.rows]


@pytest.mark.parametrize("batches", [3, 8, 11])
def test_state_that_is_carried_between_batches_comes_back(batches: int, tmp_path: Path) -> None:
    whole, history = trainer(language_model(), tokens()), History(tmp_path / "whole.csv")
    fit(whole, 2, [history], checkpoints=store(tmp_path / "a"), state=TrainingState())

    first = trainer(language_model(), tokens())
    checkpoints = store(tmp_path / "b")
    with pytest.raises(Killed):
        callbacks = [History(tmp_path / "again.csv"), KillAt(batches)]
        fit(first, 2, callbacks, checkpoints=checkpoints, state=TrainingState())
    second, again = trainer(language_model(), tokens()), History(tmp_path / "again.csv")
    state = go_on(second, checkpoints)
    assert state.step == batches - 1
    assert len(state.carried) == (0 if state.step == 8 else 3)
    fit(second, 2, [again], checkpoints=checkpoints, state=state)
    assert rows_of(again) == rows_of(history)
    for a, b in zip(
        whole.train_step.model.get_weights(), second.train_step.model.get_weights(), strict=True
    ):
        assert np.array_equal(a, b)


def test_seconds_go_on_too(tmp_path: Path) -> None:
    one = trainer(classifier(), classes())
    state = TrainingState(training_seconds=100.0)
    history = History(tmp_path / "history.csv")
    fit(one, 1, [history], checkpoints=store(tmp_path / "c"), state=state)
    assert state.seconds == pytest.approx(100.0 + history.rows[0]["seconds"], abs=1.0)


def test_no_checkpoint_within_an_epoch_before_one_is_due(tmp_path: Path) -> None:
    one = trainer(classifier(), classes())
    with pytest.raises(Killed):
        checkpoints = store(tmp_path, every=3600)
        fit(one, 2, [KillAt(11)], checkpoints=checkpoints, state=TrainingState())
    assert go_on(trainer(classifier(), classes()), checkpoints).step == 8


class Counter(keras.callbacks.Callback):
    """A user's own callback that takes part."""

    count = 0

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.count += 1

    def state(self) -> dict[str, int]:
        return {"count": self.count}

    def restore(self, state: dict[str, int]) -> None:
        self.count = state["count"]


def test_any_callback_can_take_part() -> None:
    first, second, plain = Counter(), Counter(), keras.callbacks.Callback()
    first.count, second.count = 3, 5
    states = states_of([first, plain, second])
    assert states == {"Counter": {"count": 3}, "Counter-2": {"count": 5}}
    fresh = [Counter(), plain, Counter(), Counter()]
    restore_states(fresh, states)
    assert [c.count for c in fresh if isinstance(c, Counter)] == [3, 5, 0]


class Warming(Rows):
    """The first batch is only read."""

    def batches(self, *args: Any, **kwargs: Any) -> Iterator[Batch]:
        for number, batch in enumerate(super().batches(*args, **kwargs)):
            nothing = np.zeros_like(batch.valid)
            yield batch if number else batch._replace(valid=nothing, weight=nothing)


def test_an_evaluation_that_is_stopped_before_anything_counts() -> None:
    """As one is by Ctrl-C in the first windows of a text."""
    whole, one = classes(), trainer(classifier(), classes())
    stop = StopRequest()
    stop.signal = 2
    warming = Warming(whole.x, whole.y)
    assert np.isfinite(list(evaluate(one.evaluate_step, warming, 8, stop=stop).values())).all()
