"""`quantity:` and `transform:`: steps that are done to a target, one after the other."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from rnnkit.config.section import PositiveFloat, Section, does_not_fit
from rnnkit.words import did_you_mean, shown

_INVERTIBLE = ("log", "difference", "log_return")
_QUANTITIES = (*_INVERTIBLE, "absolute")


class Multiply(Section):
    """A step of `quantity`: `{multiply: 100}`."""

    multiply: PositiveFloat  # the factor


def _chain(value: Any) -> Any:
    """`log` is `[log]`, and `none` the empty chain."""
    steps = [value] if isinstance(value, str | dict) else value
    return [] if steps == ["none"] else steps


def _quantity(value: Any) -> Any:
    steps = _chain(value)
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        if not isinstance(step, dict) and step not in _QUANTITIES:
            hint = did_you_mean(str(step), [*_QUANTITIES, "multiply", "none"])
            raise _unknown_step("quantity", step, hint, index if step is not value else None)
    return steps


def _transform(value: Any) -> Any:
    steps = _chain(value)
    for index, step in enumerate(steps if isinstance(steps, list) else []):
        if step not in _INVERTIBLE:
            hint = did_you_mean(str(step), [*_INVERTIBLE, "none"])
            if step == "absolute":
                hint = " It has no inverse: as a step of `quantity` it says what is forecast"
            raise _unknown_step("transform", step, hint, index if step is not value else None)
    return steps


def _unknown_step(key: str, step: Any, hint: str, index: int | None) -> PydanticCustomError:
    at = () if index is None else (index,)
    return does_not_fit(f"{shown(step)} is not a step of `{key}`.{hint}", *at)


_Invertible = Literal["log", "difference", "log_return"]
_Step = _Invertible | Literal["absolute"] | Multiply
_Nothing = Literal["none"]

Quantity = Annotated[
    list[_Step],
    BeforeValidator(_quantity, json_schema_input_type=_Step | _Nothing | list[_Step | _Nothing]),
]
Transform = Annotated[
    list[_Invertible],
    BeforeValidator(
        _transform, json_schema_input_type=_Invertible | _Nothing | list[_Invertible | _Nothing]
    ),
]
