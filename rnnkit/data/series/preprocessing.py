"""What a run learnt from its series: how to read new rows, go on after them, and scale them."""

from __future__ import annotations

from rnnkit.config.section import Section
from rnnkit.data.beside import BesideInput
from rnnkit.data.preprocessing import Preprocessing
from rnnkit.data.series.dates import Frequency
from rnnkit.data.series.scaling import AnyScale
from rnnkit.data.series.section import SeriesData


class Tail(Section):
    """The last rows of one series as they were read: what the first forecast after them needs."""

    name: str
    rows: int  # of the whole series
    sha256: str  # of those rows: they are found by it in a series that has grown
    times: tuple[int, ...]  # (n,) nanoseconds since 1970 for dates, else the whole numbers
    values: tuple[tuple[float, ...], ...]  # (n, K + F), targets before `quantity`
    static: dict[str, float | str] = {}  # what the series is, by column


class SeriesPreprocessing(Preprocessing):
    """What the training data say of how their rows are read and what they are scaled by."""

    time_format: str | None  # as found: strptime's, or one of reading.NAMES; None: no column
    frequency: Frequency
    scale: AnyScale | None = None  # of K + F columns, fitted on the training rows
    tails: tuple[Tail, ...]  # of each series
    season: int = 1  # rows in a season; 1: there is none
    categories: dict[str, tuple[str, ...]] = {}  # of the training rows, by column; ids from 1
    beside: dict[str, BesideInput] = {}  # the static columns, by the input's name
    features: tuple[str, ...] | None = None  # the columns; None: as the config names them

    @property
    def dates(self) -> bool:
        """Whether times are dates, not whole numbers."""
        return self.frequency.unit != "number"

    def lengths_for(self, data: SeriesData) -> list[tuple[str, int, int]]:
        """What must be as long as the section's columns are many: its name and both lengths."""
        width = len(data.targets) + len(data.others)
        rows = {len(row) for tail in self.tails for row in tail.values}
        scaled = [] if self.scale is None else self.scale.lengths(width)
        static = sum(len(one.columns) for one in self.beside.values())
        return [
            *scaled,
            *(length for one in self.beside.values() for length in one.lengths),
            *(("tails.values", found, width) for found in sorted(rows)),
            *(("tails.static", found, static) for found in {len(t.static) for t in self.tails}),
        ]
