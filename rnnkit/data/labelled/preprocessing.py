"""What was learnt from examples, which new ones must be read with."""

from __future__ import annotations

import dataclasses
from typing import Literal

from rnnkit.config.stack import InputFacts
from rnnkit.data.batch import INPUT
from rnnkit.data.beside import Kept, facts_of, names_beside, scales_beside
from rnnkit.data.order import ImageOrder
from rnnkit.data.preprocessing import Names, Preprocessing, numbered
from rnnkit.data.scaling import Scale
from rnnkit.data.tokens.vocabulary import Vocabulary

PADDING = 1  # ids before those of the vocabulary


@dataclasses.dataclass(frozen=True)
class Columns:
    """Where the examples stand in a table."""

    features: tuple[str, ...]
    label: str  # or none
    id: str | None  # long: a row a time step
    time: str | None
    features_per_step: int
    group: str | None = None  # names subjects, of whom several examples can be
    targets: tuple[str, ...] = ()  # with numbers to predict, K
    text: str | None = None  # the column with a text, which the features stand beside
    course: bool = False  # the targets of a time step are its own, not the example's
    static: tuple[str, ...] = ()  # numbers, one an example
    categories: tuple[str, ...] = ()  # text, one an example

    @property
    def roles(self) -> dict[str, str]:
        """The key of the config that names each column but the features."""
        named = {"label": self.label, "id": self.id, "time": self.time, "text": self.text}
        several = dict.fromkeys(self.targets, "target")
        several |= dict.fromkeys((*self.static, *self.categories), "static")
        return several | {column: key for key, column in named.items() if column}


class ExamplePreprocessing(Preprocessing):
    """What the training data say of a model's input."""

    length: int  # T, after padding and cutting
    features: int  # F; 1 for ids
    masked: bool  # shorter sequences are padded
    vocabulary: int | None = None  # ids: the largest in the data + 1
    scale: Scale | None = None
    columns: tuple[str, ...] | None = None  # the feature columns; None: the source was no table
    beside: Kept = {}  # other inputs, by name

    def facts(self, *, ids: bool, outputs: int) -> InputFacts:
        """The input and output of a run's model."""
        length = None if self.masked else self.length
        return InputFacts(
            shape=(length,) if ids else (length, self.features),
            integer=ids,
            vocabulary=self.vocabulary,
            outputs=outputs,
            masked=self.masked,
            beside=facts_of(self.beside),
        )

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        found = [] if self.scale is None else self.scale.lengths(self.features)
        return found + [length for one in self.beside.values() for length in one.lengths]

    @property
    def scales(self) -> dict[str, Scale]:
        first = {} if self.scale is None else {INPUT: self.scale}
        return first | scales_beside(self.beside)


class LabelledPreprocessing(ExamplePreprocessing):
    """What the training data say of the model's input, and of the labels of its output."""

    classes: tuple[str, ...]  # the labels, in the order of their numbers
    label_type: Literal["integer", "text"]
    order: ImageOrder | None = None  # None: sequences as the source has them
    tokens: Vocabulary | None = None  # of texts; the model's ids are its plus one, 0 is padding
    whole_files: bool = False  # a file of the source was a text, not a line of it

    def label(self, number: int) -> int | str:
        """The label of a class as the source wrote it, for output."""
        name = self.classes[number]
        return int(name) if self.label_type == "integer" else name

    @property
    def lengths(self) -> list[tuple[str, int, int]]:
        found = super().lengths
        if self.tokens is not None:
            found.append(("tokens", len(self.tokens) + PADDING, self.vocabulary or 0))
        return found if self.order is None else found + self.order.lengths(self.length)

    @property
    def names(self) -> Names:
        inputs = names_beside(self.beside)
        if self.tokens is not None:
            inputs[INPUT] = numbered(self.tokens.tokens, PADDING)
        return Names(inputs, numbered(self.classes), self.columns or ())
