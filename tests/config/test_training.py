"""Optimizers, schedules and early stopping: what goes together."""

import pytest

from rnnkit.config.training import SGD, Adam, CosineDecay
from tests.config.small import SMALL, block, load, refusal


def with_training(*lines: str) -> str:
    return SMALL + "".join(f"  {line}\n" for line in lines)


def test_defaults() -> None:
    training = load(SMALL).config.training
    assert training.optimizer == Adam()
    assert (training.batch_size, training.schedule, training.early_stopping) == (32, None, None)


@pytest.mark.parametrize(
    ("optimizer", "expected"),
    [
        ("sgd", SGD(name="sgd")),
        ("{name: sgd, momentum: 0.9}", SGD(name="sgd", momentum=0.9)),
        ("{learning_rate: 1e-4}", Adam(learning_rate=1e-4)),
        ("{}", Adam()),
    ],
)
def test_optimizers(optimizer: str, expected: object) -> None:
    assert load(with_training(f"optimizer: {optimizer}")).config.training.optimizer == expected


def test_a_schedule_by_name_alone() -> None:
    training = load(with_training("schedule: cosine_decay")).config.training
    assert training.schedule == CosineDecay(name="cosine_decay")


def test_decay_beside_a_schedule() -> None:
    assert refusal(with_training("optimizer: {decay: 1e-6}", "schedule: cosine_decay")) == block(
        """
        c.yaml:13:3: training: the optimizer's decay is a schedule of its own: remove it or `schedule`
          13 |   schedule: cosine_decay
             |   ^^^^^^^^
        """  # noqa: E501
    )


def test_two_ways_to_clip() -> None:
    assert refusal(with_training("optimizer: {clipnorm: 1, clipvalue: 1}")).splitlines()[0] == (
        "c.yaml:12:14: optimizer: only one of clipnorm, global_clipnorm and clipvalue can be set"
    )


def test_shards_divide_the_batch() -> None:
    assert load(with_training("batch_size: 12", "shards: 3")).config.training.shards == 3
    assert "shards (=5) must divide batch_size (=12)" in refusal(
        with_training("batch_size: 12", "shards: 5")
    )
