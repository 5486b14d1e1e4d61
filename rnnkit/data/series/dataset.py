"""Series cut into windows: a dataset of one series or of several, and its card.

Windows that lie beyond the end of the data: future.py.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterator
from typing import ClassVar, Protocol

import numpy as np

from rnnkit.data.batch import Batch, Feed, RowFeed, Shuffle, steps_an_epoch
from rnnkit.data.beside import beside_text
from rnnkit.data.card import DataCard, SeasonCard
from rnnkit.data.dataset import Dataset
from rnnkit.data.series.cards import part_card, series_card, time_card
from rnnkit.data.series.part import WindowPart
from rnnkit.data.series.preprocessing import SeriesPreprocessing
from rnnkit.data.series.rows import Rows
from rnnkit.data.series.section import SeriesData
from rnnkit.data.series.store import Positions, Series
from rnnkit.words import counted


@dataclasses.dataclass(frozen=True, eq=False, kw_only=True)
class SeriesDataset(Dataset[SeriesPreprocessing, WindowPart]):
    """Windows of one series or of several."""

    series: tuple[Series, ...]
    rows: Rows  # what the series were made from
    season: SeasonCard
    rebuild: Callable[[Rows], SeriesDataset]  # from other rows, in the same way
    grown: Rows | None = None  # all that the source holds, where it has grown since the training

    unit: ClassVar[str] = "window"

    @property
    def feed(self) -> Feed:
        each = self.data.windows_per_series
        return self.train if each is None else DrawnWindows(self.train, each)

    @property
    def data(self) -> SeriesData:
        """How the windows are cut; its targets are named."""
        return self.train.store.data

    @functools.cached_property
    def card(self) -> DataCard:
        rows = self.rows
        parts = tuple(
            part_card(name, len(part), part.forecast_rows, part.store)
            for name, part in self.parts.items()
        )
        series = None
        if len(rows.series) > 1:
            numbers = {name: np.unique(part.series) for name, part in self.parts.items()}
            series = series_card(rows, self.series, numbers)
        notes = tuple(note for note in self.notes if note != rows.rhythm)  # it stands at the times
        known = {
            "table": rows.card,
            "time": time_card(rows, self.data),
            "season": self.season,
            "series": series,
        }
        return super().card.model_copy(update={**known, "parts": parts, "notes": notes})

    @property
    def description(self) -> str:
        """`wti: 6,000 windows train, 800 validation, 1,600 test; 24 rows of 1 column -> 1 row`."""
        windows = ", ".join(f"{len(part):,} {name}" for name, part in self.parts.items())
        known = f", what is known of the next {self.data.ahead:,}" if self.data.ahead else ""
        beside = beside_text(self.preprocessing.beside)
        several = f" in {len(self.series):,} series" if len(self.series) > 1 else ""
        return (
            f"{self.source}: windows{several}: {windows}; each "
            f"{counted(self.data.lookback, 'row')} of {counted(self.data.width, 'column')}"
            f"{beside}{known}, then {self.data.horizon:,} to forecast"
        )

    @property
    def bytes(self) -> int:
        return self.train.store.bytes


class Windows(Protocol):
    """What is drawn from."""

    @property
    def series(self) -> Positions: ...  # (W,)

    def __len__(self) -> int: ...

    def take(self, windows: Positions, /) -> RowFeed: ...


@dataclasses.dataclass(frozen=True, eq=False)
class DrawnWindows:
    """A Feed of S * each windows, drawn anew for every epoch.

    Args:
        part: W windows of S series.
        each: windows of a series in an epoch; one that has fewer gives them several times.
    """

    part: Windows
    each: int

    def __len__(self) -> int:
        return len(np.unique(self.part.series)) * self.each

    def steps(self, batch_size: int) -> int:
        """Batches in an epoch, a smaller last one included."""
        return steps_an_epoch(len(self), batch_size)

    def batches(
        self, batch_size: int, *, shuffle: Shuffle | None = None, start: int = 0
    ) -> Iterator[Batch]:
        """The arguments are those of a Feed; without `shuffle` every epoch has the same windows."""
        yield from self.part.take(self.windows(shuffle)).batches(batch_size, start=start)

    def windows(self, shuffle: Shuffle | None) -> Positions:
        """The numbers of an epoch's windows, (S * each,): a pure function, as `epoch_order`."""
        rng = np.random.default_rng([0, 0] if shuffle is None else [shuffle.seed, shuffle.epoch])
        order = np.lexsort((rng.random(len(self.part)), self.part.series))
        _, starts, counts = np.unique(
            self.part.series[order], return_index=True, return_counts=True
        )
        ranks = np.arange(self.each) % counts[:, None]
        drawn: Positions = order[starts[:, None] + ranks].ravel()
        return drawn if shuffle is None else rng.permutation(drawn)
