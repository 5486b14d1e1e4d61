"""The `data:` section of sequences with numbers to predict: arrays, or a table, wide or long."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from rnnkit.config.section import PositiveInt, Section, does_not_fit
from rnnkit.config.tables import Names
from rnnkit.data.labelled.section import ExampleData

_OF_WINDOWS = ("stride", "horizon", "shortest")


class Clip(Section):
    """`clip:`; what lies beyond is as good as the bound, in the truth and in answers."""

    minimum: float | None = None  # in the targets' units; None: no bound
    maximum: float | None = None  # in the targets' units; None: no bound

    @model_validator(mode="after")
    def _in_order(self) -> Clip:
        if self.minimum is None and self.maximum is None:
            raise does_not_fit("clip has no bound: give minimum, maximum or both")
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and low >= high:
            raise does_not_fit(f"minimum (={low:g}) must be below maximum (={high:g})")
        return self


class MeasuredData(ExampleData):
    """`data:` for sequences with numbers to predict.

    With `window` each stretch of rows of a long table is an example, whose answer stands at its
    end; without, a whole sequence is, and its answer is the same in all of its rows.
    """

    answer: ClassVar[str] = "target"
    answered: ClassVar[str] = "the numbers to predict"

    target: Names | None = None  # table: the columns with the numbers to predict
    clip: Clip | None = None  # bounds of the targets; None: as they are
    log: bool = False  # learn the logarithm of the targets, which must then be positive
    window: PositiveInt | None = None  # long: rows of an example; None: all rows of an id
    stride: PositiveInt = 1  # window: rows from one to the next; the last ends with the id's last
    horizon: Annotated[int, Field(ge=0, lt=2**31)] = 0  # window: rows from its end to its answer
    shortest: PositiveInt | None = None  # window: at an id's beginning so few; None: whole ones

    @property
    def course(self) -> bool:
        return self.window is not None

    @model_validator(mode="after")
    def _windows_fit(self) -> MeasuredData:
        if self.window is None:
            usual = type(self).model_fields
            if given := [k for k in _OF_WINDOWS if getattr(self, k) != usual[k].default]:
                text = f"{given[0]} is for windows: set window, or remove it"
                raise does_not_fit(text, given[0])
            return self
        if self.id is None:
            text = "window cuts the rows of a long table: it needs `id` as well"
            raise does_not_fit(text, "window")
        if self.max_length is not None:
            text = "max_length cuts whole sequences: window says how long"
            raise does_not_fit(text, "max_length")
        if self.shortest is not None and self.shortest > self.window:
            text = f"shortest (={self.shortest}) must be at most window (={self.window})"
            raise does_not_fit(text, "shortest")
        return self
