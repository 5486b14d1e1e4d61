"""The `training:` section: epochs, optimizer, schedule, and when to stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from rnnkit.config.section import PositiveFloat, PositiveInt, Section, does_not_fit

Momentum = Annotated[float, Field(ge=0, le=0.9999999)]  # the next is 1 in float32
NonNegative = Annotated[float, Field(ge=0)]

LayoutName = Literal["features_last", "features_first"]


class Optimizer(Section):
    """The arguments that every optimizer takes, under Keras's names."""

    learning_rate: PositiveFloat = 0.001  # with a schedule: its peak
    decay: NonNegative = 0.0  # Keras 1 and 2: rate / (1 + decay * steps); 0: constant
    clipnorm: PositiveFloat | None = None  # each gradient's norm
    global_clipnorm: PositiveFloat | None = None  # the norm of all gradients together
    clipvalue: PositiveFloat | None = None  # each number of a gradient
    use_ema: bool = False  # evaluate with a moving average of the weights
    ema_momentum: Momentum = 0.99  # of that average

    @model_validator(mode="after")
    def _one_way_to_clip(self) -> Optimizer:
        if sum(x is not None for x in (self.clipnorm, self.global_clipnorm, self.clipvalue)) > 1:
            raise does_not_fit("only one of clipnorm, global_clipnorm and clipvalue can be set")
        return self


class Adam(Optimizer):
    name: Literal["adam"] = "adam"  # Kingma and Ba 2015
    beta_1: Momentum = 0.9  # of the first moment
    beta_2: Momentum = 0.999  # of the second
    epsilon: PositiveFloat = 1e-7  # keeps the divisor from 0
    amsgrad: bool = False  # the largest second moment so far
    weight_decay: PositiveFloat | None = None  # decoupled, a step


class AdamW(Optimizer):
    name: Literal["adamw"]  # Loshchilov and Hutter 2019
    beta_1: Momentum = 0.9  # of the first moment
    beta_2: Momentum = 0.999  # of the second
    epsilon: PositiveFloat = 1e-7  # keeps the divisor from 0
    amsgrad: bool = False  # the largest second moment so far
    weight_decay: PositiveFloat = 0.004  # decoupled, a step


class Nadam(Optimizer):
    name: Literal["nadam"]  # Dozat 2016
    beta_1: Momentum = 0.9  # of the first moment
    beta_2: Momentum = 0.999  # of the second
    epsilon: PositiveFloat = 1e-7  # keeps the divisor from 0
    weight_decay: PositiveFloat | None = None  # decoupled, a step


class Adamax(Optimizer):
    name: Literal["adamax"]  # Kingma and Ba 2015, section 7
    beta_1: Momentum = 0.9  # of the first moment
    beta_2: Momentum = 0.999  # of the infinity norm
    epsilon: PositiveFloat = 1e-7  # keeps the divisor from 0
    weight_decay: PositiveFloat | None = None  # decoupled, a step


class RMSprop(Optimizer):
    name: Literal["rmsprop"]  # Tieleman and Hinton 2012
    rho: Momentum = 0.9  # of the mean square
    momentum: Momentum = 0.0  # of the update
    epsilon: PositiveFloat = 1e-7  # keeps the divisor from 0
    centered: bool = False  # divide by the variance
    weight_decay: PositiveFloat | None = None  # decoupled, a step


class SGD(Optimizer):
    name: Literal["sgd"]  # plain gradient descent
    learning_rate: PositiveFloat = 0.01  # Keras's default differs from the others'
    momentum: Momentum = 0.0  # of the update
    nesterov: bool = False  # look ahead
    weight_decay: PositiveFloat | None = None  # decoupled, a step


def _name_alone(value: Any) -> Any:
    """`optimizer: adam` is `optimizer: {name: adam}`."""
    return {"name": value} if isinstance(value, str) else value


def _adam_unless_named(value: Any) -> Any:
    return {"name": "adam", **value} if isinstance(value, Mapping) else value


_Optimizer = Adam | AdamW | Nadam | Adamax | RMSprop | SGD
_OptimizerName = Literal["adam", "adamw", "nadam", "adamax", "rmsprop", "sgd"]

AnyOptimizer = Annotated[
    Annotated[_Optimizer, Field(discriminator="name")],
    BeforeValidator(_adam_unless_named),
    BeforeValidator(_name_alone, json_schema_input_type=_OptimizerName | _Optimizer),
]


class Constant(Section):
    name: Literal["constant"]  # the learning rate stays


class InverseTimeDecay(Section):
    """rate(step) = learning_rate / (1 + decay_rate * step / decay_steps)."""

    name: Literal["inverse_time_decay"]  # the rate falls as 1 / step
    decay_steps: PositiveInt = 1  # in which the rate halves, at decay_rate: 1
    decay_rate: PositiveFloat  # how fast it falls
    staircase: bool = False  # whole decay_steps count


class CosineDecay(Section):
    """Linear warm-up from 0 to `learning_rate`, then half a cosine down to `alpha` times it."""

    name: Literal["cosine_decay"]  # the rate falls as half a cosine
    warmup_steps: Annotated[int, Field(ge=0)] = 0  # in which it rises to learning_rate
    decay_steps: PositiveInt | None = None  # None: the rest of the run
    alpha: Annotated[float, Field(ge=0, le=1)] = 0.0  # what is left at the end, of learning_rate


class ExponentialDecay(Section):
    """rate(step) = learning_rate * decay_rate ** (step / decay_steps)."""

    name: Literal["exponential_decay"]  # the rate falls by a factor
    decay_steps: PositiveInt  # in which it falls by decay_rate
    decay_rate: Annotated[float, Field(gt=0, le=1)]  # the factor
    staircase: bool = False  # whole decay_steps count


class ReduceOnPlateau(Section):
    """Multiply the rate by `factor` when `monitor` has not improved for `patience` epochs."""

    name: Literal["reduce_on_plateau"]  # the rate falls when nothing improves
    monitor: str = "val_loss"  # a column of history.csv
    factor: Annotated[float, Field(gt=0, lt=1)] = 0.1  # the rate is multiplied by it
    patience: PositiveInt = 10  # epochs without improvement
    min_delta: NonNegative = 1e-4  # less is no improvement
    cooldown: Annotated[int, Field(ge=0)] = 0  # epochs of rest after a reduction
    min_lr: NonNegative = 0.0  # it falls no lower


_Schedule = Constant | InverseTimeDecay | CosineDecay | ExponentialDecay | ReduceOnPlateau

AnySchedule = Annotated[
    Annotated[_Schedule, Field(discriminator="name")],
    BeforeValidator(
        _name_alone, json_schema_input_type=Literal["constant", "cosine_decay"] | _Schedule
    ),
]


class EarlyStopping(Section):
    """Stop once `monitor` has not improved for `patience` epochs, and keep the best weights."""

    monitor: str = "val_loss"  # a column of history.csv
    min_delta: NonNegative = 0.0  # less is no improvement
    patience: Annotated[int, Field(ge=0)] = 0  # epochs without improvement
    mode: Literal["auto", "min", "max"] = "auto"  # auto: by the monitor's name
    restore_best_weights: bool = True  # at the end; else the last
    start_from_epoch: Annotated[int, Field(ge=0)] = 0  # from which improvement counts


class TrainingConfig(Section):
    """`training:`; each task adds its own losses and metrics."""

    epochs: PositiveInt  # passes over the training part
    batch_size: PositiveInt = 32  # examples, or streams of running text, an update
    optimizer: AnyOptimizer = Adam()  # a name, or one with its arguments
    schedule: AnySchedule | None = None  # of the learning rate; None: constant
    early_stopping: EarlyStopping | None = None  # None: all epochs
    metrics: Sequence[str] = ()  # reported beside the loss
    shuffle: bool = True  # another order in each epoch, by the seed; batches of like lengths
    dtype_policy: Literal["float32", "mixed_bfloat16", "mixed_float16"] = (
        "float32"  # mixed: for GPUs; a CPU takes longer than with float32
    )
    jit_compile: bool = True  # XLA
    shards: PositiveInt | None = None  # parts of a batch computed side by side; None: one a core
    layout: LayoutName | None = None  # of recurrent steps in RAM; None: the faster on the processor

    @model_validator(mode="after")
    def _equal_shards(self) -> TrainingConfig:
        if self.shards is not None and self.batch_size % self.shards:
            raise does_not_fit(
                f"shards (={self.shards}) must divide batch_size (={self.batch_size})"
            )
        return self

    @model_validator(mode="after")
    def _one_schedule(self) -> TrainingConfig:
        if self.schedule is not None and self.optimizer.decay:
            text = "the optimizer's decay is a schedule of its own: remove it or `schedule`"
            raise does_not_fit(text, "schedule")
        return self
