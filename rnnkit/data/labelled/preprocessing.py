"""What prediction on new examples must repeat: classes, shape, scale, padding, columns."""

from __future__ import annotations

from typing import Literal

from rnnkit.config.section import Section
from rnnkit.config.stack import InputFacts
from rnnkit.data.order import ImageOrder
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.scaling import Scale


class Columns(Section):
    """Where the examples stand in a table."""

    features: tuple[str, ...]
    label: str
    id: str | None  # long: a row a time step
    time: str | None
    features_per_step: int


class LabelledPreprocessing(Preprocessing):
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
    order: ImageOrder | None = None  # None: sequences as the source has them
    columns: Columns | None = None  # None: the source was arrays

    def label(self, number: int) -> int | str:
        """The label of a class as the source wrote it, for output."""
        name = self.classes[number]
        return int(name) if self.label_type == "integer" else name

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        found = [] if self.scale is None else self.scale.lengths(self.features)
        return found if self.order is None else found + self.order.lengths(self.length)

    @property
    def facts(self) -> InputFacts:
        length = None if self.masked else self.length
        return InputFacts(
            shape=(length,) if self.ids else (length, self.features),
            integer=self.ids,
            vocabulary=self.vocabulary,
            outputs=len(self.classes),
            masked=self.masked,
        )
