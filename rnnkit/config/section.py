"""What every section of a config shares: the strict base class, and types for Keras's names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from rnnkit.config.problems import did_you_mean

Fraction = Annotated[float, Field(ge=0, lt=1)]
PositiveInt = Annotated[int, Field(gt=0)]
PositiveFloat = Annotated[float, Field(gt=0)]

Activation = Literal[
    "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh",
]  # fmt: skip


class Section(BaseModel):
    """A mapping of the config: unknown keys and values of the wrong type are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


def _one_of(what: str, known: Mapping[str, Sequence[str]]) -> BeforeValidator:
    """Accept `name` or `{name: {argument: number}}`, with the names and arguments of `known`."""

    def validate(value: Any) -> Any:
        name, arguments = value, {}
        if isinstance(value, Mapping) and len(value) == 1:
            [(name, arguments)] = value.items()
        if not isinstance(name, str):
            raise PydanticCustomError(
                "named",
                "expected the name of {what}, or one name with its arguments as a mapping",
                {"what": what},
            )
        if name not in known:
            raise PydanticCustomError(
                "named", "'{name}' is not {what}.{hint}",
                {"name": name, "what": what, "hint": did_you_mean(name, known)},
            )  # fmt: skip
        for argument, number in (arguments or {}).items():
            if argument not in known[name]:
                hint = did_you_mean(str(argument), known[name])
                raise PydanticCustomError(
                    "named", "{name}: unknown argument '{argument}'.{hint}",
                    {"name": name, "argument": argument, "hint": hint},
                )  # fmt: skip
            if isinstance(number, bool) or not isinstance(number, int | float):
                raise PydanticCustomError(
                    "named", "{name}: {argument} (={number}) must be a number",
                    {"name": name, "argument": argument, "number": repr(number)},
                )  # fmt: skip
        return value

    return BeforeValidator(validate)


NameWithArguments = str | dict[str, dict[str, float]]

Initializer = Annotated[
    NameWithArguments,
    _one_of(
        "an initializer",
        {
            "constant": ["value"],
            "glorot_normal": [],
            "glorot_uniform": [],
            "he_normal": [],
            "he_uniform": [],
            "identity": ["gain"],
            "lecun_normal": [],
            "lecun_uniform": [],
            "ones": [],
            "orthogonal": ["gain"],
            "random_normal": ["mean", "stddev"],
            "random_uniform": ["minval", "maxval"],
            "truncated_normal": ["mean", "stddev"],
            "uniform": ["minval", "maxval"],
            "zeros": [],
        },
    ),
]
Regularizer = Annotated[
    NameWithArguments,
    _one_of("a regularizer", {"l1": ["l1"], "l2": ["l2"], "l1_l2": ["l1", "l2"]}),
]
Constraint = Annotated[
    NameWithArguments,
    _one_of(
        "a constraint",
        {
            "max_norm": ["max_value"],
            "min_max_norm": ["min_value", "max_value", "rate"],
            "non_neg": [],
            "unit_norm": [],
        },
    ),
]


def _usable_as_file_name(name: str) -> str:
    if name in {".", ".."} or not all(c.isalnum() or c in "-_." for c in name):
        raise PydanticCustomError(
            "file_name",
            "'{name}' names the run's folder: use letters, digits, '-', '_' and '.' only",
            {"name": name},
        )
    return name


FileName = Annotated[
    str, Field(min_length=1, max_length=100), AfterValidator(_usable_as_file_name)
]
