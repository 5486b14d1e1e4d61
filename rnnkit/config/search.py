"""`search:`: which keys of a config `rnnkit search` tries, and with which values."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from rnnkit.config.section import PositiveFloat, PositiveInt, Section


class Range(Section):
    """Numbers from `low` to `high`, both among them."""

    low: int | float  # whole numbers, where both are
    high: int | float  # not below low
    log: bool = False  # every power of ten is as likely as the next

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high < self.low:
            message = "high (={high}) must not be below low (={low})"
            context = {"high": self.high, "low": self.low, "at": ("high",)}
            raise PydanticCustomError("range", message, context)
        if self.log and self.low <= 0:
            message = "low (={low}) must be above 0 on a logarithmic scale"
            raise PydanticCustomError("range", message, {"low": self.low, "at": ("low",)})
        return self

    @property
    def extremes(self) -> tuple[Any, ...]:
        """Values that must fit, so that all do."""
        return self.low, self.high


class Choices(Section):
    """One of several values."""

    choices: Annotated[list[bool | int | float | str | None], Field(min_length=1)]  # to try

    @model_validator(mode="before")
    @classmethod
    def _written_alone(cls, value: Any) -> Any:
        return {"choices": value} if isinstance(value, list) else value

    @property
    def extremes(self) -> tuple[Any, ...]:
        """Values that must fit, so that all do."""
        return tuple(self.choices)


class SearchSection(Section):
    """`search:`, for `rnnkit search`; `train` leaves it alone."""

    parameters: Annotated[dict[str, Range | Choices], Field(min_length=1)]  # by key path
    trials: PositiveInt = 20  # trainings at most, those that were pruned among them
    minutes: PositiveFloat | None = None  # no trial begins later; None: as long as it takes
    prune: bool = True  # end a trial that is worse than the median of those before, same epoch
    random: bool = False  # draw at random instead of by what was found (TPE)
