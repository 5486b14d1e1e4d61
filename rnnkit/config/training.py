"""The `training:` section: epochs, optimizer, schedule, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.section import PositiveFloat, PositiveInt, Section

Momentum = Annotated[float, Field(ge=0, lt=1)]
NonNegative = Annotated[float, Field(ge=0)]


class Optimizer(Section):
    """The arguments that every optimizer takes, under Keras's names."""

    learning_rate: PositiveFloat = 0.001  # with a schedule: its peak
    decay: NonNegative = 0.0  # Keras 1 and 2: rate / (1 + decay * steps); 0: constant
    clipnorm: PositiveFloat | None = None  # each gradient's norm
    global_clipnorm: PositiveFloat | None = None  # the norm of all gradients together
    clipvalue: PositiveFloat | None = None
    use_ema: bool = False
    ema_momentum: Momentum = 0.99

    @model_validator(mode="after")
    def _one_way_to_clip(self) -> Optimizer:
        if sum(x is not None for x in (self.clipnorm, self.global_clipnorm, self.clipvalue)) > 1:
            raise PydanticCustomError(
                "clip", "only one of clipnorm, global_clipnorm and clipvalue can be set"
            )
        return self


class Adam(Optimizer):
    name: Literal["adam"] = "adam"
    beta_1: Momentum = 0.9
    beta_2: Momentum = 0.999
    epsilon: PositiveFloat = 1e-7
    amsgrad: bool = False
    weight_decay: PositiveFloat | None = None


class AdamW(Optimizer):
    name: Literal["adamw"]
    beta_1: Momentum = 0.9
    beta_2: Momentum = 0.999
    epsilon: PositiveFloat = 1e-7
    amsgrad: bool = False
    weight_decay: PositiveFloat = 0.004


class Nadam(Optimizer):
    name: Literal["nadam"]
    beta_1: Momentum = 0.9
    beta_2: Momentum = 0.999
    epsilon: PositiveFloat = 1e-7
    weight_decay: PositiveFloat | None = None


class Adamax(Optimizer):
    name: Literal["adamax"]
    beta_1: Momentum = 0.9
    beta_2: Momentum = 0.999
    epsilon: PositiveFloat = 1e-7
    weight_decay: PositiveFloat | None = None


class RMSprop(Optimizer):
    name: Literal["rmsprop"]
    rho: Momentum = 0.9
    momentum: Momentum = 0.0
    epsilon: PositiveFloat = 1e-7
    centered: bool = False
    weight_decay: PositiveFloat | None = None


class SGD(Optimizer):
    name: Literal["sgd"]
    learning_rate: PositiveFloat = 0.01
    momentum: Momentum = 0.0
    nesterov: bool = False
    weight_decay: PositiveFloat | None = None


def _name_alone(value: Any) -> Any:
    """`optimizer: adam` is `optimizer: {name: adam}`."""
    return {"name": value} if isinstance(value, str) else value


def _adam_unless_named(value: Any) -> Any:
    return {"name": "adam", **value} if isinstance(value, Mapping) else value


AnyOptimizer = Annotated[
    Annotated[Adam | AdamW | Nadam | Adamax | RMSprop | SGD, Field(discriminator="name")],
    BeforeValidator(_adam_unless_named),
    BeforeValidator(_name_alone),
]


class Constant(Section):
    name: Literal["constant"]


class InverseTimeDecay(Section):
    """rate(step) = learning_rate / (1 + decay_rate * step / decay_steps)."""

    name: Literal["inverse_time_decay"]
    decay_steps: PositiveInt = 1
    decay_rate: PositiveFloat
    staircase: bool = False


class CosineDecay(Section):
    """Linear warm-up from 0 to `learning_rate`, then half a cosine down to `alpha` times it."""

    name: Literal["cosine_decay"]
    warmup_steps: Annotated[int, Field(ge=0)] = 0
    decay_steps: PositiveInt | None = None  # None: the rest of the run
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.0


class ExponentialDecay(Section):
    """rate(step) = learning_rate * decay_rate ** (step / decay_steps)."""

    name: Literal["exponential_decay"]
    decay_steps: PositiveInt
    decay_rate: Annotated[float, Field(gt=0, le=1)]
    staircase: bool = False


class ReduceOnPlateau(Section):
    """Multiply the rate by `factor` when `monitor` has not improved for `patience` epochs."""

    name: Literal["reduce_on_plateau"]
    monitor: str = "val_loss"
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1
    patience: PositiveInt = 10
    min_delta: NonNegative = 1e-4
    cooldown: Annotated[int, Field(ge=0)] = 0
    min_lr: NonNegative = 0.0


AnySchedule = Annotated[
    Annotated[
        Constant | InverseTimeDecay | CosineDecay | ExponentialDecay | ReduceOnPlateau,
        Field(discriminator="name"),
    ],
    BeforeValidator(_name_alone),
]


class EarlyStopping(Section):
    """Stop once `monitor` has not improved for `patience` epochs, and keep the best weights."""

    monitor: str = "val_loss"
    min_delta: NonNegative = 0.0
    patience: Annotated[int, Field(ge=0)] = 0
    mode: Literal["auto", "min", "max"] = "auto"
    restore_best_weights: bool = True
    start_from_epoch: Annotated[int, Field(ge=0)] = 0


class TrainingConfig(Section):
    """`training:`; each task adds its own losses and metrics."""

    epochs: PositiveInt
    batch_size: PositiveInt = 32
    optimizer: AnyOptimizer = Adam()
    schedule: AnySchedule | None = None
    early_stopping: EarlyStopping | None = None
    metrics: Sequence[str] = ()
    shuffle: bool = True
    dtype_policy: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    jit_compile: bool = True  # XLA
    shards: PositiveInt | None = None  # parts of a batch computed side by side; None: one a core

    @model_validator(mode="after")
    def _equal_shards(self) -> TrainingConfig:
        if self.shards is not None and self.batch_size % self.shards:
            raise PydanticCustomError(
                "shards",
                "shards (={shards}) must divide batch_size (={batch_size})",
                {"shards": self.shards, "batch_size": self.batch_size},
            )
        return self

    @model_validator(mode="after")
    def _one_schedule(self) -> TrainingConfig:
        if self.schedule is not None and self.optimizer.decay:
            raise PydanticCustomError(
                "schedule",
                "the optimizer's decay is a schedule of its own: remove it or `schedule`",
                {"at": ("schedule",)},
            )
        return self
