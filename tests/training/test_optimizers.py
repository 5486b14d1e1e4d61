"""Schedules against their formulas, and every optimizer with the arguments it is given."""

import math

import pytest

from rnnkit.config.training import TrainingConfig
from rnnkit.runtime import keras
from rnnkit.training.optimizers import build_optimizer, learning_rate


def training(**values: object) -> TrainingConfig:
    return TrainingConfig.model_validate({"epochs": 1, **values})


def test_legacy_decay_is_applied_every_step() -> None:
    schedule = learning_rate(
        training(optimizer={"name": "adam", "learning_rate": 1e-4, "decay": 1e-6}), total_steps=7500
    )
    for step in (0, 1, 7500):
        assert float(schedule(step)) == pytest.approx(1e-4 / (1 + 1e-6 * step))


def test_cosine_decay_warms_up_and_ends_with_the_run() -> None:
    schedule = learning_rate(
        training(
            optimizer={"name": "adam", "learning_rate": 1.0},
            schedule={"name": "cosine_decay", "warmup_steps": 10, "alpha": 0.1},
        ),
        total_steps=110,
    )
    assert float(schedule(0)) == 0
    assert float(schedule(5)) == pytest.approx(0.5)
    assert float(schedule(10)) == pytest.approx(1.0)
    halfway = 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi / 2))
    assert float(schedule(60)) == pytest.approx(halfway)
    assert float(schedule(110)) == pytest.approx(0.1)


def test_a_run_shorter_than_its_warm_up_still_has_a_rate() -> None:
    schedule = learning_rate(
        training(
            optimizer={"name": "adam", "learning_rate": 1.0},
            schedule={"name": "cosine_decay", "warmup_steps": 400},
        ),
        total_steps=4,
    )
    assert [math.isfinite(float(schedule(step))) for step in range(5)] == [True] * 5


def test_exponential_and_inverse_time() -> None:
    exponential = learning_rate(
        training(
            optimizer={"name": "sgd", "learning_rate": 1.0},
            schedule={"name": "exponential_decay", "decay_steps": 10, "decay_rate": 0.5},
        ),
        total_steps=100,
    )
    assert float(exponential(20)) == pytest.approx(0.25)
    inverse = learning_rate(
        training(
            optimizer={"name": "sgd", "learning_rate": 1.0},
            schedule={"name": "inverse_time_decay", "decay_steps": 10, "decay_rate": 1.0},
        ),
        total_steps=100,
    )
    assert float(inverse(10)) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ({"name": "adam", "beta_1": 0.8}, keras.optimizers.Adam),
        ({"name": "adamw", "weight_decay": 0.01}, keras.optimizers.AdamW),
        ({"name": "nadam", "clipnorm": 1.0}, keras.optimizers.Nadam),
        ({"name": "adamax", "beta_2": 0.99, "clipvalue": 1.0}, keras.optimizers.Adamax),
        ({"name": "rmsprop", "rho": 0.8, "global_clipnorm": 1.0}, keras.optimizers.RMSprop),
        ({"name": "sgd", "momentum": 0.9, "nesterov": True}, keras.optimizers.SGD),
    ],
)
def test_each_optimizer_takes_its_arguments(section: dict[str, object], expected: type) -> None:
    optimizer = build_optimizer(training(optimizer=section), total_steps=10)
    assert type(optimizer) is expected
    for name, value in section.items():
        if name != "name":
            assert getattr(optimizer, name) == value


@pytest.mark.parametrize("name", ["adam", "adamw", "nadam", "adamax", "rmsprop", "sgd"])
def test_defaults_are_keras_own(name: str) -> None:
    optimizer = build_optimizer(training(optimizer=name), total_steps=10)
    keras_own = type(optimizer)(name=optimizer.name)
    assert optimizer.get_config() == keras_own.get_config()


def test_half_precision_scales_the_loss() -> None:
    optimizer = build_optimizer(training(dtype_policy="mixed_float16"), total_steps=10)
    assert isinstance(optimizer, keras.optimizers.LossScaleOptimizer)
