"""DataCard: what was made of the data, for `rnnkit data`, the run's data.json and its page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray
from pydantic import model_validator

from rnnkit.config.section import Section

SHOWN = 12  # names or values of many


class ColumnCard(Section):
    """A column of a table that is used."""

    name: str
    role: str  # the config's key that names it
    minimum: float | None = None  # of numbers
    maximum: float | None = None
    missing: int | None = None  # fields without a value; None: it may have none
    categories: tuple[str, ...] = ()  # of names that become ids


class TableCard(Section):
    """The table that was read."""

    rows: int
    columns: tuple[ColumnCard, ...]
    unused: tuple[str, ...] = ()  # columns that nothing reads
    stated: Mapping[str, str] = {}  # of data.format, and what the time format was found to be


class TextCard(Section):
    """What a model knows of the tokens of texts."""

    level: str  # what one token is
    vocabulary: int  # V, those that are known
    unknown: Mapping[str, float]  # the share of a part's tokens that are not


class TimeCard(Section):
    """When the rows are from."""

    column: str | None  # None: the rows stand in order
    first: str
    last: str
    format: str | None  # how the times were read; None: they are the rows' numbers
    stated: bool  # by data.time_format
    frequency: str  # in words
    missing_rows: int  # that the frequency asks for


class SeasonCard(Section):
    """After how many rows the targets repeat, as their training rows say."""

    rows: int  # 1: there is no season
    stated: bool  # by data.season
    looked: tuple[int, ...] = ()  # seasons that the calendar makes possible
    strength: float | None = None  # 0 to 1; None: there is none, or too few rows to measure it
    autocorrelation: float | None = None  # of the detrended rows, a season apart


class SeriesCard(Section):
    """The series of a panel."""

    total: int
    used: int  # that at least one window is cut from
    too_short: tuple[str, ...]  # names of the others
    untrained: tuple[str, ...] = ()  # names of those that give windows, but none to train on
    unjudged: tuple[str, ...] = ()  # or none to the part that judges, as where a row of it lacks


class Spread(Section):
    """The values of one quantity in a part, in the user's units."""

    name: str
    minimum: float
    median: float
    maximum: float


class PartCard(Section):
    """What one part holds."""

    name: str
    size: int
    first: str | None = None  # where it begins and ends, in time or in the source
    last: str | None = None
    classes: tuple[int, ...] | None = None  # examples of each, in the order of the card's
    targets: tuple[Spread, ...] = ()
    filled: Mapping[str, float] = {}  # the share of a column's values that were put in, where any


class DataCard(Section):
    """Everything that can be said of the data before a model sees them."""

    source: str
    sha256: str
    description: str  # in one line
    unit: str  # what parts are counted in: example, window, token, sequence
    table: TableCard | None = None
    text: TextCard | None = None
    time: TimeCard | None = None
    season: SeasonCard | None = None
    series: SeriesCard | None = None
    lengths: tuple[int, int] | None = None  # the shortest and the longest sequence, where unequal
    alphabets: tuple[str, ...] = ()  # of the letters in the tokens that a model knows
    classes: tuple[str, ...] | None = None
    parts: tuple[PartCard, ...]
    separation: str  # what makes the parts independent
    followed: str | None = None  # the part that a training is followed on, and chosen by
    example: Mapping[str, str] = {}  # the first as the model sees it
    notes: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _parts_are_alike(self) -> Self:
        """A card that is read back may be anyone's."""
        classes = {len(part.classes or ()) for part in self.parts}
        classes |= set() if self.classes is None else {len(self.classes)}
        targets = {len(part.targets) for part in self.parts}
        if not self.parts or len(classes) > 1 or len(targets) > 1:
            raise ValueError("parts without a class or a target that others have")
        return self


def spread(name: str, values: NDArray[np.floating]) -> Spread:
    """Of the values that are there, (n,); at least one is finite."""
    finite = values[np.isfinite(values)]
    return Spread(
        name=name,
        minimum=float(finite.min()),
        median=float(np.median(finite)),
        maximum=float(finite.max()),
    )


def array_text(array: NDArray[np.generic]) -> str:
    """An array's shape, dtype and corners in a few lines; one column as a row."""
    shape = " × ".join(map(str, array.shape))
    values = np.array2string(
        array.squeeze(), precision=4, threshold=24, edgeitems=3, suppress_small=True
    )
    return f"{shape} {array.dtype}\n{values}" if shape else f"{array.dtype} {values}"


def class_counts(numbers: NDArray[np.integer], classes: Sequence[str]) -> tuple[int, ...]:
    """Examples of each class, by its number; those without a label are none's."""
    return tuple(np.bincount(numbers[numbers >= 0], minlength=len(classes)).tolist())
