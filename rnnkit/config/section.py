"""What every section of a config shares: the strict base class, and types for Keras's names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError
from typing_extensions import TypeAliasType

from rnnkit.config.comments import comments_of
from rnnkit.words import did_you_mean, shown

Fraction = Annotated[float, Field(ge=0, lt=1)]
PositiveInt = Annotated[int, Field(gt=0, lt=2**31)]
PositiveFloat = Annotated[float, Field(gt=0)]

Activation = Literal[
    "elu", "exponential", "gelu", "hard_sigmoid", "hard_silu", "leaky_relu", "linear", "mish",
    "relu", "relu6", "selu", "sigmoid", "silu", "softmax", "softplus", "softsign", "tanh",
]  # fmt: skip


class Section(BaseModel):
    """A mapping of the config: unknown keys and values of the wrong type are refused."""

    model_config = ConfigDict(  # built when it is first needed: `check` needs few of them
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, defer_build=True
    )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema; behind each field its comment, with `null` as YAML has it, describes it."""
        found = handler(core_schema)
        properties = handler.resolve_ref_schema(found).get("properties", {})
        for name, comment in comments_of(cls).items():
            properties[name]["description"] = re.sub(r"\bNone\b", "null", comment)
        return found


def does_not_fit(message: str, *at: str | int) -> PydanticCustomError:
    """Of keys of a section that do not fit one another; `at` leads to the one to look at."""
    context: dict[str, Any] = {"message": message, **({"at": at} if at else {})}
    return PydanticCustomError("misfit", "{message}", context)


_REQUIRED = {"constant": ("value", 0.1), "chrono": ("max_length", 784)}  # without a default


def _one_of(what: str, known: Mapping[str, Sequence[str]]) -> BeforeValidator:
    """Accept `name` or `{name: {argument: number}}`, with the names and arguments of `known`."""

    def validate(value: Any) -> Any:
        name, arguments = value, None
        if isinstance(value, Mapping) and len(value) == 1:
            [(name, arguments)] = value.items()
        if not isinstance(name, str):
            raise does_not_fit(
                f"expected the name of {what}, or one name with its arguments as a mapping"
            )
        if name not in known:
            raise does_not_fit(f"{shown(name)} is not {what}.{did_you_mean(name, known)}")
        if name in _REQUIRED and not arguments:
            argument, example = _REQUIRED[name]
            form = f"{name}: {{{argument}: {example}}}"
            raise does_not_fit(f"{name}: missing argument '{argument}', as in `{form}`")
        if arguments is None:
            return name
        _check_arguments(name, arguments, known[name])
        return value

    return BeforeValidator(validate, json_schema_input_type=_named_schema(known))


def _named_schema(known: Mapping[str, Sequence[str]]) -> Any:
    """What `_one_of` accepts, as the JSON schema has it."""
    bare = [name for name in known if name not in _REQUIRED]
    full = {
        name: {
            "type": "object",
            "properties": {argument: {"type": "number"} for argument in arguments},
            "additionalProperties": False,
        }
        for name, arguments in known.items()
    }
    wrapped = {"type": "object", "properties": full, "additionalProperties": False}
    schema = {"anyOf": [{"enum": bare}, {**wrapped, "minProperties": 1, "maxProperties": 1}]}
    return Annotated[Any, WithJsonSchema(schema)]


def _check_arguments(name: str, arguments: Any, known: Sequence[str]) -> None:
    if not isinstance(arguments, Mapping):
        form = f"{name}: {{{known[0]}: ...}}" if known else name
        wrong = f"{name} (={shown(arguments)}) must be a mapping of arguments, like `{form}`"
        raise does_not_fit(wrong, name)
    for argument, number in arguments.items():
        if argument not in known:
            hint = did_you_mean(str(argument), known)
            wrong = f"{name}: unknown argument {shown(argument)}.{hint}"
            raise does_not_fit(wrong, name, argument)
        if isinstance(number, bool) or not isinstance(number, int | float):
            raise _wrong(name, argument, number, "must be a number")


NameWithArguments = str | dict[str, dict[str, float]]


def _at_least_zero(*arguments: str) -> AfterValidator:
    """Refuse negative numbers, some of which Keras refuses when it builds the layer."""

    def validate(value: NameWithArguments) -> NameWithArguments:
        for name, given in value.items() if isinstance(value, dict) else ():
            for argument in arguments:
                if given.get(argument, 0) < 0:
                    raise _wrong(name, argument, given[argument], "must be at least 0")
        return value

    return AfterValidator(validate)


def _norms_in_order(value: NameWithArguments) -> NameWithArguments:
    given = value.get("min_max_norm") if isinstance(value, dict) else None
    if given is None:
        return value
    low, high, rate = given.get("min_value", 0), given.get("max_value", 1), given.get("rate", 1)
    if low > high:
        argument = "min_value" if "min_value" in given else "max_value"
        wrong = f"must be at most max_value (={high:g})"
        if argument == "max_value":
            wrong = f"must be at least min_value (={low:g})"
        raise _wrong("min_max_norm", argument, given[argument], wrong)
    if rate > 1:
        raise _wrong("min_max_norm", "rate", rate, "must be at most 1")
    return value


def _wrong(name: str, argument: str, number: object, wrong: str) -> PydanticCustomError:
    return does_not_fit(f"{name}: {argument} (={shown(number)}) {wrong}", name, argument)


_OF_MATRICES: dict[str, list[str]] = {"identity": ["gain"], "orthogonal": ["gain"]}
_OF_ANYTHING: dict[str, list[str]] = {
    "constant": ["value"],
    "glorot_normal": [],
    "glorot_uniform": [],
    "he_normal": [],
    "he_uniform": [],
    "lecun_normal": [],
    "lecun_uniform": [],
    "ones": [],
    "random_normal": ["mean", "stddev"],
    "random_uniform": ["minval", "maxval"],
    "truncated_normal": ["mean", "stddev"],
    "uniform": ["minval", "maxval"],
    "zeros": [],
}
Initializer = TypeAliasType(
    "Initializer",
    Annotated[NameWithArguments, _one_of("an initializer", {**_OF_ANYTHING, **_OF_MATRICES})],
)
BiasInitializer = TypeAliasType(
    "BiasInitializer",
    Annotated[NameWithArguments, _one_of("an initializer of biases", _OF_ANYTHING)],
)
GateBiasInitializer = TypeAliasType(
    "GateBiasInitializer",
    Annotated[
        NameWithArguments,
        _one_of("an initializer of biases", {**_OF_ANYTHING, "chrono": ["max_length"]}),
    ],
)
Regularizer = TypeAliasType(
    "Regularizer",
    Annotated[
        NameWithArguments,
        _one_of("a regularizer", {"l1": ["l1"], "l2": ["l2"], "l1l2": ["l1", "l2"]}),
        _at_least_zero("l1", "l2"),
    ],
)
Constraint = TypeAliasType(
    "Constraint",
    Annotated[
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
        _at_least_zero("min_value", "max_value", "rate"),
        AfterValidator(_norms_in_order),
    ],
)


def _usable_in_keras(name: str) -> str:
    """Keras refuses `/`; TensorFlow's graphs refuse the rest."""
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name):
        raise does_not_fit(
            f"{shown(name)} names a layer: use letters from A to Z, digits, '_', '-' and '.' only"
        )
    return name


LayerName = Annotated[str, AfterValidator(_usable_in_keras)]


def _usable_as_file_name(name: str) -> str:
    if name in {".", ".."} or not all(c.isalnum() or c in "-_." for c in name):
        raise does_not_fit(
            f"{shown(name)} names the run's folder: use letters, digits, '-', '_' and '.' only"
        )
    return name


FileName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_usable_as_file_name)]
