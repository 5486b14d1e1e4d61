"""What prediction on new data must repeat: classes, shape, scale, padding, columns; as JSON."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from rnnkit.config.section import Section
from rnnkit.errors import RunError


class Scale(Section):
    """x' = (x - offset) / divisor, each feature its own; fitted on the training part alone."""

    name: str  # as in the config
    offset: tuple[float, ...]  # (F,)
    divisor: tuple[float, ...]  # (F,), never 0

    def apply(self, x: NDArray[Any]) -> NDArray[np.float32]:
        """Scale `x` (..., F)."""
        offset, divisor = np.array(self.offset, np.float32), np.array(self.divisor, np.float32)
        scaled: NDArray[np.float32] = (x.astype(np.float32) - offset) / divisor
        return scaled


class Columns(Section):
    """Where the examples stand in a table."""

    features: tuple[str, ...]
    label: str
    id: str | None  # long: a row a time step
    time: str | None
    features_per_step: int


class Preprocessing(Section):
    """Everything that turns new data into the model's input, and its output into labels."""

    version: Literal[1] = 1
    classes: tuple[str, ...]  # the labels, in the order of their numbers
    label_type: Literal["integer", "text"]
    length: int  # T, after padding and cutting
    features: int  # F; 1 for ids
    ids: bool  # integers for an embedding, (B, T), instead of (B, T, F)
    masked: bool  # shorter sequences are padded
    vocabulary: int | None = None  # ids: the largest in the data + 1
    max_length: int | None = None  # as in the config: where longer sequences are cut
    padding: Literal["pre", "post"] = "post"
    truncating: Literal["pre", "post"] = "pre"
    scale: Scale | None = None
    columns: Columns | None = None  # None: the source was arrays

    def label(self, number: int) -> int | str:
        """The label of a class as the source wrote it, for output."""
        name = self.classes[number]
        return int(name) if self.label_type == "integer" else name

    def to_json(self) -> str:
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Preprocessing:
        """Read what `to_json` wrote.

        Raises:
            RunError: the text is damaged.
        """
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            place = ".".join(map(str, first["loc"]))
            reason = f"{place}: {first['msg']}" if place else first["msg"]
            raise RunError(f"the run's preprocessing is damaged: {reason}") from None
